"""A cache that is down is a miss, never an error."""

import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger("ground.cache")


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache; reads miss and writes are dropped while Redis is away."""

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
