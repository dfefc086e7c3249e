"""The only door through which a letter or a batch changes its state."""

from typing import Any

from django.utils import timezone

from editorial.letters.enums import BATCH_MOVES, CAMPAIGN_MOVES, CampaignState, StopReason
from editorial.letters.models import Batch, Campaign, CampaignEvent

HOUSE = "house"


class NotAllowed(ValueError):
    """This cannot be done in this state; the message says why, for people."""


def note(campaign_id: int, *, actor: str, what: str, text: str = "") -> None:
    """A line in the letter's record, in the caller's transaction."""
    CampaignEvent.objects.create(
        campaign_id=campaign_id, at=timezone.now(), actor=actor[:120], what=what[:40], note=text[:250]
    )


def locked(pk: int) -> Campaign:
    """The letter under its row lock; inside a transaction."""
    return Campaign.objects.select_for_update().get(pk=pk)


def move(campaign: Campaign, to: CampaignState, *, actor: str, reason: str = "", text: str = "", **fields: Any) -> None:
    """Move a locked letter on, with its line in the record. `reason`: why it stands still. Raises `NotAllowed`."""
    if to not in CAMPAIGN_MOVES[campaign.state]:
        raise NotAllowed(f"{campaign.get_state_display()} → {to.label}")
    stands = StopReason(reason) if to == CampaignState.STOPPED else ""
    values = {"state": to, "stop_reason": stands, **fields}
    Campaign.objects.filter(pk=campaign.pk).update(**values)
    for name, value in values.items():
        setattr(campaign, name, value)
    note(campaign.pk, actor=actor, what=str(to), text=text)


def move_batch(batch: Batch, to: str, **fields: Any) -> bool:
    """Move a batch if it still stands where `batch` says; answers whether it did, so that of two workers one wins.

    Leaving `submitting` gives the claim back.
    """
    if to not in BATCH_MOVES[batch.state]:
        raise NotAllowed(f"{batch.state} → {to}")
    rows = Batch.objects.filter(pk=batch.pk, state=batch.state, claim=batch.claim)
    values = {"claim": None, **fields, "state": to}
    if not rows.update(**values):
        return False
    for name, value in values.items():
        setattr(batch, name, value)
    return True
