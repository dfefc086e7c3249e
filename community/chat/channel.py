"""One room as one process sees it: who listens here, which number was told last, and what waits for a hole to close."""

import asyncio

from community.chat.outlet import Outlet, Packet, packet
from community.chat.protocol import QUEUE_FRAMES, Close

MAX_PENDING = 1000


class Channel:
    """Delivers events of a room in order, each once. `seq` is the last number handed on; None until it is known."""

    def __init__(self, room_id: int) -> None:
        self.id = room_id
        self.seq: int | None = None
        self.epoch = ""
        self.live: set[Outlet] = set()
        self.buffering: dict[Outlet, list[tuple[int, Packet]]] = {}
        self.pending: dict[int, str] = {}
        self.lock = asyncio.Lock()
        self.idle_since = 0.0
        self.confirmed: asyncio.Future[None] | None = None
        self.repair_due = False

    def __contains__(self, outlet: object) -> bool:
        return outlet in self.live or outlet in self.buffering

    @property
    def outlets(self) -> list[Outlet]:
        return [*self.live, *self.buffering]

    def offer(self, seq: int, text: str) -> bool:
        """Take one event from the bus or the database. True when numbers before it are missing."""
        if self.seq is None or seq > self.seq + 1:
            if len(self.pending) < MAX_PENDING:
                self.pending[seq] = text
            return self.seq is not None
        if seq == self.seq + 1:
            self._forward(seq, text)
            while self.pending and (text_next := self.pending.pop(self.seq + 1, None)) is not None:
                self._forward(self.seq + 1, text_next)
        return bool(self.pending)

    def start_at(self, seq: int, epoch: str) -> None:
        """The first known head: whatever waited and is newer follows."""
        self.seq, self.epoch = seq, epoch
        self.skip_to(seq)

    def skip_to(self, seq: int) -> None:
        """Move to a head without delivering what lies before it."""
        self.seq = max(seq, self.seq or 0)
        for old in [number for number in self.pending if number <= self.seq]:
            del self.pending[old]
        while (text := self.pending.pop(self.seq + 1, None)) is not None:
            self._forward(self.seq + 1, text)

    def _forward(self, seq: int, text: str) -> None:
        self.seq = seq
        item = packet(text)
        for outlet in tuple(self.live):  # a full socket closes, and leaves the set
            outlet.push(item)
        for outlet, waiting in tuple(self.buffering.items()):
            waiting.append((seq, item))
            if len(waiting) > QUEUE_FRAMES:
                outlet.close(Close.SLOW)

    def tell(self, text: str) -> None:
        """A frame of the lossy class to everybody who is live."""
        item = packet(text)
        for outlet in tuple(self.live):
            outlet.push(item, lossy=True)

    def go_live(self, outlet: Outlet, head: int) -> None:
        """Flush what was buffered above `head`; from now on the outlet gets everything as it comes."""
        for seq, item in self.buffering.pop(outlet, []):
            if seq > head:
                outlet.push(item)
        self.live.add(outlet)

    def drop(self, outlet: Outlet) -> None:
        self.live.discard(outlet)
        self.buffering.pop(outlet, None)
