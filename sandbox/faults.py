"""What the dashboard and tests may make go wrong."""

import time

from sandbox.errors import ApiError
from sandbox.store import Object
from sandbox.web import Dropped
from sandbox.world import World

PAYMENT = ("card_declined", "insufficient_funds", "authentication_required")
DELIVERY = ("normal", "twice", "reversed", "late", "hold")
API = ("error", "timeout")


def put(w: World, name: str, value: Object | None) -> None:
    """Set a fault (`payment`, `api`, `delivery`), or clear it with None."""
    with w.store.write():
        w.store.set(f"fault.{name}", value)


def take(w: World, name: str) -> Object | None:
    """Use up one stroke of a fault: {"mode": …, "times": n}. None when none is set."""
    fault = w.store.setting(f"fault.{name}")
    if not fault:
        return None
    left = fault.get("times", 1) - 1
    w.store.set(f"fault.{name}", {**fault, "times": left} if left > 0 else None)
    return fault


def strike(fault: Object | None) -> None:
    """Answer 500, or wait and close the connection. The work was done before."""
    if fault is None:
        return
    if fault["mode"] == "timeout":
        time.sleep(min(float(fault.get("seconds", 0)), 120))
        raise Dropped
    raise ApiError(500, "api_error", "The sandbox was told to fail this request after doing its work.")
