"""One worker at a time per object: the one place for what the databases do differently.

PostgreSQL: a session-level advisory lock, so that no transaction stays open while we ask Stripe. SQLite: one machine,
so a file lock does the same.
"""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection


@contextmanager
def exclusive(name: str) -> Iterator[None]:
    """Hold the lock of that name; waits for its holder. Released by the database when the process dies."""
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    if connection.vendor == "postgresql":
        yield from _advisory(int.from_bytes(digest, "big", signed=True))
    else:
        yield from _file(digest.hex())


def _advisory(number: int) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [number])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [number])


def _file(name: str) -> Iterator[None]:
    folder = settings.VAR / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / name, "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
