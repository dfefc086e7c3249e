"""Links that sign somebody in: made for a letter, looked at by a page, used by its button.

Looking changes nothing: mail scanners follow links. Only the button's POST uses one, once.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import SignInLink, User

LIFETIME = timedelta(minutes=15)
KEPT = timedelta(days=2)


def make(*, account: User, email: str, onward: str = "") -> str:
    """A new link's token for this account's letter; `onward` is a safe local address to go to afterwards."""
    token, now = secrets.token_urlsafe(32), timezone.now()
    SignInLink.objects.create(
        account=account,
        email=email,
        digest=_digest(token),
        onward=onward if len(onward) <= 500 else "",
        created_at=now,
        ends=now + LIFETIME,
    )
    return token


def find(token: str) -> SignInLink | None:
    """The link while it opens, or None: unknown, used, too old, or of an account that is closed."""
    return _open().filter(digest=_digest(token)).select_related("account").first()


@transaction.atomic
def use(*, token: str) -> SignInLink | None:
    """Use a link: the first caller gets it, everybody after None."""
    link = find(token)
    if link is None or not _open().filter(pk=link.pk).update(closed_at=timezone.now()):
        return None
    return link


def close_all(*, account: Any) -> int:
    """Close every open link of an account: it has come in by one way, the others need not stay open."""
    return SignInLink.objects.filter(account=account, closed_at=None).update(closed_at=timezone.now())


def sweep(now: datetime) -> int:
    """Delete links that ended long ago, by real time; answers how many."""
    return SignInLink.objects.filter(ends__lt=timezone.now() - KEPT).delete()[0]


def _open() -> Any:
    return SignInLink.objects.filter(closed_at=None, ends__gt=timezone.now(), account__is_active=True)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
