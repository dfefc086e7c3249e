"""Changes of a message that is there: edit, delete, react, pin."""

import uuid

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from community import access, parts, said
from community.access import Can
from community.actions.numbering import append_event, blank_events, blank_notices, take_number
from community.actions.writing import Sent, names_in, tell_mentioned
from community.chat import data
from community.chat.protocol import STAMPS, Code, Kind
from community.enums import Gone, WatchAct
from community.markup import mentioned, render
from community.models import Message, Reaction, Revision
from community.moderation import watching
from community.refusals import Refused


def _message(actor: User, message_id: int) -> tuple[Message, Can]:
    try:
        message, can = access.access_message(actor, message_id)
    except access.Missing as missing:
        raise Refused(Code.NOT_FOUND) from missing
    if message.is_tombstone:
        raise Refused(Code.NOT_FOUND)
    return message, can


def _why_not(can: Can) -> Code:
    return Code.BARRED if can.bar else Code.OVERDUE if can.overdue else Code.FORBIDDEN


def _locked(message: Message) -> tuple[int, Message]:
    """Take the room's number, then read the message again: whatever changed it has committed by now."""
    seq = take_number(message.room_id).seq
    again = Message.objects.select_related("room__group", "sender", "thread").get(pk=message.pk)
    if again.is_tombstone:
        raise Refused(Code.NOT_FOUND)
    return seq, again


def edit_message(*, actor: User, message_id: int, cid: uuid.UUID, body: str) -> Sent:
    """Change one's own text; the former text is kept as a revision. The same `cid` changes it once. Raises Refused."""
    message, can = _message(actor, message_id)
    if message.sender_id != actor.pk or not can.write:
        raise Refused(_why_not(can))
    if body == message.body or Revision.objects.filter(editor=actor, client_id=cid).exists():
        return Sent(message, message.rev, dup=True)
    found = None if can.moderate else watching.look(body, message.room.group_id)
    if found and found.act != WatchAct.FLAG:
        raise Refused(Code.WORDS)  # an edit cannot wait: what stands there stays
    html = render(body, names_in(message.room))
    with transaction.atomic():
        seq, message = _locked(message)
        now = timezone.now()
        Revision.objects.create(
            message=message, rev=message.rev, body=message.body, editor=actor, client_id=cid, at=now
        )
        message.body, message.html, message.edited_at, message.rev = body, html, now, seq
        message.save(update_fields=["body", "html", "edited_at", "rev"])
        append_event(
            room_id=message.room_id, seq=seq, kind=Kind.EDIT, actor=actor, message=message, data=data.edited(message)
        )
        said.remember(message)
        parts.run(parts.said, message)
        tell_mentioned(message=message, actor=actor, public_ids=mentioned(html))
        if found:
            watching.flag(message, found.word)
    return Sent(message, seq)


def delete_message(*, actor: User, message_id: int, why: Gone = Gone.AUTHOR) -> Sent:
    """Take one's own message back: a tombstone stays. Twice is once. Raises Refused."""
    try:
        message, _ = access.access_message(actor, message_id)
    except access.Missing as missing:
        raise Refused(Code.NOT_FOUND) from missing
    if message.sender_id != actor.pk:
        raise Refused(Code.FORBIDDEN)
    if message.deleted_at is not None:
        return Sent(message, message.rev, dup=True)
    return bury(message=message, actor=actor, why=why)


@transaction.atomic
def bury(*, message: Message, actor: User | None, why: Gone) -> Sent:
    """Turn a message into a tombstone: text, revisions, stamps and the words in the log go. No rights are asked."""
    seq = take_number(message.room_id).seq
    message.body, message.html, message.gone, message.rev = "", "", why, seq
    message.deleted_at, message.pinned_at, message.parts = timezone.now(), None, []
    if why is Gone.LEFT:
        message.sender = None
    message.save()
    said.forget(message)
    parts.run(parts.buried, message)
    message.revisions.all().delete()
    message.reactions.all().delete()
    blank_events(message, author=why is Gone.LEFT)
    blank_notices(message, author=why is Gone.LEFT)
    payload = {"mid": message.pk, "why": why.value}
    append_event(room_id=message.room_id, seq=seq, kind=Kind.DELETE, actor=actor, message=message, data=payload)
    return Sent(message, seq)


def react(*, actor: User, message_id: int, stamp: str, on: bool) -> Sent:
    """Put a stamp on a message or take it off. What is so already stays so. Raises Refused."""
    message, can = _message(actor, message_id)
    if not can.write:
        raise Refused(_why_not(can))
    if stamp not in STAMPS:
        raise Refused(Code.BAD)
    mine = Reaction.objects.filter(message=message, account=actor, stamp=stamp)
    if mine.exists() is on:
        return Sent(message, message.rev, dup=True)
    with transaction.atomic():
        if on:
            changed = Reaction.objects.get_or_create(message=message, account=actor, stamp=stamp)[1]
        else:
            changed = bool(mine.delete()[0])
        if not changed:
            return Sent(message, message.rev, dup=True)
        seq, message = _locked(message)
        message.rev = seq
        message.save(update_fields=["rev"])
        n = Reaction.objects.filter(message=message, stamp=stamp).count()
        payload = {"mid": message.pk, "stamp": stamp, "n": n, "by": str(actor.public_id), "on": on}
        append_event(room_id=message.room_id, seq=seq, kind=Kind.REACT, actor=actor, message=message, data=payload)
    return Sent(message, seq)


def pin_message(*, actor: User, message_id: int, on: bool) -> Sent:
    """Pin a message above the talk, or take it down; for the group's moderators. Raises Refused."""
    message, can = _message(actor, message_id)
    if not can.moderate or message.thread_id:  # what is pinned is found again by its number
        raise Refused(Code.FORBIDDEN)
    if (message.pinned_at is not None) is on:
        return Sent(message, message.rev, dup=True)
    with transaction.atomic():
        seq, message = _locked(message)
        message.pinned_at, message.rev = timezone.now() if on else None, seq
        message.save(update_fields=["pinned_at", "rev"])
        append_event(
            room_id=message.room_id, seq=seq, kind=Kind.PIN, actor=actor, message=message, data=data.pinned(message)
        )
    return Sent(message, seq)
