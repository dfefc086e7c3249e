"""The door from the event loop to the database: a small thread pool, connections closed as Django wants it."""

import asyncio
import functools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import close_old_connections, connections

P = ParamSpec("P")
R = TypeVar("R")
THREADS = 6
_pool = ThreadPoolExecutor(THREADS, thread_name_prefix="chat-db")


async def run(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call `work` in a pool thread with a fresh or healthy connection; its result or its exception comes back."""
    call = functools.partial(_with_connection, functools.partial(work, *args, **kwargs))
    return await asyncio.get_running_loop().run_in_executor(_pool, call)


def _with_connection(call: Callable[[], R]) -> R:
    close_old_connections()
    try:
        return call()
    finally:
        if any(connection.settings_dict["CONN_MAX_AGE"] == 0 for connection in connections.all(initialized_only=True)):
            connections.close_all()


def release() -> None:
    """Close the connections of every pool thread; for a process or a test that ends."""
    gate = threading.Barrier(THREADS)

    def close() -> None:
        gate.wait(10)  # holds each thread until all are here, so that none is asked twice
        connections.close_all()

    for closed in [_pool.submit(close) for _ in range(THREADS)]:
        closed.result()
