"""Retention: rooms that keep messages for so many days lose the older ones for good, every night."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from community import parts
from community.actions.numbering import blank_events, blank_notices
from community.models import Message, Room, RoomEvent

log = logging.getLogger(__name__)
AT_ONCE = 500


def erase_old(now: datetime | None = None) -> int:
    """Erase what is older than its room keeps, in small transactions; answers how many messages went."""
    return sum(_room(room) for room in Room.objects.filter(keeps_days__gt=0).order_by("pk"))


def _room(room: Room) -> int:
    before = timezone.now() - timedelta(days=room.keeps_days)
    gone = 0
    while n := _some(room, before):
        gone += n
    _events(room, before)
    if gone:
        log.info("room %s: %s messages older than %s days erased", room.pk, gone, room.keeps_days)
    return gone


@transaction.atomic
def _some(room: Room, before: datetime) -> int:
    """One transaction's worth. Quotes of them in younger answers lose their words as well."""
    Room.objects.select_for_update().get(pk=room.pk)
    old = list(Message.objects.filter(room=room, created_at__lt=before).order_by("pk")[:AT_ONCE])
    old += Message.objects.filter(thread__in=old).exclude(pk__in=[m.pk for m in old])  # nothing to stand under
    for message in old:
        blank_events(message)
        blank_notices(message)
        parts.run(parts.buried, message)
    Message.objects.filter(pk__in=[m.pk for m in old]).delete()
    return len(old)


@transaction.atomic
def _events(room: Room, before: datetime) -> None:
    """The log begins later: who comes back from before it loads the page anew (`reset`, pruned)."""
    Room.objects.select_for_update().get(pk=room.pk)
    old = RoomEvent.objects.filter(room=room, created_at__lt=before)
    last = old.order_by("-seq").values_list("seq", flat=True).first()
    if last is not None:
        RoomEvent.objects.filter(room=room, seq__lte=last).delete()
        Room.objects.filter(pk=room.pk).update(oldest_seq=last + 1)
