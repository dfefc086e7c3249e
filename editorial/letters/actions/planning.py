"""What people do with a letter before it leaves, and to stop it: schedule, take back, cancel, stop, go on, test."""

import logging
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import mails
from editorial.letters import composing, messages, segments
from editorial.letters.actions.moving import NotAllowed, locked, move, note
from editorial.letters.enums import FOR_A_PERSON, BatchState, CampaignState, DeliveryState, Exclusion, StopReason
from editorial.letters.models import Batch, Campaign, Delivery
from ground import clock

log = logging.getLogger("editorial.letters")


def problems(campaign: Campaign) -> list[str]:
    """Why a letter cannot be sent as it is, in words; empty when it can."""
    found = []
    if campaign.newsletter.archived:
        found.append(_("The newsletter is archived."))
    if not segments.known(campaign.segment):
        found.append(_("The circle of readers does not exist any more."))
    if not (campaign.subject_zh and campaign.subject_en):
        found.append(_("A subject is missing in one of the languages."))
    if not campaign.stories.exists() and not (campaign.intro_zh or campaign.intro_en):
        found.append(_("There is nothing in it yet."))
    found += [_("Not published, or shut off: %(title)s") % {"title": t} for t in composing.missing(campaign)]
    return found


@transaction.atomic
def schedule(*, campaign: Campaign, at: datetime | None, actor: str) -> Campaign:
    """Send a draft at a business moment; None: as soon as may be. Raises `NotAllowed` with what is wrong with it."""
    row = locked(campaign.pk)
    wrong = problems(row)
    if wrong:
        raise NotAllowed(" ".join(wrong))
    when = max(at or clock.now(), clock.now())
    move(row, CampaignState.SCHEDULED, actor=actor, text=f"{when:%Y-%m-%d %H:%M} UTC", scheduled_at=when)
    transaction.on_commit(nudge)
    return row


@transaction.atomic
def take_back(*, campaign: Campaign, actor: str) -> Campaign:
    """A scheduled letter is a draft again. Raises `NotAllowed` once it is being prepared."""
    row = locked(campaign.pk)
    move(row, CampaignState.DRAFT, actor=actor, scheduled_at=None)
    return row


@transaction.atomic
def stop(*, campaign: Campaign, actor: str) -> Campaign:
    """Stop at the next mail; what was handed over cannot be called back. Raises `NotAllowed`."""
    row = locked(campaign.pk)
    if row.state != CampaignState.SENDING:
        raise NotAllowed(_("It is not being sent."))
    move(row, CampaignState.STOPPED, actor=actor, reason=StopReason.PERSON)
    return row


@transaction.atomic
def go_on(*, campaign: Campaign, actor: str) -> Campaign:
    """Let a stopped letter go on. Raises `NotAllowed` while a batch waits for a decision."""
    row = locked(campaign.pk)
    if row.batches.filter(state__in=FOR_A_PERSON).exists():
        raise NotAllowed(_("A batch waits for your decision first."))
    move(row, CampaignState.SENDING, actor=actor)
    transaction.on_commit(nudge)
    return row


@transaction.atomic
def cancel(*, campaign: Campaign, actor: str) -> Campaign:
    """End a letter that has not gone out, or the rest of a stopped one: who still waits is left out, and counted so.

    Raises `NotAllowed` while a mail is in doubt or being handed over.
    """
    row = locked(campaign.pk)
    if row.batches.filter(state__in=[BatchState.SUBMITTING, BatchState.AMBIGUOUS]).exists():
        raise NotAllowed(_("A mail is being handed over or in doubt: decide on it first."))
    move(row, CampaignState.CANCELLED, actor=actor, scheduled_at=None)
    rest = Delivery.objects.filter(campaign=row, state=DeliveryState.QUEUED)
    rest.update(state=DeliveryState.EXCLUDED, reason=Exclusion.CANCELLED)
    Batch.objects.filter(campaign=row, state__in=[BatchState.QUEUED, BatchState.FAILED]).update(
        state=BatchState.CANCELLED
    )
    return row


def send_test(*, campaign: Campaign, to: str, language: str, rights: frozenset[str], actor: str) -> None:
    """A copy to one address, as somebody with these rights would get it; it counts nowhere."""
    body = composing.compose(campaign, language, composing.holding(rights))
    own = messages.links(None, campaign, language)
    filled = body.addressed(own.leave, own.choices)
    with override(language), transaction.atomic():
        subject = _("[Test] %(subject)s") % {"subject": filled.subject}
        mails.queue(to=to, subject=subject, text=filled.text, html=filled.html)
        note(campaign.pk, actor=actor, what="test", text=language)


def nudge(**kwargs: Any) -> None:
    """Ask a worker to look now; the sweep looks every minute in any case."""
    from editorial.letters.tasks import send_due_letters

    try:
        send_due_letters.delay()
    except Exception as trouble:  # the broker is away
        log.warning("broker away: %s", type(trouble).__name__)
