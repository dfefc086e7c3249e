"""`/healthz`: the process answers. `/readyz`: everything that it needs answers too."""

from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse


def healthz(request: HttpRequest) -> JsonResponse:
    """200 as long as the process can answer at all."""
    return JsonResponse({"ok": True})


def readyz(request: HttpRequest) -> JsonResponse:
    """200 with every part `ok`, else 503 and the names of what is missing; no details leave the house."""
    parts = {name: _ask(part) for name, part in PARTS.items()}
    ready = all(state == "ok" for state in parts.values())
    return JsonResponse({"ready": ready, **parts}, status=200 if ready else 503)


def _ask(part: Callable[[], bool]) -> str:
    try:
        return "ok" if part() else "behind"
    except Exception:  # any failure of a dependency means the same here: not ready
        return "away"


def _database() -> bool:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def _redis() -> bool:
    if not settings.REDIS_URL:
        return True
    import redis

    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as client:
        return bool(client.ping())


_migrated = False


def _migrations() -> bool:
    global _migrated  # migrations of a running process never go back: ask the table once
    if not _migrated:
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def _cache() -> bool:
    cache.get("ready")
    return True


PARTS: dict[str, Callable[[], bool]] = {
    "database": _database,
    "bus": _redis,
    "broker": _redis,
    "cache": _cache,
    "migrations": _migrations,
}
