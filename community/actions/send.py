"""Sending a message."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from community import access, parts
from community.access import Can
from community.actions.writing import MAX_NAMES, Draft, Sent, names_in, write_message
from community.chat.protocol import Code, Kind
from community.enums import HeldState, RoomState, WatchAct
from community.markup import aliases, mentioned, render
from community.models import HeldMessage, Message, Room
from community.moderation import watching
from community.parts import Hang
from community.refusals import Refused
from community.trust import NEW_LINKS, NEW_MENTIONS, at_least_met
from ground import clock

QUIET_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Held:
    """A message that is in the database and waits for a moderator."""

    room_id: int


def send_message(
    *, actor: User, room_id: int, cid: uuid.UUID, body: str, reply_to: int | None = None, thread: int | None = None,
    att: Sequence[int] = (), hang: Sequence[Hang] = (),
) -> Sent | Held:  # fmt: skip
    """Say something in a room. One `cid` makes at most one message of an account, for ever.

    `reply_to` is the message that is answered, `thread` the one under which it is said (ids).
    `body` is cleaned text (`protocol.clean_body`); it may be empty where something hangs on the message: `att` are the
    actor's uploads, `hang` what the caller binds itself. A watched word may hold it for a moderator. Raises Refused.
    """
    known = _already(actor, cid)
    if known:
        return known
    room, can = _check(actor, room_id)
    if not body and not att and not hang:
        raise Refused(Code.EMPTY)
    files = _files(actor, room, cid, att)
    if isinstance(files, Sent | Held):
        return files
    draft = Draft(
        cid, body, render(body, names_in(room)), timezone.now(), _in(room, reply_to), _root(room, thread),
        [*files, *hang],
    )  # fmt: skip
    found = None if can.moderate else _judge(actor, room, draft, att, hang)
    if found and found.act == WatchAct.HOLD:
        answers = (draft.answered, draft.under)
        watching.hold(sender=actor, room=room, cid=cid, body=body, answers=answers, att=att, word=found.word)
        return Held(room.pk)
    try:
        with transaction.atomic():
            sent = write_message(actor=actor, room=room, can=can, draft=draft)
            if found:
                watching.flag(sent.message, found.word)
            return sent
    except IntegrityError:
        known = _already(actor, cid)
        if known is None:
            raise
        return known


def _judge(actor: User, room: Room, draft: Draft, att: Sequence[int], hang: Sequence[Hang]) -> watching.Found | None:
    """The heaviest watched word in it, None without one. Raises Refused for what may not be said at all."""
    found = watching.heaviest([draft.body, *parts.words(att)], room.group_id)
    _newcomer(actor, draft.html)
    if found and (found.act == WatchAct.BLOCK or (found.act == WatchAct.HOLD and hang)):
        raise Refused(Code.WORDS)  # what another package binds cannot be kept for later
    return found


def _files(actor: User, room: Room, cid: uuid.UUID, att: Sequence[int]) -> list[Hang] | Sent | Held:
    """What the uploads hang; or the same message, where it was sent twice at once and took them a moment ago."""
    try:
        if watching.waits_with(actor, att):
            raise Refused(Code.NOT_FOUND)
        return parts.hangs(actor, room, att)
    except Refused:
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
    *, actor: User, room: Room, cid: uuid.UUID, body: str, answered: Message | None, at: datetime,
    under: Message | None = None,
) -> Sent:  # fmt: skip
    """Put a message of the past into a room: no rights are asked. For demo content and imports."""
    people = User.objects.exclude(name="").values_list("name", "public_id")[:MAX_NAMES]
    html = render(body, aliases((name, str(public_id)) for name, public_id in people))
    everything = Can(read=True, write=True, moderate=True)
    return write_message(actor=actor, room=room, can=everything, draft=Draft(cid, body, html, at, answered, under))


def _already(actor: User, cid: uuid.UUID) -> Sent | Held | None:
    found = Message.objects.filter(sender=actor, client_id=cid).first()
    if found is None:
        waits = HeldMessage.objects.filter(sender=actor, client_id=cid).first()
        if waits is not None and waits.state == HeldState.REFUSED:
            raise Refused(Code.WORDS if waits.sanction_id else Code.NOT_FOUND)
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
    last = Message.objects.filter(room=room, sender=actor).order_by("-pk").values_list("created_at", flat=True).first()
    if last is None:
        return
    left = (last + timedelta(seconds=seconds) - timezone.now()).total_seconds()
    if left > 0:
        raise Refused(Code.SLOW, after=int(left) + 1)


def _in(room: Room, message_id: int | None) -> Message | None:
    """A message of this room."""
    if message_id is None:
        return None
    found = Message.objects.select_related("sender").filter(pk=message_id, room=room).first()
    if found is None:
        raise Refused(Code.NOT_FOUND)
    return found


def _root(room: Room, thread: int | None) -> Message | None:
    """The message that is talked under: one level, so never one that stands under another."""
    found = _in(room, thread)
    if found is not None and (found.thread_id is not None or found.is_tombstone):
        raise Refused(Code.NOT_FOUND)
    return found
