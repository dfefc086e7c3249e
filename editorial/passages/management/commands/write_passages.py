"""`manage.py write_passages`: the site search's index again, from what is published."""

from typing import Any

from django.core.management.base import BaseCommand

from editorial.passages.actions import write_all


class Command(BaseCommand):
    """After a restore, or after a change of how words are cut."""

    help = "Write the site search's index of pages again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Says how many passages there are now."""
        self.stdout.write(f"{write_all()} passages")
