"""Statuses of letters, their named sets, and the only moves between them."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class CampaignState(models.TextChoices):
    """One letter, from its first draft to the last mail."""

    DRAFT = "draft", _("draft")
    SCHEDULED = "scheduled", _("scheduled")
    PREPARING = "preparing", _("preparing")
    SENDING = "sending", _("sending")
    SENT = "sent", _("sent")
    STOPPED = "stopped", _("stopped")
    CANCELLED = "cancelled", _("cancelled")


class StopReason(models.TextChoices):
    """Why a letter stands still."""

    PERSON = "person", _("stopped by a person")
    DOUBT = "doubt", _("a mail is in doubt")
    REFUSED = "refused", _("the mail server refuses")
    BALANCE = "balance", _("the numbers do not add up")


class BatchState(models.TextChoices):
    """Some hundred mails that one worker hands over."""

    QUEUED = "queued", _("waiting")
    SUBMITTING = "submitting", _("being handed over")
    SUBMITTED = "submitted", _("handed over")
    AMBIGUOUS = "ambiguous", _("in doubt")
    FAILED = "failed", _("refused")
    CANCELLED = "cancelled", _("cancelled")


class DeliveryState(models.TextChoices):
    """One letter to one account. `submitted` means that the mail server took it, no more."""

    QUEUED = "queued", _("waiting")
    SUBMITTING = "submitting", _("being handed over")
    SUBMITTED = "submitted", _("handed over")
    EXCLUDED = "excluded", _("left out")


class Exclusion(models.TextChoices):
    """Why somebody who was meant does not get the letter."""

    INACTIVE = "inactive", _("no longer active")
    UNVERIFIED = "unverified", _("address not confirmed")
    SUPPRESSED = "suppressed", _("address came back or complained")
    OPTED_OUT = "opted_out", _("no longer wants this newsletter")
    REFUSED = "refused", _("refused by the mail server")
    CANCELLED = "cancelled", _("letter cancelled")
    COUNTED_OUT = "counted_out", _("left out by a person")


class How(models.TextChoices):
    """How somebody came to want a newsletter, or no longer to."""

    SIGN_UP = "sign_up", _("at sign-up")
    ACCOUNT = "account", _("on the account page")
    LINK = "link", _("by the link in a letter")
    ONE_CLICK = "one_click", _("by the mail program’s button")
    COMPLAINT = "complaint", _("by a complaint")
    STAFF = "staff", _("by staff")


class Trouble(models.TextChoices):
    """Why an address gets no letters."""

    BOUNCED = "bounced", _("mail came back")
    COMPLAINED = "complained", _("reported as spam")
    REFUSED = "refused", _("refused by its server")


class Extent(models.TextChoices):
    """How much of a story stands in the letter."""

    WHOLE = "whole", _("as far as the reader may read")
    CARD = "card", _("picture, first sentences and the way there")


C, B, D = CampaignState, BatchState, DeliveryState
OPEN_BATCHES = frozenset({B.QUEUED, B.SUBMITTING, B.AMBIGUOUS, B.FAILED})
FOR_A_PERSON = frozenset({B.AMBIGUOUS, B.FAILED})
FROZEN = frozenset({C.SENDING, C.SENT, C.STOPPED})
PUBLIC_STATES = frozenset({C.SENDING, C.SENT})
WAITING = frozenset({D.QUEUED, D.SUBMITTING})

CAMPAIGN_MOVES: Mapping[str, frozenset[str]] = {
    C.DRAFT: frozenset({C.SCHEDULED, C.CANCELLED}),
    C.SCHEDULED: frozenset({C.DRAFT, C.PREPARING, C.CANCELLED}),
    C.PREPARING: frozenset({C.SENDING, C.STOPPED}),
    C.SENDING: frozenset({C.SENT, C.STOPPED}),
    C.STOPPED: frozenset({C.SENDING, C.CANCELLED}),
    C.SENT: frozenset(),
    C.CANCELLED: frozenset(),
}
BATCH_MOVES: Mapping[str, frozenset[str]] = {
    B.QUEUED: frozenset({B.SUBMITTING, B.CANCELLED}),
    B.SUBMITTING: frozenset({B.SUBMITTED, B.QUEUED, B.AMBIGUOUS, B.FAILED}),
    B.AMBIGUOUS: frozenset({B.QUEUED}),
    B.FAILED: frozenset({B.QUEUED, B.CANCELLED}),
    B.SUBMITTED: frozenset(),
    B.CANCELLED: frozenset(),
}
