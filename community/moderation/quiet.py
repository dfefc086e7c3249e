"""Quiet mode: one press, and a group in uproar goes slowly for a while. It ends by itself."""

from datetime import timedelta

from django.db import transaction

from accounts.models import User
from community import access
from community.actions.numbering import append_event, take_number
from community.chat.protocol import Code, Kind
from community.enums import MODERATING
from community.models import Group
from community.refusals import Refused
from ground import clock

LENGTHS = (15, 30, 60)  # minutes


@transaction.atomic
def set_quiet(*, actor: User, group: Group, minutes: int) -> Group:
    """Make the group quiet for so many minutes from now (one of `LENGTHS`), or end it (0). Raises Refused.

    Every room hears of it as an event, so that nobody wonders why writing takes longer.
    """
    if access.role_in(actor, group.pk) not in MODERATING:
        raise Refused(Code.FORBIDDEN)
    if minutes not in (0, *LENGTHS):
        raise Refused(Code.BAD)
    group.quiet_until = clock.now() + timedelta(minutes=minutes) if minutes else None
    Group.objects.filter(pk=group.pk).update(quiet_until=group.quiet_until)
    for room in group.rooms.order_by("pk"):
        seq = take_number(room.pk).seq
        told = {"state": room.state, "quiet": group.quiet_until.isoformat() if group.quiet_until else ""}
        append_event(room_id=room.pk, seq=seq, kind=Kind.ROOM, actor=actor, message=None, data=told)
    return group
