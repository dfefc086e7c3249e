"""Numbers of a room: taken last, under the room's row lock, so that they are dense and in commit order.

An auto-increment id becomes visible out of order and is no cursor; a number taken here cannot be seen before the
numbers below it. A rollback returns it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Notice, User
from community.chat.protocol import Kind
from community.door import announce
from community.models import Message, Room, RoomEvent

MENTION_KIND = "community.mention"
THREAD_KIND = "community.thread"
NEWS_KIND = "community.news"
DECIDED_KIND = "community.report_decided"


@dataclass(frozen=True, slots=True)
class Numbers:
    """What taking a number tells: the number itself, the count of messages, and the room's state at that point."""

    seq: int
    no: int
    state: str


def take_number(room_id: int, *, message: bool = False) -> Numbers:
    """Lock the room and take its next number. Call inside a transaction, as the last lock."""
    grown = {"last_seq": F("last_seq") + 1}
    if message:
        grown["last_no"] = F("last_no") + 1
    Room.objects.filter(pk=room_id).update(**grown)
    return Numbers(*Room.objects.values_list("last_seq", "last_no", "state").get(pk=room_id))


def append_event(
    *, room_id: int, seq: int, kind: Kind, actor: User | None, message: Message | None, data: Mapping[str, Any],
    at: datetime | None = None,
) -> None:  # fmt: skip
    """Write what happened under its number, and publish it after commit."""
    RoomEvent.objects.create(
        room_id=room_id, seq=seq, kind=kind.value, actor=actor, message=message, payload=dict(data),
        created_at=at or timezone.now(),
    )  # fmt: skip
    announce(room_id, seq, kind.value, data)


def blank_notices(message: Message, *, author: bool = False) -> None:
    """Take the words of a tombstone out of what others were told: of mentions, and of decisions about it."""
    named = Q(kind__in=(MENTION_KIND, THREAD_KIND, NEWS_KIND), dedupe=message.subject)
    for notice in Notice.objects.filter(named | Q(kind=DECIDED_KIND, subject_key=message.subject)):
        notice.context = _blank(notice.context, author=author)
        notice.save(update_fields=["context"])


def blank_events(message: Message, *, author: bool = False) -> None:
    """Take the words of a tombstone out of the log: of its own events, and of quotes in answers to it.

    Somebody who comes back later then never receives them. `author` takes the name out as well.
    """
    for row in RoomEvent.objects.filter(room_id=message.room_id, message=message):
        row.payload = _blank(row.payload, author=author)
        row.save(update_fields=["payload"])
    answers = RoomEvent.objects.filter(room_id=message.room_id, message__reply_to=message, kind=Kind.MESSAGE.value)
    for row in answers:
        if row.payload.get("reply"):
            row.payload["reply"] = {**row.payload["reply"], "name": "", "text": ""}
            row.save(update_fields=["payload"])


def _blank(payload: dict[str, Any], *, author: bool) -> dict[str, Any]:
    blank = {**payload, **{key: "" for key in ("html", "text", "name") if key in payload}}
    if "parts" in payload:
        blank["parts"] = []
    if author and isinstance(blank.get("by"), dict):
        blank["by"] = dict.fromkeys(blank["by"], "")
    elif author and "by" in blank:
        blank["by"] = ""
    return blank
