"""Owned things come only through here; hidden and missing look alike.

`Can` answers what somebody may do in a room and until when. Every function reads rights afresh unless keys are given.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import User
from community.enums import EVERYBODY, MODERATING, SIGNED_IN, RoomState
from community.models import Group, GroupMember, Message, Room
from membership import entitlements

Keys = Mapping[str, entitlements.Answer]
STAFF_PERMISSION = "community.change_case"


class Missing(Exception):
    """There is no such thing for this person."""


@dataclass(frozen=True, slots=True)
class Can:
    """What somebody may do in a room. `until`: when reading ends (business time), None for no end.

    `overdue`: writing is what a missing payment took away.
    """

    read: bool
    write: bool
    moderate: bool
    until: datetime | None = None
    overdue: bool = False

    @property
    def words(self) -> list[str]:
        return [word for word in ("read", "write", "moderate") if getattr(self, word)]


NOTHING = Can(False, False, False)


OPEN = entitlements.Answer(True, entitlements.Why.PUBLIC)
SHUT = entitlements.Answer(False, entitlements.Why.NONE)


def holds(keys: Keys, key: str, account: Any) -> entitlements.Answer:
    """Whether the key opens for somebody with these keys, until when, and whether money is missing behind it."""
    if key == EVERYBODY:
        return OPEN
    if account is None:
        return SHUT
    return OPEN if key == SIGNED_IN else keys.get(key, SHUT)


def fresh_keys(account: User | None) -> Keys:
    return entitlements.rights_fresh(account.pk) if account is not None else {}


def signed_in(user: Any) -> User | None:
    """The account behind a request's user, None for a stranger or a closed account."""
    return user if getattr(user, "is_authenticated", False) and user.is_active else None


def role_in(account: User | None, group_id: int) -> str:
    if account is None:
        return ""
    if account.has_perm(STAFF_PERMISSION):
        return "moderator"
    found = GroupMember.objects.filter(group_id=group_id, account=account).values_list("role", flat=True).first()
    return found or ""


def known_group(group: Group, role: str) -> bool:
    """Whether somebody with this role may know that there is such a group."""
    return bool(group.listed or role)


def can(room: Room, account: User | None, keys: Keys, role: str) -> Can:
    """What this account may do in the room; the rooms of an unlisted group are for its people alone.

    A right whose money is missing listens and does not speak. Pure: nothing is read, if the room came with its group.
    """
    if not known_group(room.group, role):
        return NOTHING
    moderates = role in MODERATING
    reads, speaks = holds(keys, room.read_key, account), holds(keys, room.write_key or SIGNED_IN, account)
    if not (reads.allowed or moderates):
        return NOTHING
    overdue = not moderates and speaks.allowed and bool(reads.overdue or speaks.overdue)
    writes = account is not None and (moderates or speaks.allowed) and not overdue
    open_now = room.state == RoomState.OPEN or (moderates and room.state == RoomState.READ_ONLY)
    return Can(True, writes and open_now, moderates, None if moderates else reads.until, overdue and open_now)


def access_group(account: User | None, slug: str) -> tuple[Group, str]:
    """A group that this person may know of, and their role in it. Raises Missing."""
    group = Group.objects.filter(slug=slug).first()
    role = role_in(account, group.pk) if group else ""
    if group is None or not known_group(group, role):
        raise Missing
    return group, role


def access_room(account: User | None, group_slug: str, slug: str) -> tuple[Room, Can]:
    """A room that this person may know of; `can.read` is False for a locked one that is listed. Raises Missing."""
    room = Room.objects.select_related("group").filter(group__slug=group_slug, slug=slug).first()
    return _known(room, account)


def access_room_by_id(account: User | None, room_id: int) -> tuple[Room, Can]:
    return _known(Room.objects.select_related("group").filter(pk=room_id).first(), account)


def _known(room: Room | None, account: User | None) -> tuple[Room, Can]:
    if room is None:
        raise Missing
    role = role_in(account, room.group_id)
    allowed = can(room, account, fresh_keys(account), role)
    if not allowed.read and not (room.listed and known_group(room.group, role)):
        raise Missing
    return room, allowed


def access_message(account: User | None, message_id: int) -> tuple[Message, Can]:
    """A message in a room that this person reads. Raises Missing."""
    message = Message.objects.select_related("room__group", "sender").filter(pk=message_id).first()
    if message is None:
        raise Missing
    _, allowed = _known(message.room, account)
    if not allowed.read:
        raise Missing
    return message, allowed
