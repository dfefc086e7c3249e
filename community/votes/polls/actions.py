"""Choosing, taking back, closing. Votes are written under the poll's own lock and never under the room's: a hundred people who
vote at once do not hold up those who talk."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from community import access
from community.access import Can
from community.chat.protocol import Code
from community.enums import RoomState
from community.models import Message
from community.refusals import Refused
from community.votes.models import Choice, Poll, PollVote
from community.votes.polls import publishing


def access_poll(account: User | None, poll_id: int) -> tuple[Poll, Message, Can]:
    """A poll whose message stands, in a room that this person reads. Raises `access.Missing`."""
    poll = Poll.objects.filter(pk=poll_id).first()
    if poll is None:
        raise access.Missing
    message, can = access.access_message(account, poll.message_id)
    if message.is_tombstone:
        raise access.Missing
    return poll, message, can


def _checked(actor: User, poll_id: int) -> tuple[Poll, Message, Can]:
    try:
        return access_poll(actor, poll_id)
    except access.Missing as missing:
        raise Refused(Code.NOT_FOUND) from missing


def _why_not(can: Can, message: Message) -> Code:
    if can.bar:
        return Code.BARRED
    if can.overdue:
        return Code.OVERDUE
    return Code.CLOSED if message.room.state != RoomState.OPEN else Code.FORBIDDEN


def _locked(poll_id: int) -> Poll:
    """The poll under its lock: its message may have been taken back meanwhile. Raises Refused."""
    poll = Poll.objects.select_for_update().filter(pk=poll_id).first()
    if poll is None:
        raise Refused(Code.NOT_FOUND)
    return poll


@transaction.atomic
def choose(*, actor: User, poll_id: int, choices: Collection[int]) -> list[int]:
    """From now on the account's answers are exactly these (ids); none takes them back. What is so already stays so.

    For whoever may write in the room, until the poll closes. Raises Refused: not_found, bad, closed, and as for writing.
    """
    _poll, message, can = _checked(actor, poll_id)
    if not can.write:
        raise Refused(_why_not(can, message))
    poll = _locked(poll_id)
    if poll.closed():
        raise Refused(Code.CLOSED)
    wanted = set(choices)
    if wanted - set(Choice.objects.filter(poll=poll).values_list("pk", flat=True)):
        raise Refused(Code.BAD)
    if len(wanted) > 1 and not poll.several:
        raise Refused(Code.BAD)
    own = PollVote.objects.filter(poll=poll, account=actor)
    before = set(own.values_list("choice_id", flat=True))
    own.filter(choice__in=before - wanted).delete()
    PollVote.objects.bulk_create(
        PollVote(poll=poll, choice_id=pk, account=actor, single=not poll.several) for pk in sorted(wanted - before)
    )
    if wanted != before:
        publishing.behind(poll)
    return sorted(wanted)


@transaction.atomic
def close(*, actor: User, poll_id: int) -> Poll:
    """Close it for good; for whoever asked, and the group's moderators. Twice is once. Raises Refused."""
    _poll, message, can = _checked(actor, poll_id)
    if message.sender_id != actor.pk and not can.moderate:
        raise Refused(Code.FORBIDDEN)
    poll = _locked(poll_id)
    if not poll.closed():
        _close(poll)
    return poll


def _close(poll: Poll) -> None:
    poll.closed_at = timezone.now()
    poll.save(update_fields=["closed_at"])
    publishing.behind(poll)


@transaction.atomic
def close_due(poll_id: int) -> bool:
    """Close a poll whose time has come; answers False when somebody else did. For the sweep."""
    poll = Poll.objects.select_for_update().filter(pk=poll_id).first()
    if poll is None or poll.closed_at is not None or not poll.closed():
        return False
    _close(poll)
    return True


@transaction.atomic
def forget(message: Message) -> None:
    """The message was taken back or erased: the poll goes, and every vote. Whoever votes at this moment is waited for."""
    list(Poll.objects.select_for_update().filter(message=message))
    Poll.objects.filter(message=message).delete()


def keep_question(message: Message) -> None:
    """A question stands as it was asked: its words are what people have answered. Raises Refused."""
    if not message.parts or message.edited_at is None:
        return
    asked = Poll.objects.filter(message=message).values_list("question", flat=True).first()
    if asked is not None and asked != message.body:
        raise Refused(Code.FORBIDDEN)
