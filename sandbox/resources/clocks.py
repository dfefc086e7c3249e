"""Test clocks."""

from sandbox import clock as engine
from sandbox import listing
from sandbox.api import Call, required
from sandbox.billing.periods import DAY
from sandbox.errors import invalid
from sandbox.events import emit
from sandbox.router import api
from sandbox.store import Object
from sandbox.world import DEFAULT_CLOCK, World

show = engine.show


@api("POST", "/test_helpers/test_clocks", "test_helpers.TestClockCreateParams")
def create(call: Call) -> Object:
    """A clock of its own for the customers made on it."""
    required(call.data, "frozen_time")
    clock = call.make(
        "test_helpers.TestClock", "clock", frozen_time=call.data["frozen_time"], name=call.data.get("name"),
        status="ready", deletes_after=call.now() + 30 * DAY,
    )  # fmt: skip
    call.w.save(clock, clock["id"])
    emit(call.w, "test_helpers.test_clock.created", clock)
    return clock


@api("GET", "/test_helpers/test_clocks", "test_helpers.TestClockListParams")
def list_all(call: Call) -> Object:
    """Clocks, newest first."""
    return listing.answer(call, "test_helpers.test_clock", {})


@api("GET", "/test_helpers/test_clocks/{key}", "test_helpers.TestClockRetrieveParams")
def retrieve(call: Call, key: str) -> Object:
    """One clock; `clock_default` is the one that everybody else lives on."""
    return show(call.w, key)


@api("POST", "/test_helpers/test_clocks/{key}/advance", "test_helpers.TestClockAdvanceParams")
def advance(call: Call, key: str) -> Object:
    """Begin to move a clock forward."""
    required(call.data, "frozen_time")
    if key == DEFAULT_CLOCK:
        return call.w.engine.advance_default(call.data["frozen_time"], wait=False)
    return call.w.engine.advance_named(key, call.data["frozen_time"])


@api("DELETE", "/test_helpers/test_clocks/{key}", "test_helpers.TestClockDeleteParams")
def delete(call: Call, key: str) -> Object:
    """Delete a clock and all that lives on it."""
    if key == DEFAULT_CLOCK:
        raise invalid("The default clock cannot be deleted.")
    clock = call.w.need(key, "test_helpers.test_clock")
    if clock["status"] == "advancing":
        raise engine.busy()
    _forget(call.w, key)
    clock["deleted"] = True
    emit(call.w, "test_helpers.test_clock.deleted", clock)
    return clock


def _forget(w: World, key: str) -> None:
    w.store.run("DELETE FROM objects WHERE clock=? AND kind<>'event'", key)
