"""Sending what is due: asked once more whether it still matters, sealed, and without any words of anybody."""

import hashlib
import json
import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Notice
from accounts.push import keys, wire
from accounts.push.models import Device, Push, PushRefusal, PushState
from accounts.push.sealing import seal
from ground import registry

log = logging.getLogger("accounts.push")
AT_ONCE = 200
ATTEMPTS = 5
LEASE = timedelta(minutes=5)
LIVES = 12 * 60 * 60  # seconds that a push service keeps it for a device that is off
GONE = frozenset({404, 410})


def send_due(now: datetime | None = None) -> int:
    """Everything that is due by real time; answers how many went out. Several workers may do it at once."""
    if not keys.public():
        return 0
    due = Push.objects.filter(state=PushState.WAITING, due_at__lte=timezone.now()).order_by("due_at")
    return sum(_claimed(pk) for pk in list(due.values_list("pk", flat=True)[:AT_ONCE]))


def _claimed(pk: int) -> int:
    """Whoever moves the moment on has the row; a worker that dies leaves it to the next sweep."""
    now = timezone.now()
    mine = Push.objects.filter(pk=pk, state=PushState.WAITING, due_at__lte=now)
    if not mine.update(due_at=now + LEASE):
        return 0
    push = Push.objects.select_related("notice__account", "device").filter(pk=pk).first()
    return _send(push) if push else 0


def _send(push: Push) -> int:
    if not worth(push.notice, push.device):
        _end(push, PushState.NEEDLESS)
        return 0
    device = push.device
    try:
        body = seal(words(push.notice), p256dh=keys.decode(device.p256dh), auth=keys.decode(device.auth))
        answer = wire.post(device.endpoint, body, headers(push.notice, device))
    except ValueError as wrong:  # an address that we do not call (any more), or keys that are none
        _end(push, PushState.FAILED, str(wrong))
        return 0
    except wire.NoAnswer as trouble:
        return _later(push, str(trouble))
    return _answered(push, answer)


def worth(notice: Notice, device: Device) -> bool:
    """Not read meanwhile, still wanted, and still so: whoever is looking is not called."""
    kind = registry.notice_kinds.get(notice.kind)
    if kind is None or notice.read_at is not None or not notice.account.is_active:
        return False
    if device.account_id != notice.account_id or (device.sign_in and device.sign_in.ended_at):
        return False
    if PushRefusal.objects.filter(account=notice.account, kind=notice.kind).exists():
        return False
    return kind.still is None or kind.still(notice)


def words(notice: Notice) -> bytes:
    """What the device shows: that there is something, and in which room, if the member may know of the room now."""
    account = notice.account
    with override(account.language):
        card = _card(notice)
        body = _("Something new in %(room)s") % {"room": card.title} if card else _("Something new for you")
        told = {"title": "Yaji 雅集", "body": body, "tag": topic(notice), "lang": account.language,
                "url": card.url if card else reverse("accounts:notices")}  # fmt: skip
    return json.dumps(told, ensure_ascii=False).encode()


def _card(notice: Notice) -> Any:
    """The room's card, as this account may see it now; None for what is about no room."""
    key = notice.subject_key
    if not key.startswith("room:"):
        return None
    return registry.resolve_subjects([key], notice.account.language, notice.account).get(key)


def topic(notice: Notice) -> str:
    """Of the same topic the device keeps the last: 32 signs at most, and no word that means something to others."""
    about = f"{settings.SECRET_KEY}:{notice.account_id}:{notice.subject_key or notice.kind}"
    return keys.encode(hashlib.sha256(about.encode()).digest())[:32]


def headers(notice: Notice, device: Device) -> dict[str, str]:
    """What the push service needs to know, and no more."""
    return {
        "Authorization": keys.authorization(device.endpoint), "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream", "TTL": str(LIVES), "Topic": topic(notice), "Urgency": "normal",
    }  # fmt: skip


def _answered(push: Push, answer: wire.Answer) -> int:
    if 200 <= answer.status < 300:
        with transaction.atomic():
            _end(push, PushState.SENT)
            Device.objects.filter(pk=push.device_id).update(reached_at=timezone.now())
        return 1
    if answer.status in GONE:  # the browser has forgotten us
        push.device.delete()
        return 0
    if answer.status == 429 or answer.status >= 500:
        return _later(push, f"status {answer.status}", answer.after)
    _end(push, PushState.FAILED, f"status {answer.status}")
    return 0


def _later(push: Push, why: str, after: int = 0) -> int:
    """Again after one, two, four, eight minutes, or when the service asks for it; then it is old news."""
    attempts = push.attempts + 1
    if attempts >= ATTEMPTS:
        log.warning("push %s given up: %s", push.pk, why)
        _end(push, PushState.FAILED, why)
        return 0
    wait = max(timedelta(minutes=2 ** (attempts - 1)), timedelta(seconds=after))
    Push.objects.filter(pk=push.pk).update(attempts=attempts, error=why[:200], due_at=timezone.now() + wait)
    return 0


def _end(push: Push, state: PushState, why: str = "") -> None:
    Push.objects.filter(pk=push.pk).update(state=state, error=why[:200])
