"""Signing out of a browser takes its subscription along."""

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver

from accounts import devices
from accounts.push import actions


@receiver(user_logged_out, dispatch_uid="push.logout")
def browser_was_signed_out(request: Any, **kwargs: Any) -> None:
    """Whoever comes in next on this browser is not told what is for somebody else."""
    session = getattr(request, "session", None)
    if session is not None and session.session_key:
        mark = session.get(devices.MARK) or (None,)
        actions.signed_out(session_key=session.session_key, sign_in=mark[0])
