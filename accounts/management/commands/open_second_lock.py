"""For somebody who lost their device and their recovery codes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import actions
from accounts.models import User


class Command(BaseCommand):
    """Takes an account's second factors away."""

    help = "Take an account's passkeys, app and recovery codes away, sign it out everywhere and write to its owner."

    def add_arguments(self, parser: CommandParser) -> None:
        """The account's e-mail."""
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        """Find, act, say what was done."""
        account = User.objects.filter(email__iexact=options["email"]).first()
        if account is None:
            raise CommandError(f"Nobody here has the address {options['email']}.")
        self.stdout.write(f"{actions.open_second_lock(account=account)} taken away.")
