"""Writes: a browser lets us call it, or not any more; what is due; what is wanted."""

import hashlib
import logging
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ec
from django.db import transaction
from django.utils import timezone

from accounts.models import Notice, SignIn, User
from accounts.push import keys, wire
from accounts.push.models import Device, Push, PushRefusal
from ground import registry

log = logging.getLogger("accounts.push")
MOST = 10  # devices of one account; the one that was longest not reached goes
KEPT = timedelta(days=30)


class BadDevice(ValueError):
    """What the browser sent is no address, or no key."""


def digest_of(endpoint: str) -> str:
    """By what an address is found."""
    return hashlib.sha256(endpoint.encode()).hexdigest()


@transaction.atomic
def subscribe(
    *, account: User, endpoint: str, p256dh: str, auth: str, session_key: str, sign_in: SignIn | None = None,
    browser: str = "", system: str = "",
) -> Device:  # fmt: skip
    """Call this browser from now on. Again, or for another account of the same browser: the row is that one's now.

    Raises BadDevice.
    """
    _check(endpoint, p256dh, auth)
    now = timezone.now()
    device, _new = Device.objects.update_or_create(
        digest=digest_of(endpoint),
        defaults={
            "account": account, "endpoint": endpoint, "p256dh": p256dh, "auth": auth, "session_key": session_key,
            "sign_in": sign_in, "browser": browser, "system": system, "created_at": now,
        },
    )  # fmt: skip
    Push.objects.filter(device=device).exclude(notice__account=account).delete()
    over = Device.objects.filter(account=account).order_by("-created_at", "-pk").values_list("pk", flat=True)[MOST:]
    Device.objects.filter(pk__in=list(over)).delete()
    return device


def _check(endpoint: str, p256dh: str, auth: str) -> None:
    try:
        wire.checked(endpoint)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), keys.decode(p256dh))
        if len(keys.decode(auth)) != 16 or len(p256dh) > 120:
            raise ValueError
    except ValueError as wrong:
        raise BadDevice from wrong


def unsubscribe(*, account: User, endpoint: str) -> int:
    """This browser is not called any more; 0 when it was not."""
    return Device.objects.filter(account=account, digest=digest_of(endpoint)).delete()[0]


def remove(*, account: User, pk: int) -> int:
    """One of the account's own devices is not called any more."""
    return Device.objects.filter(account=account, pk=pk).delete()[0]


def signed_out(*, session_key: str, sign_in: int | None = None) -> None:
    """A browser was signed out: what it subscribed goes."""
    Device.objects.filter(session_key=session_key).delete()
    if sign_in is not None:
        Device.objects.filter(sign_in=sign_in).delete()


@transaction.atomic
def choose(*, account: User, wanted: set[str]) -> None:
    """Of which kinds of notices the devices tell."""
    known = {kind.key for kind in registry.notice_kinds}
    PushRefusal.objects.filter(account=account).delete()
    PushRefusal.objects.bulk_create(PushRefusal(account=account, kind=key) for key in sorted(known - wanted))


def refused_of(account: User) -> set[str]:
    """Kinds of which the devices do not tell. One query."""
    return set(PushRefusal.objects.filter(account=account).values_list("kind", flat=True))


def queue(notice: Notice) -> int:
    """A notice's moment has come: a row for each device, in the caller's transaction; answers how many. Two queries."""
    if not notice.account.is_active or PushRefusal.objects.filter(account=notice.account, kind=notice.kind).exists():
        return 0
    devices = Device.objects.filter(account=notice.account).exclude(sign_in__ended_at__isnull=False)
    rows = [Push(notice=notice, device=device, due_at=timezone.now()) for device in devices]
    Push.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        transaction.on_commit(_hurry, robust=True)
    return len(rows)


def _hurry() -> None:
    from accounts.push.tasks import send_due_pushes

    try:
        send_due_pushes.delay()
    except Exception as trouble:  # the broker is away: the sweep finds the rows within a minute
        log.warning("broker away: %s", type(trouble).__name__)


def forget(now: datetime) -> int:
    """Rows of calls that are over, and devices whose sign-in has ended."""
    Device.objects.filter(sign_in__ended_at__isnull=False).delete()
    return Push.objects.filter(due_at__lt=timezone.now() - KEPT).delete()[0]
