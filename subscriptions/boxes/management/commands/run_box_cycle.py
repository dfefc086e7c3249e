"""`manage.py run_box_cycle --on DATE`: do everything that is due for boxes by that day. Safe to run twice."""

from argparse import ArgumentParser
from datetime import UTC, date, datetime, time
from typing import Any

from django.core.management.base import BaseCommand

from ground import clock
from subscriptions.boxes.actions import cycles
from subscriptions.boxes.queries import board


class Command(BaseCommand):
    """Prints the board afterwards."""

    help = "Open, lock, bill and allocate every cycle that is due by a day (default: now)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The one option."""
        parser.add_argument("--on", type=date.fromisoformat, help="a day as 2026-11-26; its end counts")

    def handle(self, *args: Any, on: date | None = None, **options: Any) -> None:
        """Run and print."""
        moment = datetime.combine(on, time(23, 59, 59), UTC) if on else clock.now()
        while cycles.run_due(moment):
            pass
        for _, cards in board():
            for card in cards:
                self.stdout.write(f"{card['cycle'].period} {card['cycle'].state}: {card['counts']}")
