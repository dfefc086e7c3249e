"""`manage.py lay_pages`: what a new installation needs before editors can begin."""

from typing import Any

from django.core.management.base import BaseCommand

from editorial.actions import lay_directories, lay_trees
from editorial.demo.plain import lay_plain_pages
from editorial.team import ensure_team


class Command(BaseCommand):
    """Front pages, channels, the plain pages that the footer links, and the editors' permissions. Safe to repeat."""

    help = "Lay out front page, stories and plain pages in every language, and the group of editors."

    def handle(self, *args: Any, **options: Any) -> None:
        """Does it, and says so."""
        homes = lay_trees()
        lay_directories(homes)
        lay_plain_pages(homes)
        ensure_team()
        self.stdout.write(f"{len(homes)} front pages stand.")
