"""One worker at a time per object: the one place for what the databases do differently.

PostgreSQL: a session-level advisory lock, so that no transaction stays open while we ask Stripe. SQLite: one machine,
so a file lock does the same.
"""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from django.conf import settings
from django.db import connection


@contextmanager
def exclusive(*names: str) -> Iterator[None]:
    """Hold the locks of those names; waits for their holders. Released by the database when the process dies.

    Several are taken in one order, so that nobody waits in a circle.
    """
    if connection.vendor == "postgresql":
        yield from _advisory(sorted(_number(name) for name in names))
    else:
        with ExitStack() as held:
            for digest in sorted(_digest(name).hex() for name in names):
                held.enter_context(_file(digest))
            yield


@contextmanager
def attempt(name: str) -> Iterator[bool]:
    """Hold the lock of that name if nobody has it: True; else False, at once."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_number(name)])
            taken = cursor.fetchone() == (True,)
        try:
            yield taken
        finally:
            if taken:
                _release([_number(name)])
    else:
        with ExitStack() as held:
            try:
                held.enter_context(_file(_digest(name).hex(), fcntl.LOCK_NB))
            except BlockingIOError:
                yield False
            else:
                yield True


def _digest(name: str) -> bytes:
    return hashlib.blake2b(name.encode(), digest_size=8).digest()


def _number(name: str) -> int:
    return int.from_bytes(_digest(name), "big", signed=True)


def _advisory(numbers: list[int]) -> Iterator[None]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(n) FROM unnest(%s::bigint[]) AS n", [numbers])
        yield
    finally:
        _release(numbers)


def _release(numbers: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(n) FROM unnest(%s::bigint[]) AS n", [numbers])


@contextmanager
def _file(name: str, how: int = 0) -> Iterator[None]:
    folder = settings.VAR / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / name, "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX | how)
        yield
