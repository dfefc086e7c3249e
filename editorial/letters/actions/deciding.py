"""What a person decides about a batch that waits for one. Every decision leaves a line with a name."""

from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from editorial.letters.actions.moving import NotAllowed, locked, move, move_batch, note
from editorial.letters.actions.planning import nudge
from editorial.letters.enums import FOR_A_PERSON, BatchState, CampaignState, DeliveryState, Exclusion, StopReason
from editorial.letters.models import Batch, Delivery


class Decision(StrEnum):
    """For what is in doubt: send it again, or count it as sent. For what is refused: try again, or leave it out."""

    AGAIN = "again"
    SENT = "sent"
    OUT = "out"


FITTING = {
    BatchState.AMBIGUOUS: frozenset({Decision.AGAIN, Decision.SENT}),
    BatchState.FAILED: frozenset({Decision.AGAIN, Decision.OUT}),
}


@transaction.atomic
def decide(*, batch: Batch, decision: Decision, actor: str) -> None:
    """Settle what is in doubt or refused; the rest of the batch then goes on. Once nothing waits for a person any more
    the letter goes on too, unless a person stopped it. Raises `NotAllowed`."""
    campaign = locked(batch.campaign_id)
    batch.refresh_from_db()
    if decision not in FITTING.get(BatchState(batch.state), ()):
        raise NotAllowed(f"{batch.get_state_display()}: {decision}")
    number = _settle(batch, decision)
    move_batch(batch, BatchState.QUEUED, attempts=0, due_at=timezone.now())
    note(campaign.pk, actor=actor, what=f"decided: {decision}", text=f"batch {batch.number}, {number}")
    waits = campaign.batches.filter(state__in=FOR_A_PERSON).exists()
    if not waits and campaign.stop_reason in (StopReason.DOUBT, StopReason.REFUSED):
        move(campaign, CampaignState.SENDING, actor=actor)
        transaction.on_commit(nudge)


def _settle(batch: Batch, decision: Decision) -> int:
    own = Delivery.objects.filter(batch=batch)
    open_ = own.filter(state=DeliveryState.SUBMITTING)
    if decision == Decision.AGAIN:
        return open_.update(state=DeliveryState.QUEUED)
    if decision == Decision.SENT:
        return open_.update(state=DeliveryState.SUBMITTED, submitted_at=timezone.now())
    rest = own.filter(state=DeliveryState.QUEUED)
    return rest.update(state=DeliveryState.EXCLUDED, reason=Exclusion.COUNTED_OUT)
