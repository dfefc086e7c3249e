"""Joining and leaving a group."""

from django.db import transaction

from accounts.actions import bump_auth_epoch
from accounts.models import User
from community import access
from community.actions.reading import take_seat
from community.enums import MODERATING
from community.models import Group, GroupMember, Room, Seat


@transaction.atomic
def join_group(*, actor: User, group: Group) -> GroupMember:
    """Take a place in the group and a seat in each of its rooms that is open to the person. Twice is once."""
    place = GroupMember.objects.get_or_create(group=group, account=actor)[0]
    rights = access.fresh_rights(actor)
    for room in Room.objects.filter(group=group):
        if access.can(room, actor, rights, place.role).read:
            take_seat(actor=actor, room=room)
    return place


@transaction.atomic
def leave_group(*, actor: User, group: Group) -> None:
    """Give up the place and the seats; what one has said stays. Those who look after the group stay until replaced."""
    place = GroupMember.objects.filter(group=group, account=actor).first()
    if place is None or place.role in MODERATING:
        return
    place.delete()
    Seat.objects.filter(account=actor, room__group=group).delete()
    bump_auth_epoch(account_id=actor.pk)
