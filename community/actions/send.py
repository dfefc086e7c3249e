"""Sending a message."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.notices import notify
from community import access, said
from community.access import Can
from community.actions.numbering import MENTION_KIND, append_event, take_number
from community.chat.data import created
from community.chat.protocol import Code, Kind
from community.enums import HeldState, Level, RoomState, WatchAct
from community.markup import aliases, mentioned, plain, render
from community.models import Block, GroupMember, HeldMessage, Mention, Message, Room, Seat
from community.moderation import watching
from community.refusals import Refused
from community.trust import NEW_LINKS, NEW_MENTIONS, at_least_met
from ground import clock

MAX_NAMES = 500
QUIET_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that is in the database. `dup`: it was there already under this cid."""

    message: Message
    seq: int
    dup: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """A message that is in the database and waits for a moderator."""

    room_id: int


def send_message(
    *, actor: User, room_id: int, cid: uuid.UUID, body: str, reply_to: int | None = None
) -> Sent | Held:  # fmt: skip
    """Say something in a room. One `cid` makes at most one message of an account, for ever.

    `body` is cleaned text (`protocol.clean_body`). A watched word may hold it for a moderator. Raises Refused.
    """
    known = _already(actor, cid)
    if known:
        return known
    room, can = _check(actor, room_id)
    answered = _answered(room, reply_to)
    html = render(body, names_in(room))
    found = None if can.moderate else watching.look(body, room.group_id)
    if not can.moderate:
        _newcomer(actor, html)
    if found and found.act == WatchAct.BLOCK:
        raise Refused(Code.WORDS)
    if found and found.act == WatchAct.HOLD:
        watching.hold(sender=actor, room=room, cid=cid, body=body, reply_to=answered, word=found.word)
        return Held(room.pk)
    try:
        with transaction.atomic():
            sent = write_message(
                actor=actor, room=room, can=can, cid=cid, body=body, html=html, answered=answered, at=timezone.now()
            )
            if found:
                watching.flag(sent.message, found.word)
            return sent
    except IntegrityError:
        known = _already(actor, cid)
        if known is None:
            raise
        return known


def _newcomer(actor: User, html: str) -> None:
    """Somebody who came today gives one address and names two people at most; bots want more."""
    links, names = html.count("<a "), len(mentioned(html))
    if (links > NEW_LINKS or names > NEW_MENTIONS) and not at_least_met(actor):
        raise Refused(Code.NEWCOMER)


@transaction.atomic
def import_message(
    *, actor: User, room: Room, cid: uuid.UUID, body: str, answered: Message | None, at: datetime
) -> Sent:
    """Put a message of the past into a room: no rights are asked. For demo content and imports."""
    people = User.objects.exclude(name="").values_list("name", "public_id")[:MAX_NAMES]
    html = render(body, aliases((name, str(public_id)) for name, public_id in people))
    everything = Can(read=True, write=True, moderate=True)
    return write_message(
        actor=actor, room=room, can=everything, cid=cid, body=body, html=html, answered=answered, at=at
    )


def _already(actor: User, cid: uuid.UUID) -> Sent | Held | None:
    found = Message.objects.filter(sender=actor, client_id=cid).first()
    if found is None:
        waits = HeldMessage.objects.filter(sender=actor, client_id=cid).first()
        if waits is not None and waits.state == HeldState.REFUSED:
            raise Refused(Code.WORDS)
        return Held(waits.room_id) if waits else None
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
    if not can.moderate:
        slow = max(room.slow_seconds, _quiet(actor, room))
        if slow:
            _keep_slow(actor, room, slow)
    return room, can


def _quiet(actor: User, room: Room) -> int:
    """While a group is quiet, newcomers listen and everybody else goes slowly; seconds between two messages."""
    until = room.group.quiet_until
    now = clock.now()
    if until is None or until <= now:
        return 0
    if not at_least_met(actor):
        raise Refused(Code.QUIET, after=int((until - now).total_seconds()) + 1)
    return QUIET_SECONDS


def _keep_slow(actor: User, room: Room, seconds: int) -> None:
    last = Message.objects.filter(room=room, sender=actor).order_by("-no").values_list("created_at", flat=True).first()
    if last is None:
        return
    left = (last + timedelta(seconds=seconds) - timezone.now()).total_seconds()
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


def write_message(
    *, actor: User, room: Room, can: Can, cid: uuid.UUID, body: str, html: str, answered: Message | None, at: datetime
) -> Sent:
    """Number a message and write it. Asks no rights; call it inside a transaction."""
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
    said.remember(message)
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

    Who has a seat may have lost the right since, or does not hear the writer: they are told nothing.
    """
    deaf = Block.objects.filter(blocked=actor).values("account_id")
    for account in User.objects.filter(public_id__in=list(public_ids)).exclude(pk=actor.pk).exclude(pk__in=deaf):
        if not _reads(account, message.room):
            continue
        Mention.objects.get_or_create(account=account, room=message.room, no=message.no)
        if GroupMember.objects.filter(group=message.room.group, account=account, level=Level.NOTHING).exists():
            continue  # the room's badge says it, nothing else does
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
