"""Pieces of work that start together, each on a connection of its own."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection


def at_once(work: list[Callable[[], Any]]) -> list[Any]:
    """Every piece in a thread of its own, started together; their results, or the exceptions they raised."""
    gate = threading.Barrier(len(work))

    def one(job: Callable[[], Any]) -> Any:
        try:
            gate.wait()
            return job()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(one, work))


def somebody_waits(seconds: float = 20) -> None:
    """Go on once another connection waits for a lock in this database. Raises TimeoutError."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
                " WHERE NOT granted AND datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise TimeoutError("nobody waits")
