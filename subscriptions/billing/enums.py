"""Statuses of billing, with the sets that rules speak of."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PlanKind(models.TextChoices):
    """What a plan sells."""

    TIER = "tier", _("membership")
    BOX = "box", _("box")


class SubscriptionStatus(models.TextChoices):
    """Stripe's statuses, unchanged: an input to our rules, never our own state."""

    INCOMPLETE = "incomplete", _("not paid yet")
    INCOMPLETE_EXPIRED = "incomplete_expired", _("never paid")
    TRIALING = "trialing", _("trial")
    ACTIVE = "active", _("active")
    PAST_DUE = "past_due", _("payment open")
    UNPAID = "unpaid", _("unpaid")
    CANCELED = "canceled", _("ended")
    PAUSED = "paused", _("paused")


ENTITLING = frozenset({SubscriptionStatus.ACTIVE, SubscriptionStatus.TRIALING, SubscriptionStatus.PAST_DUE})
LIVE = ENTITLING | {SubscriptionStatus.INCOMPLETE, SubscriptionStatus.PAUSED, SubscriptionStatus.UNPAID}
OVER = frozenset({SubscriptionStatus.CANCELED, SubscriptionStatus.INCOMPLETE_EXPIRED})


class EventState(models.TextChoices):
    """received -> done | ignored | foreign | parked; a parked event goes back to received by replay."""

    RECEIVED = "received", _("received")
    DONE = "done", _("done")
    IGNORED = "ignored", _("not needed")
    FOREIGN = "foreign", _("not ours")
    PARKED = "parked", _("parked")


class CheckoutState(models.TextChoices):
    """new -> open -> complete | expired | superseded."""

    NEW = "new", _("new")
    OPEN = "open", _("open")
    COMPLETE = "complete", _("complete")
    EXPIRED = "expired", _("expired")
    SUPERSEDED = "superseded", _("replaced")


WAITING_CHECKOUTS = frozenset({CheckoutState.NEW, CheckoutState.OPEN})


class CallState(models.TextChoices):
    """pending -> done | failed; `failed` was refused by Stripe and waits for a person."""

    PENDING = "pending", _("pending")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
