"""What letters listen to: new accounts, and what mail providers tell."""

from typing import Any

from allauth.account.signals import user_signed_up
from anymail.signals import tracking

from editorial.letters import hooks
from editorial.letters.actions import choosing


def _signed_up(sender: Any = None, user: Any = None, **kwargs: Any) -> None:
    choosing.begin(account=user)


def connect() -> None:
    """Called once at start."""
    user_signed_up.connect(_signed_up, dispatch_uid="letters.signed_up")
    tracking.connect(hooks.heard, dispatch_uid="letters.tracking")
