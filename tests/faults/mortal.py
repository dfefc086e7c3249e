"""Workers that die: a process that is ready once, forks for each order, and stops dead (SIGKILL) where it is told to.

Run as `python -m tests.faults.mortal`; one order per line of JSON on stdin, one answer per line: the exit code, negative
when it was killed.
"""

import functools
import importlib
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any

BUSY = {"with": ""}  # the kind of object whose events are being handled


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _arm(place: str, when: str, kind: str, count: int) -> None:
    """Die before, or after, the given call of a function; `kind` narrows it to the events of such objects."""
    name, _, attribute = place.rpartition(".")
    try:
        owner: Any = importlib.import_module(name)
    except ModuleNotFoundError:  # a method of a class
        module, _, cls = name.rpartition(".")
        owner = getattr(importlib.import_module(module), cls)
    real: Callable[..., Any] = getattr(owner, attribute)
    seen = {"calls": 0}

    @functools.wraps(real)
    def mortal(*args: Any, **given: Any) -> Any:
        mine = not kind or BUSY["with"] == kind
        seen["calls"] += mine
        last = mine and seen["calls"] == count
        if last and when == "before":
            _die()
        answer = real(*args, **given)
        if last:
            _die()
        return answer

    setattr(owner, attribute, mortal)


def _watch() -> None:
    from subscriptions.billing import inbox

    real = inbox._handle

    def handle(object_type: str, *rest: Any) -> None:
        BUSY["with"] = object_type
        real(object_type, *rest)
        BUSY["with"] = ""

    inbox._handle = handle  # type: ignore[assignment]


def _obey(order: dict[str, Any]) -> None:
    from django.conf import settings

    from subscriptions.billing import batches, inbox, outbox
    from subscriptions.parcels.actions import labels

    for name, value in order.get("settings", {}).items():
        setattr(settings, name, value)
    settings.STRIPE_API_BASE = order["base"]
    batches.WORTH = order.get("worth", batches.WORTH)
    _watch()
    if order.get("place"):
        _arm(order["place"], order.get("when", "after"), order.get("kind", ""), order.get("count", 1))
    {"drain": inbox.drain_due, "outbox": outbox.run_due, "labels": labels.run_due}[order["work"]]()


def main() -> None:
    """Take orders until stdin ends."""
    import django

    django.setup()
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                _obey(json.loads(line))
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
