"""Counts on their way to the room: one numbered event for a poll and second at most, and the last state always.

`Poll.stale` is the row: it is set with the votes, and taken away with the event that tells them. Whoever voted publishes at once if
a second has passed; otherwise a task comes back after it, and the sweep finds what every task has missed. Locks are taken
as everywhere else: the room first, then the poll.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from community.actions.parts import set_parts
from community.models import Message, Room
from community.parts import Part
from community.votes.models import Poll
from community.votes.polls.part import KIND, part

log = logging.getLogger(__name__)
APART = timedelta(seconds=1)


def behind(poll: Poll) -> None:
    """Mark in the caller's transaction that the room's picture is old; after commit somebody publishes."""
    Poll.objects.filter(pk=poll.pk).update(stale=True)
    transaction.on_commit(lambda: hurry(poll.pk), robust=True)


def hurry(poll_id: int) -> None:
    """Now, if it may be now; else in a second."""
    if not publish(poll_id) and Poll.objects.filter(pk=poll_id, stale=True).exists():
        from community.votes.tasks import publish_poll

        try:
            publish_poll.apply_async((poll_id,), countdown=APART.total_seconds())
        except Exception as trouble:  # the broker is away: the sweep goes on with it
            log.warning("broker away: %s", type(trouble).__name__)


@transaction.atomic
def publish(poll_id: int, *, at_once: bool = False) -> bool:
    """Tell the room the counts as they stand. False when there is nothing to tell, or the last time was less than a second
    ago (`at_once` does not wait)."""
    found = Poll.objects.filter(pk=poll_id, stale=True).select_related("message").first()
    if found is None or not (at_once or _may(found)):
        return False
    Room.objects.select_for_update(no_key=True).filter(pk=found.message.room_id).first()
    now = timezone.now()
    due = Poll.objects.filter(pk=poll_id, stale=True)
    if not at_once:
        due = due.filter(Q(published_at=None) | Q(published_at__lte=now - APART))
    if not due.update(stale=False, published_at=now):
        return False
    message = Message.objects.get(pk=found.message_id)
    if message.hidden_at is not None and message.deleted_at is None:
        as_it_stands(message)
        return True
    told = part(Poll.objects.get(pk=poll_id))
    set_parts(message_id=found.message_id, change=lambda parts: [_with(told, old) for old in parts])
    return True


def as_it_stands(message: Message) -> None:
    """What a hidden message keeps of its poll is what it will show one day: written without telling anybody. Also for
    the moment at which it stands again. Call it under the room's lock."""
    poll = Poll.objects.filter(message=message).first()
    if poll is not None:
        told, now = part(poll), Message.objects.values_list("parts", flat=True).get(pk=message.pk)
        message.parts = [_with(told, old) for old in now]
        message.save(update_fields=["parts"])


def _may(poll: Poll) -> bool:
    return poll.published_at is None or poll.published_at <= timezone.now() - APART


def _with(told: Part, old: Part) -> Part:
    return told if (old.get("kind"), old.get("id")) == (KIND, told["id"]) else old


def run(now: datetime | None = None) -> int:
    """Polls whose time has come are closed, and what is behind is told; answers how many."""
    from community.votes.polls.actions import close_due

    due = Poll.objects.filter(closed_at=None, closes_at__lte=timezone.now())
    done = sum(close_due(pk) for pk in list(due.order_by("closes_at").values_list("pk", flat=True)[:500]))
    stale = Poll.objects.filter(stale=True).order_by("published_at").values_list("pk", flat=True)
    return done + sum(publish(pk) for pk in list(stale[:500]))
