"""Rights of members who are connected: pushed, timed and swept, so that a lapse closes a room within a second."""

import asyncio
import logging
from typing import TYPE_CHECKING

from community.chat import protocol, reads
from community.chat.database import run
from community.chat.outlet import Outlet
from community.chat.protocol import Close

if TYPE_CHECKING:
    from community.chat.hub import Hub

log = logging.getLogger(__name__)
LONGEST_TIMER = 24 * 3600.0


class Watch:
    """Re-reads what accounts may do: when a fact says so, when a grant ends, and every thirty seconds."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._marks: dict[int, int] = {}
        self._timers: dict[int, asyncio.TimerHandle] = {}

    def forget(self, account_id: int) -> None:
        self._marks.pop(account_id, None)
        timer = self._timers.pop(account_id, None)
        if timer is not None:
            timer.cancel()

    def stop(self) -> None:
        for account_id in list(self._timers):
            self.forget(account_id)

    async def recheck(self, account_ids: list[int]) -> None:
        """Read each account's rights and sessions afresh; take away the rooms and the sockets that it has lost."""
        for account_id in account_ids:
            outlets = list(self._hub.accounts.get(account_id, ()))
            if not outlets:
                continue
            rooms = {room_id for outlet in outlets for room_id in outlet.rooms}
            try:
                keys = sorted({outlet.session_key for outlet in outlets if outlet.session_key})
                view = await run(reads.socket_view, account_id, sorted(rooms), keys)
            except Exception:
                log.exception("rights of account %s could not be read; trying again", account_id)
                self._arm(account_id, 1.0)
                continue
            self._apply(account_id, outlets, view)
            if set(self._hub.accounts.get(account_id, ())) - set(outlets):
                self._hub.spawn(self.recheck([account_id]))  # somebody came while we read, with older news

    def _apply(self, account_id: int, outlets: list[Outlet], view: reads.SocketView) -> None:
        for outlet in outlets:
            if not view.active:
                outlet.close(Close.BANNED, "account closed")
                continue
            if outlet.session_key and outlet.session_key not in view.sessions:
                outlet.close(Close.NOT_SIGNED_IN, "signed out")
                continue
            for room_id in [r for r in outlet.rooms if r in view.lost]:
                self._hub.exit(room_id, outlet)
                outlet.push_text(protocol.unsub(room_id, view.lost[room_id]))
            for room_id, words in view.can.items():
                if outlet.can.get(room_id, words) != words:
                    outlet.can[room_id] = words
                    outlet.push_text(protocol.can(room_id, words))
        if view.active and account_id in self._hub.accounts:
            self._marks[account_id] = view.mark
            self._arm(account_id, view.seconds_left)

    async def recheck_room(self, room_id: int) -> None:
        """A room's own rule changed: everybody in it is asked again; the anonymous leave and may come back."""
        channel = self._hub.rooms.get(room_id)
        if channel is None:
            return
        for outlet in [o for o in channel.outlets if o.account_id is None]:
            self._hub.exit(room_id, outlet)
            outlet.push_text(protocol.unsub(room_id, "changed"))
        await self.recheck(sorted({o.account_id for o in channel.outlets if o.account_id is not None}))

    def seen(self, account_id: int, mark: int) -> None:
        """Somebody has just read the account. If it differs from what is known here, a change slipped between."""
        if self._marks.setdefault(account_id, mark) != mark:
            self._hub.spawn(self.recheck([account_id]))

    def entered(self, account_id: int, mark: int, seconds_left: float | None) -> None:
        """A socket of the account has entered a room whose right ends in `seconds_left` (None: never)."""
        self.seen(account_id, mark)
        timer = self._timers.get(account_id)
        if seconds_left is None:
            return
        due = asyncio.get_running_loop().time() + seconds_left
        if timer is None or timer.when() > due:
            self._arm(account_id, seconds_left)

    def _arm(self, account_id: int, seconds: float | None) -> None:
        timer = self._timers.pop(account_id, None)
        if timer is not None:
            timer.cancel()
        if seconds is not None:
            delay = min(max(seconds, 0.0) + 0.02, LONGEST_TIMER)
            loop = asyncio.get_running_loop()
            self._timers[account_id] = loop.call_later(delay, self._ring, account_id)

    def _ring(self, account_id: int) -> None:
        self._timers.pop(account_id, None)
        self._hub.spawn(self.recheck([account_id]))

    async def sweep(self) -> None:
        """Everybody whose mark moved without a word on the bus, and sessions that have ended; two queries."""
        ids = list(self._hub.accounts)
        if not ids:
            return
        marks = await run(reads.marks, ids)
        await self.recheck([i for i in ids if i not in marks or marks[i] != self._marks.get(i)])
        sessions = {o.session_key for o in self._hub.outlets if o.session_key}
        ended = sessions - await run(reads.sessions_alive, sorted(sessions))
        for outlet in [o for o in self._hub.outlets if o.session_key in ended]:
            outlet.close(Close.NOT_SIGNED_IN, "signed out")
