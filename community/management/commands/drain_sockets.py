"""Send every chat socket away before a restart, spread over time so that they do not all come back at once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from community.door import tell_hubs


class Command(BaseCommand):
    """`drain_sockets --spread 5000`"""

    help = "Say goodbye to every chat socket; they come back within the spread (milliseconds)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--spread", type=int, default=5000, help="milliseconds")

    def handle(self, *args: Any, **options: Any) -> None:
        tell_hubs({"k": "drain", "spread_ms": options["spread"]})
        self.stdout.write("Told every hub.")
