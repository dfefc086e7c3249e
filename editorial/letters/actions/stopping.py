"""How a batch ends, and what makes a letter wait for a person."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from editorial.letters.actions.moving import HOUSE, locked, move, move_batch, note
from editorial.letters.enums import BatchState, CampaignState, DeliveryState, Exclusion, StopReason
from editorial.letters.models import Batch, Campaign, Delivery

ATTEMPTS = 6


def doubt(row: Campaign, batch: Batch, why: str) -> bool:
    """A mail of this batch may or may not have been taken: batch and letter (locked) stop for a person."""
    if not move_batch(batch, BatchState.AMBIGUOUS, error=why[:250]):
        return False
    note(row.pk, actor=HOUSE, what="in doubt", text=f"batch {batch.number}: {why}")
    if row.state == CampaignState.SENDING:
        move(row, CampaignState.STOPPED, actor=HOUSE, reason=StopReason.DOUBT, text=f"batch {batch.number}")
    return True


@transaction.atomic
def in_doubt(batch: Batch, why: str) -> None:
    """The worker itself does not know what became of a mail."""
    doubt(locked(batch.campaign_id), batch, why)


@transaction.atomic
def refused(batch: Batch, why: str) -> None:
    """Certainly not taken: again later, at longer and longer intervals; after the last attempt a person is asked."""
    row = locked(batch.campaign_id)
    attempts = batch.attempts + 1
    if attempts < ATTEMPTS:
        move_batch(batch, BatchState.QUEUED, attempts=attempts, error=why[:250], due_at=_later(attempts))
        return
    if move_batch(batch, BatchState.FAILED, attempts=attempts, error=why[:250]) and row.state == CampaignState.SENDING:
        text = f"batch {batch.number}: {why}"
        move(row, CampaignState.STOPPED, actor=HOUSE, reason=StopReason.REFUSED, text=text)


@transaction.atomic
def done(batch: Batch, why: str) -> None:
    """Every mail has been tried. Addresses that were refused for now get their next attempt, and at last are left out."""
    locked(batch.campaign_id)
    waiting = Delivery.objects.filter(batch=batch, state=DeliveryState.QUEUED)
    attempts = batch.attempts + 1
    if waiting.exists() and attempts < ATTEMPTS:
        move_batch(batch, BatchState.QUEUED, attempts=attempts, error=why[:250], due_at=_later(attempts))
    elif move_batch(batch, BatchState.SUBMITTED):
        waiting.update(state=DeliveryState.EXCLUDED, reason=Exclusion.REFUSED)


def _later(attempts: int) -> datetime:
    return timezone.now() + timedelta(minutes=2**attempts)
