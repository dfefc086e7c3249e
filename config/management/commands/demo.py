"""`manage.py demo`: migrate, then let every app seed its demo content. Development only; idempotent."""

import sys
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from ground import registry
from ground.facts import content_changed


class Command(BaseCommand):
    """Prints one line per app and a bar over all of them."""

    help = "Prepare the database and the demo content (development only)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it all; raises outside development."""
        if settings.ENVIRONMENT.env == "production":
            raise CommandError("The demo's accounts have a known password: they exist in development only.")
        settings.VAR.mkdir(parents=True, exist_ok=True)
        self._part("tables", 0, lambda step: call_command("migrate", verbosity=0, interactive=False))
        seeds = list(registry.demo_seeds)
        for number, seed in enumerate(seeds, start=1):
            self._part(seed.key, number / len(seeds), seed.run)
        content_changed.send(sender=Command, reason="demo content")

    def _part(self, name: str, share: float, work: Any) -> None:
        began = time.monotonic()
        self._draw(name, share, "")
        work(lambda text: self._draw(name, share, text))
        self.stdout.write(f"\r\033[K    {name}: {time.monotonic() - began:.1f} s" if sys.stdout.isatty() else
                          f"    {name}: {time.monotonic() - began:.1f} s")  # fmt: skip

    def _draw(self, name: str, share: float, text: str) -> None:
        if sys.stdout.isatty():
            bar = "█" * int(share * 20) + "░" * (20 - int(share * 20))
            sys.stdout.write(f"\r\033[K    {bar} {name} {text[:60]}")
            sys.stdout.flush()
