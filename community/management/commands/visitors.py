"""`manage.py visitors --people 5 --minutes 10`: the demo's people come into the running site and talk. Never in production."""

import asyncio
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from community.demo_visitors import NotHere, visit


class Command(BaseCommand):
    """Ends by itself when the time is over, and at once on Ctrl-C."""

    help = "Simulated visitors for the demo: they come over real sockets, talk, stamp and go."

    def add_arguments(self, parser: CommandParser) -> None:
        """How many, for how long, where."""
        parser.add_argument("--people", type=int, default=5)
        parser.add_argument("--minutes", type=float, default=10)
        parser.add_argument("--address", default="", help="default: the socket of PUBLIC_URL")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints how much was said."""
        address = options["address"] or f"{settings.PUBLIC_URL.replace('http', 'ws', 1)}/ws/chat/"
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # ended politely: sockets and sessions go
        people = min(max(options["people"], 2), 20)
        try:
            said = asyncio.run(visit(people=people, minutes=options["minutes"], address=address))
        except (NotHere, OSError) as trouble:
            raise CommandError(str(trouble)) from trouble
        except KeyboardInterrupt:
            return
        self.stdout.write(f"{people} visitors said {said} messages and left.")
