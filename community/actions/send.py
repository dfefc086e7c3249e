"""Sending a message."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.notices import notify
from community import access
from community.access import Can
from community.actions.numbering import MENTION_KIND, append_event, take_number
from community.chat.data import created
from community.chat.protocol import Code, Kind
from community.enums import RoomState
from community.markup import aliases, mentioned, plain, render
from community.models import GroupMember, Mention, Message, Room, Seat
from community.refusals import Refused

MAX_NAMES = 500


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that is in the database. `dup`: it was there already under this cid."""

    message: Message
    seq: int
    dup: bool = False


def send_message(*, actor: User, room_id: int, cid: uuid.UUID, body: str, reply_to: int | None = None) -> Sent:
    """Say something in a room. One `cid` makes at most one message of an account, for ever.

    `body` is cleaned text (`protocol.clean_body`). Raises Refused.
    """
    known = _already(actor, cid)
    if known:
        return known
    room, can = _check(actor, room_id)
    answered = _answered(room, reply_to)
    html = render(body, names_in(room))
    try:
        with transaction.atomic():
            return _write(
                actor=actor, room=room, can=can, cid=cid, body=body, html=html, answered=answered, at=timezone.now()
            )
    except IntegrityError:
        known = _already(actor, cid)
        if known is None:
            raise
        return known


@transaction.atomic
def import_message(
    *, actor: User, room: Room, cid: uuid.UUID, body: str, answered: Message | None, at: datetime
) -> Sent:
    """Put a message of the past into a room: no rights are asked. For demo content and imports."""
    people = User.objects.exclude(name="").values_list("name", "public_id")[:MAX_NAMES]
    html = render(body, aliases((name, str(public_id)) for name, public_id in people))
    everything = Can(read=True, write=True, moderate=True)
    return _write(actor=actor, room=room, can=everything, cid=cid, body=body, html=html, answered=answered, at=at)


def _already(actor: User, cid: uuid.UUID) -> Sent | None:
    found = Message.objects.filter(sender=actor, client_id=cid).first()
    if found is None:
        return None
    seq = found.events.filter(room_id=found.room_id, kind=Kind.MESSAGE.value).values_list("seq", flat=True).first()
    return Sent(found, seq or found.rev, dup=True)


def _check(actor: User, room_id: int) -> tuple[Room, Can]:
    try:
        room, can = access.access_room_by_id(actor, room_id)
    except access.Missing as missing:
        raise Refused(Code.NOT_FOUND) from missing
    if can.bar:
        raise Refused(Code.BARRED)
    if not can.read:
        raise Refused(Code.FORBIDDEN)
    if not can.write:
        raise Refused(Code.OVERDUE if can.overdue else Code.CLOSED if room.state != RoomState.OPEN else Code.FORBIDDEN)
    if room.slow_seconds and not can.moderate:
        _keep_slow(actor, room)
    return room, can


def _keep_slow(actor: User, room: Room) -> None:
    last = Message.objects.filter(room=room, sender=actor).order_by("-no").values_list("created_at", flat=True).first()
    if last is None:
        return
    left = (last + timedelta(seconds=room.slow_seconds) - timezone.now()).total_seconds()
    if left > 0:
        raise Refused(Code.SLOW, after=int(left) + 1)


def _answered(room: Room, reply_to: int | None) -> Message | None:
    if reply_to is None:
        return None
    found = Message.objects.select_related("sender").filter(pk=reply_to, room=room).first()
    if found is None:
        raise Refused(Code.NOT_FOUND)
    return found


def _as_it_stands(answered: Message | None) -> Message | None:
    """The answered message once more, under the room's lock: it may have gone since it was first read."""
    if answered is None:
        return None
    return Message.objects.select_related("sender").filter(pk=answered.pk).first()


def names_in(room: Room) -> dict[str, str]:
    """Names that can be mentioned here: whoever has a seat in the room, the latest first."""
    rows = Seat.objects.filter(room=room, account__is_active=True).exclude(account__name="").order_by("-pk")
    people = rows.values_list("account__name", "account__public_id")[:MAX_NAMES]
    return aliases((name, str(public_id)) for name, public_id in people)


def _write(
    *, actor: User, room: Room, can: Can, cid: uuid.UUID, body: str, html: str, answered: Message | None, at: datetime
) -> Sent:
    place = GroupMember.objects.filter(group_id=room.group_id, account=actor).first()
    numbers = take_number(room.pk, message=True)
    answered = _as_it_stands(answered)
    if numbers.state != room.state and not can.moderate:
        raise Refused(Code.CLOSED)
    message = Message.objects.create(
        room=room, no=numbers.no, rev=numbers.seq, sender=actor, client_id=cid, body=body, html=html,
        reply_to=answered, created_at=at,
    )  # fmt: skip
    data = created(message, place)
    append_event(room_id=room.pk, seq=numbers.seq, kind=Kind.MESSAGE, actor=actor, message=message, data=data, at=at)
    _read_own(actor, room, numbers.no)
    tell_mentioned(message=message, actor=actor, public_ids=mentioned(html))
    return Sent(message, numbers.seq)


def _read_own(actor: User, room: Room, no: int) -> None:
    """What one has written is read, if nothing before it was unread."""
    seat, new = Seat.objects.get_or_create(account=actor, room=room, defaults={"last_read_no": no})
    if not new and seat.last_read_no == no - 1:
        Seat.objects.filter(pk=seat.pk, last_read_no__lt=no).update(last_read_no=no)


def tell_mentioned(*, message: Message, actor: User, public_ids: Iterable[str]) -> None:
    """Note mentions and tell the people mentioned, once each, never oneself.

    Who has a seat may have lost the right since: they are told nothing.
    """
    for account in User.objects.filter(public_id__in=list(public_ids)).exclude(pk=actor.pk):
        if not _reads(account, message.room):
            continue
        Mention.objects.get_or_create(account=account, room=message.room, no=message.no)
        notify(
            account=account,
            kind=MENTION_KIND,
            subject_key=message.room.subject,
            context={
                "by": actor.display_name, "text": plain(message.html), "group": message.room.group.slug,
                "room": message.room.slug, "room_zh": message.room.name_zh, "room_en": message.room.name_en,
                "no": message.no,
            },
            dedupe=message.subject,
        )  # fmt: skip


def _reads(account: User, room: Room) -> bool:
    return access.can(room, account, access.fresh_rights(account), access.role_in(account, room.group_id)).read
