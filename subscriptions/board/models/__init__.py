"""Work on many boxes, tried first and then done."""

from subscriptions.board.models.run import BulkLine, BulkRun

__all__ = ["BulkLine", "BulkRun"]
