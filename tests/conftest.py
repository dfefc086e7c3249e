"""Guards of every test: no address beyond loopback, warnings are errors, a site that exists."""

import ipaddress
import os
import re
import socket
from collections.abc import Iterator
from typing import Any

import pytest

_connect = socket.socket.connect


def _loopback_only(self: socket.socket, address: Any) -> None:
    if self.family in (socket.AF_INET, socket.AF_INET6):
        host = address[0]
        if host not in ("localhost", "") and not ipaddress.ip_address(host).is_loopback:
            raise RuntimeError(f"a test tried to reach {host}")
    _connect(self, address)


socket.socket.connect = _loopback_only  # type: ignore[method-assign]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What needs a real server runs only where it is; the full run always has both, and CI refuses skips."""
    missing = {
        "postgres": not os.environ.get("DATABASE_URL", "").startswith("postgres"),
        "redis": not os.environ.get("REDIS_URL"),
    }
    strict = os.environ.get("YAJI_NO_SKIPS") == "1"
    for item in items:
        for mark, gone in missing.items():
            if gone and item.get_closest_marker(mark):
                if strict:
                    raise pytest.UsageError(f"{item.nodeid} needs {mark}, and this run may skip nothing")
                item.add_marker(pytest.mark.skip(reason=f"no {mark} in this run"))


def pytest_configure(config: pytest.Config) -> None:
    """Each worker of a run side by side has a Redis database of its own: one's flush or publish is not another's."""
    from django.conf import settings

    worker = getattr(config, "workerinput", {}).get("workerid", "")
    cache = settings.CACHES["default"]
    if worker and cache.get("LOCATION", "").startswith("redis"):
        cache["LOCATION"] = re.sub(r"/\d+$", f"/{int(worker.removeprefix('gw')) + 1}", cache["LOCATION"])


@pytest.fixture(autouse=True)
def _clean_caches() -> Iterator[None]:
    """Cached pages and counters never leak from one test into another."""
    from django.conf import settings
    from django.core.cache import cache
    from django.utils import translation

    from ground import pagecache

    translation.activate(settings.LANGUAGE_CODE)  # whatever page an earlier test has read
    cache.clear()
    pagecache.drop()
    yield


@pytest.fixture(autouse=True)
def _wagtail_ground(request: pytest.FixtureRequest) -> None:
    """A flush after a transactional test takes Wagtail's root away: put it back where a test uses the database."""
    names = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}
    if not (names & set(request.fixturenames) or request.node.get_closest_marker("django_db")):
        return
    request.getfixturevalue("db" if "transactional_db" not in request.fixturenames else "transactional_db")
    from tests.factories import site

    site.restore()
