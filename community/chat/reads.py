"""What hub and sockets read from the database. Called in pool threads; each function is a few short queries."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.models import User
from community import access
from community.chat.protocol import MAX_CATCH_UP, event
from community.models import Room, RoomEvent
from ground import clock
from membership import entitlements


@dataclass(frozen=True, slots=True)
class CatchUp:
    """Events after a number, or None with the reason why they cannot be given whole."""

    head: int
    epoch: str
    events: list[dict[str, Any]] | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a socket finds at a room's door. `lost` says why it is shut; empty means come in."""

    lost: str
    state: str = ""
    can: tuple[str, ...] = ()
    mark: int = 0
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class SocketView:
    """An account's rights in the rooms that its sockets are in, and those of its sessions that still stand."""

    active: bool
    mark: int = 0
    lost: dict[int, str] = field(default_factory=dict)
    seconds_left: float | None = None
    sessions: frozenset[str] = frozenset()
    can: dict[int, tuple[str, ...]] = field(default_factory=dict)


def mark_of(account: User) -> int:
    """Changes when the account's rights or its password changed; means something in this process only."""
    return hash((account.auth_epoch, account.password))


def events_after(room_id: int, after: int | None, epoch: str | None) -> CatchUp:
    """Where the room stands, and what happened after a number (None: nothing is asked for).

    Head first, then the events up to it: numbers are dense in commit order, so nothing can be missing between."""
    row = Room.objects.filter(pk=room_id).values_list("last_seq", "epoch", "oldest_seq").first()
    if row is None:
        return CatchUp(0, "", None, "gone")
    head, now, oldest = row[0], str(row[1]), row[2]
    if epoch is not None and epoch != now:
        return CatchUp(head, now, None, "epoch")
    if after is None:
        return CatchUp(head, now, [])
    if after > head:
        return CatchUp(head, now, None, "ahead")
    if head - after > MAX_CATCH_UP:
        return CatchUp(head, now, None, "behind")
    if after + 1 < oldest and after < head:
        return CatchUp(head, now, None, "pruned")
    rows = RoomEvent.objects.filter(room_id=room_id, seq__gt=after, seq__lte=head).order_by("seq")
    events = [event(seq, kind, d) for seq, kind, d in rows.values_list("seq", "kind", "payload")]
    if len(events) != head - after:
        return CatchUp(head, now, None, "pruned")
    return CatchUp(head, now, events)


def heads(room_ids: Sequence[int]) -> dict[int, tuple[str, int]]:
    """Epoch and last number of each room."""
    rows = Room.objects.filter(pk__in=room_ids).values_list("pk", "epoch", "last_seq")
    return {pk: (str(epoch), seq) for pk, epoch, seq in rows}


def marks(account_ids: Sequence[int]) -> dict[int, int]:
    """Marks of those accounts that are open; one query."""
    accounts = User.objects.filter(pk__in=account_ids, is_active=True).only("auth_epoch", "password")
    return {account.pk: mark_of(account) for account in accounts}


def sessions_alive(session_keys: Sequence[str]) -> set[str]:
    """Those of the keys that still have a session: in the table, whatever a cache remembers. One query."""
    return set(_rows(session_keys).values_list("session_key", flat=True))


def sessions_standing(account: User, session_keys: Sequence[str]) -> frozenset[str]:
    """Those of the keys whose session is there, is this account's, and was opened with the password of today."""
    hashes = [account.get_session_auth_hash(), *account.get_session_auth_fallback_hash()]
    found = {row.session_key: row.get_decoded() for row in _rows(session_keys)}
    return frozenset(
        key
        for key, data in found.items()
        if data.get(SESSION_KEY) == str(account.pk)
        and any(constant_time_compare(data.get(HASH_SESSION_KEY, ""), valid) for valid in hashes)
    )


def _rows(session_keys: Sequence[str]) -> QuerySet[Session]:
    return Session.objects.filter(session_key__in=session_keys, expire_date__gt=timezone.now())


def enter(account_id: int | None, room_id: int) -> Entry:
    """May this account listen to the room now? Hidden and missing rooms give the same answer."""
    account = User.objects.filter(pk=account_id, is_active=True).first() if account_id is not None else None
    try:
        room, can = access.access_room_by_id(account, room_id)
    except access.Missing:
        return Entry("not_found")
    mark = mark_of(account) if account else 0
    if not can.read:
        return Entry(_why(account, room, can), mark=mark)
    return Entry("", room.state, tuple(can.words), mark, _seconds(min(can.ends, default=None)))


def socket_view(account_id: int, room_ids: Sequence[int], session_keys: Sequence[str] = ()) -> SocketView:
    """The account's rights in these rooms and its sessions, read afresh; as many queries for one room as for ten."""
    account = User.objects.filter(pk=account_id, is_active=True).first()
    if account is None:
        return SocketView(False)
    rights = access.fresh_rights(account)
    if rights.shut_out:
        return SocketView(False)
    rooms = Room.objects.select_related("group").in_bulk(room_ids)
    staff, roles = access.is_staff(account), access.roles_of(account)
    lost: dict[int, str] = {room_id: "not_found" for room_id in room_ids if room_id not in rooms}
    ends, words = list[datetime](), dict[int, tuple[str, ...]]()
    for room in rooms.values():
        role = "moderator" if staff else roles.get(room.group_id, "")
        can = access.can(room, account, rights, role)
        if not can.read:
            lost[room.pk] = _why(account, room, can) if access.known_group(room.group, role) else "not_found"
            continue
        words[room.pk] = tuple(can.words)
        ends += can.ends
    left = _seconds(min(ends)) if ends else None
    return SocketView(True, mark_of(account), lost, left, sessions_standing(account, session_keys), words)


def _why(account: User | None, room: Room, can: access.Can) -> str:
    """Why a room is shut: barred by a decision, or as the entitlement ledger says it: anonymous, none, ended …"""
    if can.bar:
        return "barred"
    return entitlements.check(account, room.read_key).why.value.replace(" ", "_")


def _seconds(until: datetime | None) -> float | None:
    return (until - clock.now()).total_seconds() if until is not None else None
