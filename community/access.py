"""Owned things come only through here; hidden and missing look alike.

`Can` answers what somebody may do in a room and until when. Every function reads rights afresh unless they are given.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts.models import User
from community.enums import (
    EVERYBODY,
    MODERATING,
    SIGNED_IN,
    STOPS_READING,
    STOPS_WRITING,
    GroupEntry,
    Role,
    RoomState,
    SanctionKind,
)
from community.models import Group, GroupMember, Message, PowerPause, Room, Sanction
from ground import clock
from membership import entitlements

STAFF_PERMISSION = "community.change_case"


@dataclass(frozen=True, slots=True)
class Bar:
    """A decision in force that keeps somebody from writing or from coming in."""

    kind: str
    room_id: int | None
    group_id: int | None
    until: datetime | None
    public_id: UUID

    def covers(self, room: Room) -> bool:
        """Whether it counts in this room."""
        if self.kind == SanctionKind.SITE_BAN:
            return True
        return self.room_id == room.pk if self.kind == SanctionKind.SILENCE else self.group_id == room.group_id


@dataclass(frozen=True, slots=True)
class Rights:
    """What somebody brings to a room's door: entitlements, and decisions against them that are in force."""

    answers: Mapping[str, entitlements.Answer] = field(default_factory=dict)
    bars: tuple[Bar, ...] = ()

    @property
    def shut_out(self) -> bool:
        """True when every room is shut."""
        return any(bar.kind == SanctionKind.SITE_BAN for bar in self.bars)


class Missing(Exception):
    """There is no such thing for this person."""


@dataclass(frozen=True, slots=True)
class Can:
    """What somebody may do in a room. `until`: when reading ends (business time), None for no end.

    `overdue`: writing is what a missing payment took away. `bar`: a decision took it away, or reading with it.
    `outside`: the room is for those who are in its group.
    """

    read: bool
    write: bool
    moderate: bool
    until: datetime | None = None
    overdue: bool = False
    bar: Bar | None = None
    outside: bool = False

    @property
    def ends(self) -> list[datetime]:
        """When something of it changes by itself: the right ends, or the decision does."""
        return [end for end in (self.until, self.bar.until if self.bar else None) if end is not None]

    @property
    def words(self) -> list[str]:
        return [word for word in ("read", "write", "moderate") if getattr(self, word)]


NOTHING = Can(False, False, False)


OPEN = entitlements.Answer(True, entitlements.Why.PUBLIC)
SHUT = entitlements.Answer(False, entitlements.Why.NONE)


def holds(rights: Rights, key: str, account: Any) -> entitlements.Answer:
    """Whether the key opens for somebody with these rights, until when, and whether money is missing behind it."""
    if key == EVERYBODY:
        return OPEN
    if account is None:
        return SHUT
    return OPEN if key == SIGNED_IN else rights.answers.get(key, SHUT)


def fresh_rights(account: User | None) -> Rights:
    """Read from the ledgers at this moment. Two queries."""
    return Rights(entitlements.rights_fresh(account.pk), bars_of(account)) if account is not None else Rights()


def rights(account: User | None) -> Rights:
    """As the request knows the entitlements already; one query for the rest."""
    return Rights(entitlements.rights(account), bars_of(account)) if account is not None else Rights()


def bars_of(account: User) -> tuple[Bar, ...]:
    """Decisions against the account that are in force. One query."""
    now = clock.now()
    rows = Sanction.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), account=account, lifted_at=None)
    rows = rows.filter(kind__in=STOPS_WRITING, begins_at__lte=now).order_by("pk")
    return tuple(Bar(*row) for row in rows.values_list("kind", "room_id", "group_id", "ends_at", "public_id"))


def signed_in(user: Any) -> User | None:
    """The account behind a request's user, None for a stranger or a closed account."""
    return user if getattr(user, "is_authenticated", False) and user.is_active else None


def role_in(account: User | None, group_id: int) -> str:
    if account is None:
        return ""
    if is_staff(account):
        return Role.MODERATOR
    return roles_of(account, group_id).get(group_id, "")


def is_staff(account: User) -> bool:
    """Whether the account works the queue of all groups, and its power does not rest."""
    return account.has_perm(STAFF_PERMISSION) and not power_rests(account)


def power_rests(account: User) -> bool:
    """Whether the account has removed too much too quickly of late. One query."""
    return PowerPause.objects.filter(account=account, until__gt=clock.now()).exists()


def roles_of(account: User, group_id: int | None = None) -> dict[int, str]:
    """What the account is in each group, by its id: whose term is over or whose power rests is a member there."""
    rows = GroupMember.objects.filter(account=account, **({"group_id": group_id} if group_id else {}))
    found = {g: (role, ends) for g, role, ends in rows.values_list("group_id", "role", "term_ends")}
    now = clock.now()
    powers = {g for g, (role, ends) in found.items() if role in MODERATING and (ends is None or ends > now)}
    resting = bool(powers) and power_rests(account)
    return {g: role if g in powers and not resting else Role.MEMBER for g, (role, _ends) in found.items()}


def known_group(group: Group, role: str) -> bool:
    """Whether somebody with this role may know that there is such a group."""
    return bool(group.listed or role)


def can(room: Room, account: User | None, rights: Rights, role: str) -> Can:
    """What this account may do in the room; the rooms of an unlisted group are for its people alone.

    A right whose money is missing listens and does not speak. Pure: nothing is read, if the room came with its group.
    """
    if not known_group(room.group, role):
        return NOTHING
    bar = _bar(room, rights)
    if bar is not None and bar.kind in STOPS_READING:
        return Can(False, False, False, bar=bar)
    moderates = role in MODERATING
    if room.group.entry != GroupEntry.OPEN and not role:
        return Can(False, False, False, outside=True)
    door = holds(rights, room.group.entry_key, account) if room.group.entry == GroupEntry.KEY else OPEN
    reads, speaks = holds(rights, room.read_key, account), holds(rights, room.write_key or SIGNED_IN, account)
    if not ((door.allowed and reads.allowed) or moderates):
        return NOTHING
    until = min((a.until for a in (door, reads) if a.until is not None), default=None)
    if bar is not None:
        return Can(True, False, False, until, bar=bar)
    overdue = not moderates and speaks.allowed and bool(door.overdue or reads.overdue or speaks.overdue)
    writes = account is not None and (moderates or speaks.allowed) and not overdue
    open_now = room.state == RoomState.OPEN or (moderates and room.state == RoomState.READ_ONLY)
    return Can(True, writes and open_now, moderates, None if moderates else until, overdue and open_now)


def _bar(room: Room, rights: Rights) -> Bar | None:
    """The heaviest decision that counts in this room."""
    found = [bar for bar in rights.bars if bar.covers(room)]
    return max(found, key=lambda bar: bar.kind in STOPS_READING) if found else None


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
    allowed = can(room, account, fresh_rights(account), role)
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
