"""What the dashboard and tests may make go wrong."""

import time

from sandbox.errors import ApiError
from sandbox.store import Object
from sandbox.web import Dropped
from sandbox.world import World

PAYMENT = ("card_declined", "insufficient_funds", "authentication_required")
DELIVERY = ("normal", "twice", "reversed", "late", "hold", "lose", "swallow")
BEFORE = ("rate_limit", "unavailable")
API = ("error", "timeout", *BEFORE)


def put(w: World, name: str, value: Object | None) -> None:
    """Set a fault (`payment`, `api`, `delivery`), or clear it with None."""
    with w.store.write():
        w.store.set(f"fault.{name}", value)


def take(w: World, name: str) -> Object | None:
    """Use up one stroke of a fault: {"mode": …, "times": n}. None when none is set."""
    fault: Object | None = w.store.setting(f"fault.{name}")
    if not fault:
        return None
    left = fault.get("times", 1) - 1
    w.store.set(f"fault.{name}", {**fault, "times": left} if left > 0 else None)
    return fault


def take_api(w: World, method: str, path: str, before: bool) -> Object | None:
    """The fault that strikes this call, before its work or after it; one stroke is used up."""
    fault: Object | None = w.store.setting("fault.api")
    if not fault or (fault["mode"] in BEFORE) != before or not path.startswith(fault.get("path", "")):
        return None
    if method == "GET" and not fault.get("reads"):
        return None
    return take(w, "api")


def strike(fault: Object | None) -> None:
    """Answer 500, 429 or 503, or wait and close the connection."""
    if fault is None:
        return
    if fault["mode"] == "timeout":
        time.sleep(min(float(fault.get("seconds", 0)), 120))
        raise Dropped
    if fault["mode"] == "rate_limit":
        raise ApiError(429, "invalid_request_error", "Request rate limit exceeded.", code="rate_limit")
    if fault["mode"] == "unavailable":
        raise ApiError(503, "api_error", "The sandbox was told to be away: nothing was done.")
    raise ApiError(500, "api_error", "The sandbox was told to fail this request after doing its work.")
