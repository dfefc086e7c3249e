"""The sending side of one socket: a bounded queue and the one task that writes it."""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from community.chat.protocol import QUEUE_BYTES, QUEUE_FRAMES, SLOW_WRITE_SECONDS, Close

log = logging.getLogger(__name__)
UNASKED = -1  # in `Outlet.rooms`: stands in the room, but its right has not been read yet
AsgiSend = Callable[[dict[str, Any]], Awaitable[None]]


class Packet(NamedTuple):
    """One frame ready for the wire, built once and shared by every socket that gets it."""

    message: dict[str, str]
    size: int


def packet(text: str) -> Packet:
    """A frame's text as an ASGI message with its size in bytes."""
    return Packet({"type": "websocket.send", "text": text}, len(text.encode("utf-8")))


class Outlet:
    """What the hub knows of a socket. `push` never waits; a socket that cannot keep up is closed with 4008."""

    __slots__ = (  # noqa: RUF023 - what others may read first
        "account_id", "person", "session_key", "conn", "rooms", "can", "present", "beat_at", "closed",
        "_send", "_queue", "_size", "_writer", "_wake", "_since", "_on_close",
    )  # fmt: skip

    def __init__(
        self, send: AsgiSend, *, conn: str, account_id: int | None, person: dict[str, str] | None, session_key: str = ""
    ) -> None:
        self.conn, self.account_id, self.person, self.session_key = conn, account_id, person, session_key
        self.rooms: dict[int, int] = {}  # room -> head told in the last heartbeat, or UNASKED
        self.can: dict[int, tuple[str, ...]] = {}  # room -> what it was told that it may do there
        self.present: set[int] = set()  # rooms that are looked at; the others are only counted
        self.beat_at = 0.0
        self.closed: Close | None = None
        self._send = send
        self._queue: deque[Packet] = deque()
        self._size = 0
        self._wake: asyncio.Future[None] | None = None
        self._since: float | None = None
        self._on_close: list[Callable[[], None]] = []
        self._writer = asyncio.get_running_loop().create_task(self._write())

    def push(self, item: Packet, *, lossy: bool = False) -> None:
        """Queue a frame. The lossy class is dropped at half; a full queue closes the socket."""
        if self.closed is not None:
            return
        queue = self._queue
        if queue:
            if lossy and (len(queue) * 2 >= QUEUE_FRAMES or self._size * 2 >= QUEUE_BYTES):
                return
            if len(queue) >= QUEUE_FRAMES or self._size + item.size > QUEUE_BYTES:
                self.close(Close.SLOW)
                return
        queue.append(item)
        self._size += item.size
        wake = self._wake
        if wake is not None:
            self._wake = None
            wake.set_result(None)

    def push_text(self, text: str, *, lossy: bool = False) -> None:
        self.push(packet(text), lossy=lossy)

    @property
    def waiting(self) -> tuple[int, int]:
        """Frames and bytes that are queued."""
        return len(self._queue), self._size

    def stuck(self, now: float) -> bool:
        """True when one write has lasted longer than the limit (seconds of the loop's clock)."""
        return self._since is not None and now - self._since > SLOW_WRITE_SECONDS

    def on_close(self, callback: Callable[[], None]) -> None:
        self._on_close.append(callback)

    def close(self, code: Close, reason: str = "") -> None:
        """Stop writing and close the socket; frames still queued are dropped unless the close is orderly."""
        if self.closed is not None:
            return
        self.closed = code
        for callback in self._on_close:
            callback()
        if code is Close.SLOW:
            self._drop()
        asyncio.get_running_loop().create_task(self._finish(code, reason))

    def abandon(self) -> None:
        """The peer is gone: forget the queue and end the writer."""
        self.closed = self.closed or Close.RESTART
        self._drop()
        self._writer.cancel()

    def _drop(self) -> None:
        self._queue.clear()
        self._size = 0

    async def _finish(self, code: Close, reason: str) -> None:
        if self._wake is not None:
            self._wake.set_result(None)
            self._wake = None
        with contextlib.suppress(Exception, asyncio.CancelledError):
            await asyncio.wait_for(asyncio.shield(self._writer), 5)
        self._writer.cancel()
        with contextlib.suppress(Exception):
            await asyncio.wait_for(
                self._send({"type": "websocket.close", "code": int(code), "reason": reason}),
                5,  # type: ignore[dict-item]
            )

    async def _write(self) -> None:
        loop, queue, send = asyncio.get_running_loop(), self._queue, self._send
        try:
            while True:
                while queue:
                    item = queue.popleft()
                    self._size -= item.size
                    self._since = loop.time()
                    await send(item.message)
                self._since = None
                if self.closed is not None:
                    return
                self._wake = loop.create_future()
                await self._wake
        except Exception as error:  # the server says the peer has gone, in its own words
            log.debug("socket %s lost while writing: %r", self.conn, error)
            self._drop()
