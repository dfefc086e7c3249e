"""`manage.py push_keys`: a new private key for web push, for `PUSH_PRIVATE_KEY`; with `--keep` it is kept in YAJI_VAR."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.push import keys


class Command(BaseCommand):
    """Prints one line, or writes the key where the house looks for it."""

    help = "Make the key by which push services know this house."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--keep`."""
        parser.add_argument("--keep", action="store_true", help="write it to push-key under YAJI_VAR, if none is there")

    def handle(self, *args: Any, **options: Any) -> None:
        """A key that is in use is never written over: with another one every browser has to subscribe anew."""
        if not options["keep"]:
            self.stdout.write(keys.make())
        elif keys.keep():
            self.stdout.write(f"Kept in {keys.path()}.")
        else:
            self.stdout.write("There is a key already; it stays.")
