"""What happens beside a sign-in, a sign-out and a change of password."""

from typing import Any

from allauth.account import signals as account_signals
from django.contrib.auth import signals as auth_signals
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import devices
from accounts.models import User


@receiver(auth_signals.user_logged_in)
def note_sign_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Note the device."""
    devices.note(account=user, request=request)


@receiver(auth_signals.user_logged_out)
def note_sign_out(sender: Any, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    """The device is out."""
    devices.left(session_key=request.session.session_key)


@receiver([account_signals.password_changed, account_signals.password_reset, account_signals.password_set])
def end_others(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A new password: everywhere else is out."""
    devices.keep_up(request)  # this session has a new key by now
    devices.end_all(account=user, but=request.session.session_key)
