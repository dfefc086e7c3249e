"""What the board adds to the lists of the ground floor."""

from typing import Any

from ground.registry import DueWork, ErasureStep, due_work, erasure_steps
from subscriptions.board.actions import working
from subscriptions.board.models import BulkLine

MODELS = ("board.BulkLine",)


def register() -> None:
    """Called once at start."""
    due_work.register(DueWork("board-runs", working.run_due, order=70))
    erasure_steps.register(ErasureStep("board", MODELS, _erase, order=53))


def _erase(account: Any) -> None:
    """What sheets said and what stood before holds addresses: it goes."""
    BulkLine.objects.filter(order__subscription__account=account).update(data={}, before=None)
