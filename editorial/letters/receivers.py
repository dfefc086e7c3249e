"""What letters listen to: new accounts, and what mail providers tell."""

from typing import Any

from allauth.account.signals import user_signed_up
from anymail.signals import tracking

from accounts.models import User
from editorial.letters import hooks
from editorial.letters.actions import choosing
from ground import facts


def _signed_up(sender: Any = None, user: Any = None, **kwargs: Any) -> None:
    choosing.begin(account=user)


def _asked_elsewhere(sender: Any = None, account_id: int = 0, **kwargs: Any) -> None:
    account = User.objects.filter(pk=account_id, is_active=True).first()
    if account is not None:
        choosing.begin(account=account)


def connect() -> None:
    """Called once at start."""
    facts.letters_asked_for.connect(_asked_elsewhere, dispatch_uid="letters.asked_elsewhere")
    user_signed_up.connect(_signed_up, dispatch_uid="letters.signed_up")
    tracking.connect(hooks.heard, dispatch_uid="letters.tracking")
