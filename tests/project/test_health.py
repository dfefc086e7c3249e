"""Up, and ready."""

import pytest
from django.db import connections
from django.test import Client

from config import health

pytestmark = pytest.mark.django_db


def test_up_is_up_without_asking_anybody(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert Client().get("/healthz").json() == {"ok": True}


def test_ready_names_every_part() -> None:
    answer = Client().get("/readyz")
    assert answer.status_code == 200 and answer.json()["ready"]
    assert set(answer.json()) == {"ready", "database", "bus", "broker", "cache", "migrations"}


def test_redis_away_is_not_ready_and_tells_no_details(settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["bus"] == "away" and "127.0.0.1" not in answer.content.decode()


def test_missing_migrations_are_not_ready(monkeypatch) -> None:
    monkeypatch.setattr(health, "_migrated", False)
    with connections["default"].cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'membership'")
    answer = Client().get("/readyz")
    assert answer.status_code == 503 and answer.json()["migrations"] == "behind"


def test_a_cache_that_is_down_is_a_miss_and_not_an_error(settings) -> None:
    from django.core.cache import caches
    from django.core.cache.backends.base import BaseCache

    from ground.cache import ForgivingRedisCache

    away: BaseCache = ForgivingRedisCache("redis://127.0.0.1:9/0", {})
    assert away.get("x", "fallback") == "fallback"
    assert away.add("x", 1) is True and away.get_many(["x"]) == {} and away.delete("x") is False
    away.set("x", 1)
    assert caches["default"] is not away
