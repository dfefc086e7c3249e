"""Compare the shelf's counters with the rows behind them."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from subscriptions.boxes.actions.stock import verify_stock


class Command(BaseCommand):
    """Exit 1 with a table when something drifts."""

    help = "Compare on_hand with the stock book and allocated with what has promised it; exit 1 when they differ."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what differs."""
        drifts = verify_stock()
        if not drifts:
            self.stdout.write("The shelf and the book agree.")
            return
        self.stdout.write(f"{'item':<30}{'on hand':>9}{'book':>9}{'promised':>10}{'rows':>9}")
        for drift in drifts:
            item = drift.item
            self.stdout.write(
                f"{item.sku:<30}{item.on_hand:>9}{drift.on_hand_by_book:>9}{item.allocated:>10}{drift.allocated_by_rows:>9}"
            )
        sys.exit(1)
