"""Buses carry hints between processes: a topic and a short text. Losing every hint costs seconds, never a message.

Topics are `room:<id>` and `control`. `Bus` is one process's receiving side, driven by the hub; `publish` is the
sending side, called after commit from any thread.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Protocol

from django.conf import settings

log = logging.getLogger(__name__)
CONTROL = "control"
OnMessage = Callable[[str, str], None]
OnReconnect = Callable[[], None]


def room_topic(room_id: int) -> str:
    return f"room:{room_id}"


class Bus(Protocol):
    """One subscription of one process. All methods run on the hub's loop."""

    async def start(self, on_message: OnMessage, on_reconnect: OnReconnect) -> None: ...

    async def subscribe(self, topic: str) -> None:
        """Returns when the bus has confirmed, or after two seconds without an answer: the sweep makes up."""

    async def unsubscribe(self, topic: str) -> None: ...

    async def publish(self, topic: str, payload: str) -> None: ...

    async def stop(self) -> None: ...


class MemoryBus:
    """The bus of a single process: no Redis needed. Publishing is thread-safe."""

    _lock = threading.Lock()
    _open: "set[MemoryBus]" = set()

    def __init__(self) -> None:
        self._topics: set[str] = set()

    async def start(self, on_message: OnMessage, on_reconnect: OnReconnect) -> None:
        self._loop, self._on_message = asyncio.get_running_loop(), on_message
        with self._lock:
            self._open.add(self)

    async def subscribe(self, topic: str) -> None:
        self._topics.add(topic)

    async def unsubscribe(self, topic: str) -> None:
        self._topics.discard(topic)

    async def publish(self, topic: str, payload: str) -> None:
        self.publish_now(topic, payload)

    async def stop(self) -> None:
        with self._lock:
            self._open.discard(self)

    def _take(self, topic: str, payload: str) -> None:
        if topic in self._topics:
            self._on_message(topic, payload)

    @classmethod
    def publish_now(cls, topic: str, payload: str) -> None:
        """Hand the hint to every hub of this process, from any thread."""
        with cls._lock:
            for bus in list(cls._open):
                try:
                    bus._loop.call_soon_threadsafe(bus._take, topic, payload)
                except RuntimeError:  # that loop has ended
                    cls._open.discard(bus)


def uses_redis() -> bool:
    return bool(getattr(settings, "REDIS_URL", ""))


def make_bus() -> Bus:
    """Redis when there is a REDIS_URL, otherwise the bus of this process."""
    if uses_redis():
        from community.chat.bus_redis import RedisBus

        return RedisBus(settings.REDIS_URL)
    return MemoryBus()


def publish(topic: str, payload: str) -> None:
    """Send a hint, from synchronous code. Never raises: the database has the truth already."""
    try:
        if uses_redis():
            from community.chat.bus_redis import publish_sync

            publish_sync(settings.REDIS_URL, topic, payload)
        else:
            MemoryBus.publish_now(topic, payload)
    except Exception:
        log.warning("chat hint on %s was lost; the sweep will deliver it", topic, exc_info=True)
