"""What hub and sockets read from the database. Called in pool threads; each function is a few short queries."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from community import access
from community.chat.protocol import MAX_CATCH_UP, event
from community.models import GroupMember, Room, RoomEvent
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
    auth_epoch: int = 0
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class SocketView:
    """An account's rights in the rooms that its sockets are in."""

    active: bool
    epoch: int = 0
    lost: dict[int, str] = field(default_factory=dict)
    seconds_left: float | None = None


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


def auth_epochs(account_ids: Sequence[int]) -> dict[int, int]:
    return dict(User.objects.filter(pk__in=account_ids, is_active=True).values_list("pk", "auth_epoch"))


def sessions_alive(session_keys: Sequence[str]) -> set[str]:
    """Those of the keys that still have a session."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    if hasattr(store, "model"):  # sessions in the database: one query for all
        rows = store.model.objects.filter(session_key__in=session_keys, expire_date__gt=timezone.now())
        return set(rows.values_list("session_key", flat=True))
    return {key for key in session_keys if store.exists(key)}


def enter(account_id: int | None, room_id: int) -> Entry:
    """May this account listen to the room now? Hidden and missing rooms give the same answer."""
    account = User.objects.filter(pk=account_id, is_active=True).first() if account_id is not None else None
    try:
        room, can = access.access_room_by_id(account, room_id)
    except access.Missing:
        return Entry("not_found")
    epoch = account.auth_epoch if account else 0
    if not can.read:
        return Entry(_why(account, room), auth_epoch=epoch)
    return Entry("", room.state, tuple(can.words), epoch, _seconds(can.until))


def socket_view(account_id: int, room_ids: Sequence[int]) -> SocketView:
    """The account's rights in these rooms, read afresh; four queries whatever the number of rooms."""
    account = User.objects.filter(pk=account_id, is_active=True).first()
    if account is None:
        return SocketView(False)
    keys = access.fresh_keys(account)
    rooms = Room.objects.select_related("group").in_bulk(room_ids)
    staff = access.STAFF_PERMISSION if account.has_perm(access.STAFF_PERMISSION) else ""
    roles = dict(GroupMember.objects.filter(account=account).values_list("group_id", "role"))
    lost: dict[int, str] = {room_id: "not_found" for room_id in room_ids if room_id not in rooms}
    ends: list[datetime] = []
    for room in rooms.values():
        role = "moderator" if staff else roles.get(room.group_id, "")
        can = access.can(room, account, keys, role)
        if not can.read:
            lost[room.pk] = _why(account, room)
        elif can.until is not None:
            ends.append(can.until)
    return SocketView(True, account.auth_epoch, lost, _seconds(min(ends)) if ends else None)


def _why(account: User | None, room: Room) -> str:
    """Why a room is shut, as the entitlement ledger says it: anonymous, none, ended, not_yet, unknown."""
    return entitlements.check(account, room.read_key).why.value.replace(" ", "_")


def _seconds(until: datetime | None) -> float | None:
    return (until - clock.now()).total_seconds() if until is not None else None
