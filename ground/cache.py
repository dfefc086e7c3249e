"""A cache that is down is a miss, never an error."""

import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

log = logging.getLogger("ground.cache")


class KeptClient(RedisCacheClient):
    """Django makes a new client object for each command, which takes longer than the command. One for each way does."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kept: dict[bool, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """The client for reading or for writing; there is one server."""
        if write not in self._kept:
            self._kept[write] = super().get_client(key, write=write)
        return self._kept[write]


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache; reads miss and writes are dropped while Redis is away."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = KeptClient

    def _try(self, name: str, fallback: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return getattr(super(), name)(*args, **kwargs)
        except (RedisError, OSError) as trouble:
            log.warning("cache away: %s", type(trouble).__name__)
            return fallback

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """The value, or the default on a miss or while Redis is away."""
        return self._try("get", default, key, default, version)

    def set(self, *args: Any, **kwargs: Any) -> Any:
        """Store; nothing happens while Redis is away."""
        return self._try("set", None, *args, **kwargs)

    def add(self, *args: Any, **kwargs: Any) -> Any:
        """Store if absent. While Redis is away it answers True: a lock that cannot be asked for is not held."""
        return self._try("add", True, *args, **kwargs)

    def get_many(self, keys: Any, version: int | None = None) -> dict[str, Any]:
        """Those found."""
        return self._try("get_many", {}, keys, version)

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Count up; a missing key is still `ValueError`, as Django promises."""
        return self._try("incr", 1, key, delta, version)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Forget; False while Redis is away."""
        return self._try("delete", False, *args, **kwargs)
