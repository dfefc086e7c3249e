"""Events: made in the transaction of the change that they tell of, delivered later by the sender."""

import time
from typing import Any

from sandbox import shapes
from sandbox.store import Object
from sandbox.world import DEFAULT_CLOCK, World

MAIN = "main"  # the endpoint given on the command line
CLOCK_EVENTS = ("test_helpers.test_clock.advancing", "test_helpers.test_clock.ready")


def emit(w: World, kind: str, thing: Object, before: Object | None = None, queue: bool = True) -> Object:
    """Record an event about `thing` and queue its deliveries. `before` gives previous_attributes. In silence: nothing."""
    if w.silent:
        return {}
    data = shapes.new("Event.Data", object=thing)
    if before is not None:
        data["previous_attributes"] = changes(before, thing)
    elif not kind.endswith(".updated"):
        data["previous_attributes"] = None
    request = shapes.new(
        "Event.Request", id=getattr(w.request, "id", None), idempotency_key=getattr(w.request, "key", None)
    )
    event = w.make(
        "Event", "evt", DEFAULT_CLOCK, type=kind, data=data, request=request, api_version=shapes.API_VERSION,
        created=int(time.time()),
    )  # fmt: skip
    targets = [e for e, _, _ in endpoints(w) if wants(w, e, kind)]
    swallowed = queue and w.store.setting("fault.delivery", {"mode": "normal"})["mode"] == "swallow"
    event["pending_webhooks"] = 0 if swallowed else len(targets)
    w.save(event, w.store.clock_of(thing["id"]) or DEFAULT_CLOCK)
    if queue:
        for target in targets:
            enqueue(w, event["id"], target)
    return event


def changes(before: Any, after: Any) -> Object:
    """The former values of everything that changed: nested for objects, whole for lists."""
    found: Object = {}
    for key, old in before.items():
        new = after.get(key)
        if old == new:
            continue
        if isinstance(old, dict) and isinstance(new, dict) and key != "metadata":
            found[key] = changes(old, new)
        elif key == "metadata" and isinstance(old, dict) and isinstance(new, dict):
            found[key] = {k: old.get(k) for k in {*old, *new} if old.get(k) != new.get(k)}
        else:
            found[key] = old
    return found


def update(w: World, before: Object, thing: Object, kind: str) -> Object:
    """Save a changed object and tell of it, if anything did change."""
    w.save(thing)
    if changes(before, thing):
        emit(w, kind, thing, before)
    return thing


def endpoints(w: World) -> list[tuple[str, str, str]]:
    """(key, url, secret) of everything that receives events."""
    found = [(MAIN, w.config.webhook_url, w.config.webhook_secret)] if w.config.webhook_url else []
    for endpoint in w.store.find("webhook_endpoint"):
        if endpoint["status"] == "enabled":
            found.append((endpoint["id"], endpoint["url"], w.store.hidden(endpoint["id"])["secret"]))
    return found


def wants(w: World, endpoint: str, kind: str) -> bool:
    """Whether this endpoint asked for this type of event."""
    if endpoint == MAIN:
        return True
    wanted = w.need(endpoint, "webhook_endpoint")["enabled_events"]
    return "*" in wanted or kind in wanted


STATES = {"hold": "held", "lose": "dropped", "swallow": "delivered"}


def enqueue(w: World, event: str, endpoint: str) -> None:
    """One delivery, changed by the faults that are set."""
    mode = w.store.setting("fault.delivery", {"mode": "normal"})
    state = STATES.get(mode["mode"], "pending")
    late = mode.get("seconds", 10) if mode["mode"] == "late" else 0
    for _ in range(2 if mode["mode"] == "twice" else 1):
        w.store.run(
            "INSERT INTO deliveries (event, endpoint, state, due) VALUES (?,?,?,?)",
            event, endpoint, state, time.time() + late,
        )  # fmt: skip
    if state in ("dropped", "delivered") and "times" in mode:
        left = mode["times"] - 1
        w.store.set("fault.delivery", {**mode, "times": left} if left > 0 else {"mode": "normal"})
