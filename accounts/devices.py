"""Sign-ins and devices: noted when somebody comes in, looked at and ended by their owner. Real time throughout."""

import hashlib
import ipaddress
import re
import secrets
from datetime import datetime, timedelta
from typing import Any

from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import links, notices
from accounts.models import SignIn, User
from accounts.sessions import SessionStore

COOKIE, COOKIE_AGE = "yaji_device", 60 * 60 * 24 * 400
MARK = "sign_in"  # in the session: the sign-in's id, its session key as noted, and when it was last noted
NOTED_EVERY = timedelta(minutes=10)
FORGOTTEN_AFTER = timedelta(days=180)

BROWSERS = (
    ("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("Windows", "Windows"),
    ("Mac OS X", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def words(agent: str) -> tuple[str, str]:
    """A browser and a system in words, empty where the device does not say."""
    browser = next((name for sign, name in BROWSERS if sign in agent), "")
    return browser, next((name for sign, name in SYSTEMS if sign in agent), "")


def network_of(address: str | None) -> str:
    """The part of an address that is kept: 203.0.113.x, or the first three groups of a long one."""
    try:
        ip = ipaddress.ip_address(address or "")
    except ValueError:
        return ""
    if isinstance(ip, ipaddress.IPv4Address):
        return re.sub(r"\d+$", "x", str(ip))
    return ":".join(ip.exploded.split(":")[:3]) + ":…"


@transaction.atomic
def note(*, account: User, request: HttpRequest) -> SignIn:
    """Note that the account came in with this request. A device that it has not used before is told of by letter."""
    cookie = request.COOKIES.get(COOKIE) or secrets.token_urlsafe(24)
    browser, system = words(request.META.get("HTTP_USER_AGENT", ""))
    if not request.session.session_key:
        request.session.save()
    row = SignIn(
        account=account, session_key=request.session.session_key or "", device=_digest(cookie), browser=browser,
        system=system, network=network_of(get_client_ip(request)), created_at=timezone.now(), seen_at=timezone.now(),
    )  # fmt: skip
    stranger = _stranger(row)
    row.save()
    links.close_all(account=account)
    mark(request, row)
    request.device_cookie = cookie  # type: ignore[attr-defined]
    if stranger:
        context = {"browser": browser, "system": system, "network": row.network, "at": row.created_at.isoformat()}
        notices.notify(account=account, kind="accounts.new_device", context=context, dedupe=str(row.pk))
    return row


def mark(request: HttpRequest, row: SignIn) -> None:
    """Write into the session which sign-in it is."""
    request.session[MARK] = [row.pk, row.session_key, int(row.seen_at.timestamp())]


def keep_up(request: HttpRequest) -> None:
    """Now and then note that a device is still in; follow its session when that got a new key. Mostly no query."""
    pk, key, noted = request.session.get(MARK) or (None, None, 0)
    now, current = timezone.now(), request.session.session_key
    if pk is None or (key == current and now.timestamp() - noted < NOTED_EVERY.total_seconds()):
        return
    SignIn.objects.filter(pk=pk).update(session_key=current, seen_at=now)
    request.session[MARK] = [pk, current, int(now.timestamp())]


def of(account: User) -> list[SignIn]:
    """The sign-ins that are open, the latest seen first. Two queries."""
    rows = list(SignIn.objects.filter(account=account, ended_at=None).order_by("-seen_at")[:100])
    keys = [row.session_key for row in rows]
    live = set(
        Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now()).values_list(
            "session_key", flat=True
        )
    )
    return [row for row in rows if row.session_key in live]


@transaction.atomic
def end(*, account: User, pk: int) -> int:
    """Sign one device out; 0 when it is not the account's or is out already."""
    return _end(SignIn.objects.filter(account=account, pk=pk, ended_at=None))


@transaction.atomic
def end_all(*, account: User, but: str | None = None) -> int:
    """Sign every device out, but for the session of this key; answers how many."""
    return _end(SignIn.objects.filter(account=account, ended_at=None).exclude(session_key=but or ""))


def left(*, session_key: str | None) -> None:
    """Note that a session was signed out by its owner."""
    SignIn.objects.filter(session_key=session_key or "-", ended_at=None).update(ended_at=timezone.now())


def sweep(now: datetime) -> int:
    """Forget sign-ins that were last seen long ago."""
    return SignIn.objects.filter(seen_at__lt=timezone.now() - FORGOTTEN_AFTER).delete()[0]


def _end(rows: Any) -> int:
    keys = list(rows.select_for_update().values_list("session_key", flat=True))
    rows.update(ended_at=timezone.now())
    for key in keys:
        SessionStore().delete(key)
    return len(keys)


def _stranger(row: SignIn) -> bool:
    """True when the account has come in before, but never on this device: by its cookie, or by all that we know of it."""
    earlier = SignIn.objects.filter(account=row.account)
    alike = {"browser": row.browser, "system": row.system, "network": row.network}
    return earlier.exists() and not (earlier.filter(device=row.device).exists() or earlier.filter(**alike).exists())


def _digest(cookie: str) -> str:
    return hashlib.sha256(f"{settings.SECRET_KEY}{cookie}".encode()).hexdigest()
