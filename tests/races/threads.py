"""Pieces of work that start together, each on a connection of its own."""

import threading
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
