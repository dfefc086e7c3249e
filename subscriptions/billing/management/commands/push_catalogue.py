"""`manage.py push_catalogue`: our plans and prices at Stripe, by lookup key."""

from typing import Any

from django.core.management.base import BaseCommand

from subscriptions.billing import catalogue


class Command(BaseCommand):
    """Says how many products and prices were made; running it again makes none."""

    help = "Create products and prices at Stripe that are not there yet."

    def handle(self, *args: Any, **options: Any) -> None:
        """Push and print."""
        self.stdout.write(f"{catalogue.push()} made")
