"""The Redis bus: one pub/sub connection for the whole process."""

import asyncio
import contextlib
import functools
import logging

import redis
import redis.asyncio
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from community.chat.bus import OnMessage, OnReconnect

log = logging.getLogger(__name__)
PREFIX = "yaji:chat:"
CONFIRM_SECONDS = 2.0
RETRY_SECONDS = (0.05, 0.2, 0.5, 1.0, 2.0)


class RedisBus:
    """Receives by one connection whose reads may idle for ever (`socket_timeout` None: redis-py 8 would time out)
    and which never reconnects by itself: we must know, because hints were lost meanwhile."""

    def __init__(self, url: str) -> None:
        options = {"socket_timeout": None, "socket_connect_timeout": 5, "socket_keepalive": True}
        never_again = AsyncRetry(NoBackoff(), 0)
        self._client = redis.asyncio.Redis.from_url(url, retry=never_again, decode_responses=True, **options)
        self._sender = redis.asyncio.Redis.from_url(url, decode_responses=True, socket_timeout=2, max_connections=20)
        self._pubsub: redis.asyncio.client.PubSub | None = None
        self._topics: dict[str, asyncio.Event] = {}
        self._task: asyncio.Task[None] | None = None

    async def start(self, on_message: OnMessage, on_reconnect: OnReconnect) -> None:
        self._on_message, self._on_reconnect = on_message, on_reconnect
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def subscribe(self, topic: str) -> None:
        confirmed = self._topics.setdefault(topic, asyncio.Event())
        if self._pubsub is not None and not confirmed.is_set():
            with contextlib.suppress(RedisError, OSError):
                await self._pubsub.subscribe(PREFIX + topic)
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(confirmed.wait(), CONFIRM_SECONDS)

    async def unsubscribe(self, topic: str) -> None:
        self._topics.pop(topic, None)
        if self._pubsub is not None:
            with contextlib.suppress(RedisError, OSError):
                await self._pubsub.unsubscribe(PREFIX + topic)

    async def publish(self, topic: str, payload: str) -> None:
        with contextlib.suppress(RedisError, OSError):
            await self._sender.publish(PREFIX + topic, payload)

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await self._task
        with contextlib.suppress(RedisError, OSError):
            await self._client.aclose()
            await self._sender.aclose()

    async def _run(self) -> None:
        failures = 0
        while True:
            pubsub = self._client.pubsub()
            try:
                await self._listen(pubsub, again=failures > 0)
            except (RedisError, OSError) as error:
                log.warning("chat bus lost: %s", error)
            finally:
                self._pubsub = None
                for confirmed in self._topics.values():
                    confirmed.clear()
                with contextlib.suppress(Exception):
                    await pubsub.aclose()
            await asyncio.sleep(RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)])
            failures += 1

    async def _listen(self, pubsub: redis.asyncio.client.PubSub, *, again: bool) -> None:
        await pubsub.subscribe(PREFIX + "alive", *(PREFIX + topic for topic in self._topics))
        self._pubsub = pubsub
        told = not again
        while True:
            message = await pubsub.get_message(ignore_subscribe_messages=False, timeout=None)
            if message is None:
                continue
            topic = message["channel"].removeprefix(PREFIX)
            if message["type"] == "message":
                self._on_message(topic, message["data"])
            elif message["type"] == "subscribe":
                if topic in self._topics:
                    self._topics[topic].set()
                if not told and all(event.is_set() for event in self._topics.values()):
                    told = True
                    self._on_reconnect()


@functools.lru_cache(maxsize=4)
def _sync_client(url: str) -> "redis.Redis":
    return redis.Redis.from_url(
        url, socket_timeout=2, socket_connect_timeout=2, max_connections=64, decode_responses=True
    )


def publish_sync(url: str, topic: str, payload: str) -> None:
    """Publish from a thread. Raises RedisError when the bus is down."""
    _sync_client(url).publish(PREFIX + topic, payload)
