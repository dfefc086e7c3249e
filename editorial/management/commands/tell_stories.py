"""`manage.py tell_stories`: for a house whose stories are older than what hangs on them."""

from typing import Any

from django.core.management.base import BaseCommand

from editorial.receivers import tell_all_shown


class Command(BaseCommand):
    """Says of every story that it stands, so that each gets its place for comments. Safe to repeat."""

    help = "Tell the rest of the house of every story, as publishing it does."

    def handle(self, *args: Any, **options: Any) -> None:
        """Does it, and says how many."""
        self.stdout.write(f"{tell_all_shown()} stories told.")
