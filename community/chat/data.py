"""Messages and events as data: what goes over the wire, and the whole room as one snapshot."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, Max

from community import parts
from community.models import GroupMember, Message, Reaction, Room
from community.people import person, places

NO_REPLIES: Mapping[str, Any] = {"n": 0, "at": ""}


def moment(at: datetime) -> str:
    """A moment on the wire: UTC, milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def quote(message: Message | None) -> dict[str, Any] | None:
    """The message that another one answers, in one line; without words once it is a tombstone."""
    if message is None:
        return None
    gone = message.is_tombstone
    name = "" if message.sender is None else message.sender.display_name
    return {
        "mid": message.pk,
        "no": message.no,
        "name": "" if gone else name,
        "text": "" if gone else parts.line(message.html, message.parts),
    }


def created(message: Message, place: GroupMember | None) -> dict[str, Any]:
    """`d` of a `msg` event."""
    return {
        "mid": message.pk,
        "no": message.no,
        "cid": str(message.client_id),
        "by": person(message.sender, place),
        "at": moment(message.created_at),
        "html": message.html,
        "reply": quote(message.reply_to),
        "thread": message.thread_id,
        "parts": message.parts,
    }


def edited(message: Message) -> dict[str, Any]:
    """`d` of an `edit` event."""
    return {
        "mid": message.pk,
        "html": message.html,
        "text": parts.line(message.html, message.parts),
        "at": moment(message.edited_at or message.created_at),
    }


def pinned(message: Message) -> dict[str, Any]:
    """`d` of a `pin` event."""
    on = message.pinned_at is not None and not message.is_tombstone
    name = message.sender.display_name if message.sender else ""
    return {
        "mid": message.pk,
        "on": on,
        "name": name if on else "",
        "text": parts.line(message.html, message.parts) if on else "",
    }


def whole(
    message: Message, stamps: Mapping[str, int], place: GroupMember | None, under: Mapping[str, Any] = NO_REPLIES
) -> dict[str, Any]:
    """A message as it stands now: what a client has after applying every event. `under`: its thread in two words."""
    gone = message.gone or ("hidden" if message.hidden_at else "")
    data = created(message, place)
    if gone:
        data["html"] = ""
        data["reply"], data["parts"] = None, []
    return {
        **data,
        "under": dict(under),
        "edited": moment(message.edited_at) if message.edited_at and not gone else "",
        "gone": gone,
        "why": message.hidden_reason if gone == "hidden" else "",
        "stamps": {} if gone else dict(stamps),
        "pinned": message.pinned_at is not None and not gone,
    }


def shown(message: Message) -> dict[str, Any]:
    """`d` of a `show` event: a hidden message that stands again, whole; `text` for the answers that quote it."""
    place = places(message.room.group_id, [message.sender_id]).get(message.sender_id or 0)
    under = threads_of([message]).get(message.pk, NO_REPLIES)
    return {
        **whole(message, stamps_of([message]).get(message.pk, {}), place, under),
        "text": parts.line(message.html, message.parts),
    }


def stamps_of(messages: Iterable[Message]) -> dict[int, dict[str, int]]:
    """Stamps with their counts by message id; one query."""
    found: dict[int, dict[str, int]] = {}
    rows = Reaction.objects.filter(message__in=messages).values_list("message_id", "stamp").annotate(n=Count("pk"))
    for message_id, stamp, n in rows.order_by("message_id", "stamp"):
        found.setdefault(message_id, {})[stamp] = n
    return found


def threads_of(messages: Iterable[Message]) -> dict[int, dict[str, Any]]:
    """How many messages stand under each, and since when the last, by message id; one query."""
    rows = Message.objects.filter(thread__in=messages).values_list("thread_id").annotate(Count("pk"), Max("created_at"))
    return {pk: {"n": n, "at": moment(at)} for pk, n, at in rows.order_by("thread_id")}


def wholes(room: Room, messages: list[Message]) -> list[dict[str, Any]]:
    """Messages of one room with everything on them; three queries."""
    stamps, under = stamps_of(messages), threads_of(messages)
    where = places(room.group_id, {m.sender_id for m in messages if m.sender_id})
    return [whole(m, stamps.get(m.pk, {}), where.get(m.sender_id or 0), under.get(m.pk, NO_REPLIES)) for m in messages]


def snapshot(room_id: int) -> dict[str, Any]:
    """The whole room: what replaying every event from the first must come to."""
    room = Room.objects.get(pk=room_id)
    messages = list(Message.objects.filter(room=room).select_related("sender", "reply_to__sender").order_by("pk"))
    return {"seq": room.last_seq, "state": room.state, "messages": {d["mid"]: d for d in wholes(room, messages)}}
