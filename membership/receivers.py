"""What follows when the owner changes tiers: pages that tell of them fall."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save

from ground import facts
from membership.models import ComparisonCell, ComparisonRow, Tier, TierBenefit, TierRight

TOLD = (Tier, TierBenefit, TierRight, ComparisonRow, ComparisonCell)


def connect() -> None:
    """Called once at start."""
    for model in TOLD:
        for signal in (post_save, post_delete):
            signal.connect(_changed, sender=model, dispatch_uid=f"membership.told.{model.__name__}")


def _changed(sender: Any, **kwargs: Any) -> None:
    transaction.on_commit(lambda: facts.offers_changed.send(sender=sender, reason="tiers"))
