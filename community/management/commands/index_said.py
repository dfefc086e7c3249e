"""`manage.py index_said`: put messages into the search index that are not in it yet. Can be stopped and begun again."""

from typing import Any

from django.core.management.base import BaseCommand

from community import said
from community.models import Message

AT_ONCE = 1000


class Command(BaseCommand):
    """In steps of a thousand, each committed by itself: nothing is locked while it runs."""

    help = "Put messages into the search index that are not in it yet."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, and say how many."""
        done = last = 0
        while rows := list(
            Message.objects.filter(pk__gt=last, words=None, deleted_at=None, hidden_at=None).order_by("pk")[:AT_ONCE]
        ):
            said.remember_all(rows)
            done, last = done + len(rows), rows[-1].pk
            self.stdout.write(f"{done} messages")
        self.stdout.write(self.style.SUCCESS(f"{done} messages are in the index now."))
