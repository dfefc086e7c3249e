"""The hub: one per process. It takes hints from the bus and hands finished frames to the sockets here.

It never awaits a socket. A hole in a room's numbers is closed by one range-read for all sockets of the room; a sweep
every five seconds (and at once after the bus came back) compares heads, so the last message cannot be lost either.
"""

import asyncio
import contextlib
import json
import logging
import random
import uuid
import weakref
from collections import defaultdict

from community.chat import protocol, reads
from community.chat.bus import CONTROL, Bus, make_bus, room_topic
from community.chat.channel import Channel
from community.chat.company import Company
from community.chat.database import run
from community.chat.outlet import UNASKED, Outlet
from community.chat.protocol import Close
from community.chat.rights import Watch

log = logging.getLogger(__name__)
_jitter = random.Random()  # noqa: S311 - spreads load, guards nothing
SWEEP_SECONDS = 5.0
REORDER_SECONDS = 0.05
LINGER_SECONDS = 30.0
RIGHTS_SECONDS = 30.0


class Hub:
    """Rooms and sockets of this process. All methods belong to one event loop."""

    def __init__(self, bus: Bus) -> None:
        self.id = uuid.uuid4().hex[:12]
        self.bus = bus
        self.rooms: dict[int, Channel] = {}
        self.accounts: dict[int, list[Outlet]] = defaultdict(list)
        self.outlets: set[Outlet] = set()
        self.company = Company(self)
        self.watch = Watch(self)
        self._tasks: set[asyncio.Task[None]] = set()
        self._started: asyncio.Future[None] | None = None

    # --- life

    async def start(self) -> None:
        """Subscribe to the control topic and start the clockwork; the second call waits for the first."""
        if self._started is None:
            self._started = asyncio.get_running_loop().create_future()
            await self.bus.start(self.on_message, self.on_reconnect)
            await self.bus.subscribe(CONTROL)
            for work, seconds in (
                (self._tick, 1.0),
                (self.sweep, SWEEP_SECONDS),
                (self.watch.sweep, RIGHTS_SECONDS),
            ):
                self.spawn(self._every(work, seconds))
            self._started.set_result(None)
        await asyncio.shield(self._started)

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.watch.stop()
        await self.bus.stop()

    def spawn(self, work) -> None:  # type: ignore[no-untyped-def]  # any coroutine
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _every(self, work, seconds: float) -> None:  # type: ignore[no-untyped-def]
        while True:
            await asyncio.sleep(seconds)
            try:
                await work()
            except Exception:
                log.warning("chat hub: %s failed and is tried again", work.__name__, exc_info=True)

    def now(self) -> float:
        """Seconds of the loop's clock."""
        return asyncio.get_running_loop().time()

    # --- sockets

    def join(self, outlet: Outlet) -> None:
        """A socket has opened. The eleventh of a member replaces the oldest."""
        self.outlets.add(outlet)
        outlet.on_close(lambda: self.leave(outlet))
        outlet.beat_at = asyncio.get_running_loop().time() + protocol.HEARTBEAT_SECONDS * _jitter.uniform(0.8, 1)
        if outlet.account_id is not None:
            mine = self.accounts[outlet.account_id]
            mine.append(outlet)
            if len(mine) > protocol.MAX_SOCKETS_PER_MEMBER:
                mine[0].close(Close.REPLACED, "replaced by a newer window")

    def leave(self, outlet: Outlet) -> None:
        """A socket is gone, for whatever reason. Safe to call twice."""
        self.outlets.discard(outlet)
        for room_id in list(outlet.rooms):
            self.exit(room_id, outlet)
        mine = self.accounts.get(outlet.account_id) if outlet.account_id is not None else None
        if mine is not None:
            with contextlib.suppress(ValueError):
                mine.remove(outlet)
            if not mine:
                del self.accounts[outlet.account_id]  # type: ignore[arg-type]
                self.watch.forget(outlet.account_id)  # type: ignore[arg-type]

    async def enter(self, room_id: int, outlet: Outlet) -> Channel:
        """Listen to a room in buffering state; nothing is told before the right is read. Returns once the bus has confirmed (or did not answer in time)."""
        channel = self.rooms.get(room_id)
        if channel is None:
            channel = self.rooms[room_id] = Channel(room_id)
        channel.live.discard(outlet)
        channel.buffering[outlet] = []
        outlet.rooms[room_id] = UNASKED
        if channel.confirmed is None:
            channel.confirmed = asyncio.get_running_loop().create_future()
            await self.bus.subscribe(room_topic(room_id))
            channel.confirmed.set_result(None)
        await asyncio.shield(channel.confirmed)
        return channel

    def exit(self, room_id: int, outlet: Outlet) -> None:
        outlet.rooms.pop(room_id, None)
        outlet.can.pop(room_id, None)
        outlet.present.discard(room_id)
        channel = self.rooms.get(room_id)
        if channel is not None:
            channel.drop(outlet)
            channel.idle_since = asyncio.get_running_loop().time()
            self.company.changed(room_id)

    # --- numbers

    async def align(self, channel: Channel, head: int, epoch: str) -> None:
        """Bring the channel to at least `head`, which somebody has just read from the database."""
        async with channel.lock:
            if channel.seq is None:
                channel.start_at(head, epoch)
        if channel.seq is not None and channel.seq < head:
            await self.repair(channel)

    async def repair(self, channel: Channel) -> None:
        """Close a hole by one range-read; too wide a hole resets every socket of the room."""
        async with channel.lock:
            if channel.seq is None:
                return
            found = await run(reads.events_after, channel.id, channel.seq, channel.epoch)
            if found.events is None:
                self._reset(channel, found)
                return
            for event in found.events:
                channel.offer(event["seq"], protocol.ev(channel.id, event["seq"], event["k"], event["d"]))

    def _reset(self, channel: Channel, found: reads.CatchUp) -> None:
        text = protocol.reset(channel.id, found.epoch, found.head, found.why)
        for outlet in channel.outlets:
            if outlet.rooms.get(channel.id) == UNASKED:
                channel.buffering[outlet] = []  # it reads the events after its right, from a head that is newer
                continue
            outlet.push_text(text)
            channel.drop(outlet)
            outlet.rooms.pop(channel.id, None)
        channel.pending.clear()
        channel.seq, channel.epoch = found.head, found.epoch

    def on_message(self, topic: str, payload: str) -> None:
        """A hint from the bus."""
        if topic == CONTROL:
            self._control(json.loads(payload))
            return
        channel = self.rooms.get(int(topic.partition(":")[2]))
        if channel is None:
            return
        head, _, text = payload.partition("\n")
        if not head.isdigit():
            self.company.hear(channel, head, json.loads(text))
        elif channel.offer(int(head), text) and not channel.repair_due:
            channel.repair_due = True
            self.spawn(self._repair_soon(channel))

    async def _repair_soon(self, channel: Channel) -> None:
        await asyncio.sleep(REORDER_SECONDS)
        channel.repair_due = False
        if channel.pending:
            await self.repair(channel)

    def on_reconnect(self) -> None:
        """The bus was away: whatever it carried meanwhile is read from the database, rights included."""
        self.spawn(self._catch_up_after_bus())

    async def _catch_up_after_bus(self) -> None:
        await self.sweep()
        await self.watch.sweep()

    async def sweep(self) -> None:
        """Compare heads of the rooms with sockets here; one query."""
        wanted = [channel for channel in self.rooms.values() if channel.outlets and channel.seq is not None]
        if not wanted:
            return
        heads = await run(reads.heads, [channel.id for channel in wanted])
        for channel in wanted:
            epoch, head = heads.get(channel.id, ("", 0))
            if epoch != channel.epoch or (channel.seq or 0) < head:
                await self.repair(channel)

    # --- clockwork

    async def _tick(self) -> None:
        now = asyncio.get_running_loop().time()
        for outlet in list(self.outlets):
            if outlet.stuck(now):
                outlet.close(Close.SLOW)
            elif outlet.beat_at <= now:
                self._beat(outlet, now)
        self.company.tick(now)
        for channel in [c for c in self.rooms.values() if not c.outlets and now - c.idle_since > LINGER_SECONDS]:
            if channel.outlets:
                continue  # somebody came while another room was being left
            del self.rooms[channel.id]
            await self.bus.unsubscribe(room_topic(channel.id))

    def _beat(self, outlet: Outlet, now: float) -> None:
        heads: dict[int, int] = {}
        for room_id, told in outlet.rooms.items():
            seq = self.rooms[room_id].seq if room_id in self.rooms else None
            if seq is not None and told not in (seq, UNASKED):
                heads[room_id] = outlet.rooms[room_id] = seq
        outlet.push_text(protocol.hb(heads))
        outlet.beat_at = now + protocol.HEARTBEAT_SECONDS * _jitter.uniform(0.8, 1)

    def _control(self, message: dict[str, object]) -> None:
        if message.get("k") == "rights":
            self.spawn(self.watch.recheck([int(str(message["account"]))]))
        elif message.get("k") == "rooms":
            self.spawn(self.watch.recheck_room(int(str(message["room"]))))
        elif message.get("k") == "clock":
            self.spawn(self.watch.recheck(list(self.accounts)))
        elif message.get("k") == "logout":
            for outlet in [o for o in self.outlets if o.session_key and o.session_key == message.get("session")]:
                outlet.close(Close.NOT_SIGNED_IN, "signed out")
        elif message.get("k") == "presence":
            self.company.chosen(int(str(message["account"])), message.get("person"))
        elif message.get("k") == "drain":
            self.drain(int(str(message.get("spread_ms", 5000))))

    def drain(self, spread_ms: int) -> None:
        """Before a restart: send everybody away, spread over time so that they do not come back all at once."""
        for outlet in list(self.outlets):
            outlet.push_text(protocol.bye(_jitter.randint(0, spread_ms)))
            outlet.close(Close.RESTART, "restart")


_hubs: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Hub]" = weakref.WeakKeyDictionary()


def the_hub() -> Hub:
    """The hub of the running loop, made at its first socket."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub(make_bus())
    return _hubs[loop]
