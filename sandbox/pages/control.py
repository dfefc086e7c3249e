"""The control API for tests: JSON below /_control/."""

import time
from typing import Any

from sandbox import clock, events, faults, lives, loading
from sandbox.billing import disputes, refunds
from sandbox.billing.invoices import DRAFT_SECONDS
from sandbox.errors import ApiError, invalid
from sandbox.router import page
from sandbox.web import Request, Response
from sandbox.world import DEFAULT_CLOCK, World

COUNTED = (
    "customer", "product", "price", "subscription", "invoice", "checkout.session", "payment_intent", "charge", "refund",
    "subscription_schedule", "credit_note", "dispute", "event", "webhook_endpoint",
)  # fmt: skip


@page("GET", "/_control/state")
def state(request: Request) -> Response:
    """Clock, faults, counts, deliveries."""
    return Response.json(snapshot(request.world))


def snapshot(w: World) -> dict[str, Any]:
    """What tests poll and the dashboard shows."""
    target = w.store.setting("clock.target")
    deliveries = dict(w.store.rows("SELECT state, count(*) FROM deliveries GROUP BY state"))
    counts = dict(w.store.rows("SELECT kind, count(*) FROM objects GROUP BY kind"))
    waiting = w.store.rows("SELECT count(*) FROM deliveries WHERE state='pending' AND due<=?", time.time())[0][0]
    return {
        "clock": {
            "now": w.now(), "target": target, "advancing": target is not None, "from": w.store.setting("clock.from"),
            "offset": w.store.setting("clock.offset", 0), "next_due": clock.next_due(w, DEFAULT_CLOCK),
            "next_renewal": next_renewal(w), "next_retry": next_retry(w),
        },
        "faults": {
            "payment": w.store.setting("fault.payment"), "api": w.store.setting("fault.api"),
            "delivery": w.store.setting("fault.delivery", {"mode": "normal"}),
        },
        "counts": {name: counts.get(name, 0) for name in COUNTED},
        "deliveries": {name: deliveries.get(name, 0) for name in ("pending", "delivered", "failed", "held", "dropped")},
        "due_now": waiting,
        "webhook_url": w.config.webhook_url,
    }  # fmt: skip


def next_renewal(w: World) -> int | None:
    """When the next subscription on the default clock begins a new period (or ends); those that live aside do not count."""
    sql = ("SELECT ends FROM objects WHERE clock=? AND status=? AND ends IS NOT NULL"
           " AND json_extract(hidden, '$.aside') IS NULL ORDER BY ends LIMIT 1")  # fmt: skip
    found = [w.store.rows(sql, DEFAULT_CLOCK, status) for status in ("active", "trialing", "past_due", "unpaid")]
    return min((rows[0][0] for rows in found if rows), default=None)


def next_retry(w: World) -> int | None:
    """When the next failed invoice on the default clock is tried again."""
    sql = "SELECT min(due) FROM objects WHERE kind='invoice' AND status='open' AND +due IS NOT NULL AND +clock=?"
    found: int | None = w.store.rows(sql, DEFAULT_CLOCK)[0][0]
    return found


def target_of(w: World, given: dict[str, Any]) -> int:
    """The moment that {seconds | to | until} names."""
    now = w.now()
    if "seconds" in given:
        return now + int(given["seconds"])
    if "to" in given:
        return int(given["to"])
    find = {"next_renewal": next_renewal, "next_retry": next_retry}.get(str(given.get("until")))
    if find is None:
        raise invalid("Give seconds, to, or until: next_renewal | next_retry.")
    moment = find(w)
    if moment is None:
        raise invalid("Nothing is due.")
    # the draft of a renewal is finalised and paid an hour later: that is part of "to the next renewal"
    return max(moment, now) + (DRAFT_SECONDS + 1 if given["until"] == "next_renewal" else 1)


@page("POST", "/_control/advance")
def advance(request: Request) -> Response:
    """Move the default clock; waits until it is there unless {"async": true}."""
    given = request.json()
    w = request.world
    try:
        moment = target_of(w, given)
    except (TypeError, ValueError):
        raise invalid("seconds and to are whole numbers.") from None
    return Response.json(w.engine.advance_default(moment, wait=not given.get("async", False)))


@page("POST", "/_control/fault")
def fault(request: Request) -> Response:
    """Set or clear faults; sandbox/README.md tells what each does."""
    given = request.json()
    allowed = {"payment": faults.PAYMENT, "api": faults.API, "delivery": faults.DELIVERY}
    strange = set(given) - {*allowed, "times", "seconds", "path", "reads"}
    if strange or not set(given) & set(allowed):
        raise invalid("Name at least one of payment, api, delivery; with times and seconds.")
    for name, modes in allowed.items():
        if name in given:
            set_fault(request.world, name, given[name], modes, given)
    return Response.json(snapshot(request.world)["faults"])


def set_fault(w: World, name: str, mode: Any, modes: tuple[str, ...], given: dict[str, Any]) -> None:
    """One fault; None or "none" clears it."""
    if mode in (None, "none", ""):
        faults.put(w, name, {"mode": "normal"} if name == "delivery" else None)
        return
    if mode not in modes:
        raise invalid(f"{name} must be one of {', '.join(modes)}, or null.", name)
    try:
        value: dict[str, Any] = {"mode": mode}
        if name != "delivery" or "times" in given:
            value["times"] = int(given.get("times", 1))
        if name == "api":
            value |= {"path": str(given.get("path") or ""), "reads": bool(given.get("reads", False))}
        if "seconds" in given:
            value["seconds"] = float(given["seconds"])
    except (TypeError, ValueError):
        raise invalid("times and seconds are numbers.") from None
    faults.put(w, name, value)


@page("POST", "/_control/resend")
def resend(request: Request) -> Response:
    """Deliver an event again: {"event": "evt_…"}."""
    key = str(request.json().get("event", ""))
    return Response.json({"event": key, "deliveries": send_again(request.world, key)})


def send_again(w: World, key: str) -> int:
    """Queue an event once more for everybody who wants it. Answers how many deliveries that is."""
    event = w.need(key, "event")
    targets = [e for e, _, _ in events.endpoints(w) if events.wants(w, e, event["type"])]
    with w.store.write():
        for target in targets:
            _queue(w, key, target)
    return len(targets)


@page("POST", "/_control/release")
def release(request: Request) -> Response:
    """Let held events go: all in their order, {"order": "reversed"}, or {"events": [ids, also repeated], "rest": "drop"}."""
    given = request.json()
    w = request.world
    if "events" in given:
        return Response.json({"released": deal(w, list(given["events"]), given.get("rest") == "drop")})
    return Response.json({"released": let_go(w, given.get("order") == "reversed")})


def let_go(w: World, turned: bool = False) -> int:
    """Queue what was held; later events are delivered as usual."""
    with w.store.write():
        w.store.set("fault.delivery", {"mode": "normal"})
        held = w.store.rows(
            f"SELECT seq, event, endpoint FROM deliveries WHERE state='held' ORDER BY seq {'DESC' if turned else 'ASC'}"  # noqa: S608
        )
        for seq, event, endpoint in held:
            w.store.run("DELETE FROM deliveries WHERE seq=?", seq)
            _queue(w, event, endpoint)
    return len(held)


def deal(w: World, keys: list[str], drop: bool) -> int:
    """Queue these held events in this order, as often as they are named; with `drop` the others are lost for good."""
    with w.store.write():
        found = w.store.rows("SELECT event, endpoint FROM deliveries WHERE state='held'")
        for key in keys:
            for endpoint in [e for event, e in found if event == key]:
                _queue(w, key, endpoint)
        for key in set(keys):
            w.store.run("DELETE FROM deliveries WHERE state='held' AND event=?", key)
        if drop:
            w.store.run("UPDATE deliveries SET state='dropped' WHERE state='held'")
    return len(keys)


def _queue(w: World, event: str, endpoint: str) -> None:
    w.store.run(
        "INSERT INTO deliveries (event, endpoint, state, due) VALUES (?,?,'pending',?)", event, endpoint, time.time()
    )


@page("POST", "/_control/dispute")
def dispute(request: Request) -> Response:
    """A customer disputes: {"invoice" | "payment_intent" | "charge": id, "reason"}; or {"dispute": id, "close": won | lost}."""
    given, w = request.json(), request.world
    with w.store.write():
        if given.get("dispute"):
            made = disputes.close(w, w.need(given["dispute"], "dispute"), str(given.get("close", "")))
        else:
            made = disputes.create(w, refunds.charge_of(w, given), str(given.get("reason", "fraudulent")))
    return Response.json(made)


@page("POST", "/_control/load")
def load(request: Request) -> Response:
    """Many members at once, without events: {"members": [{price, start, ...}], "bills": "all" | "latest" | "none"}, or
    {"lives": [{"calls": [...]}], "expand": [...], "key": ...}."""
    given = request.json()
    if "lives" in given:
        return Response.json({"lives": lives.once(request.world, given)})
    if not isinstance(given.get("members"), list):
        raise invalid("members is a list.", "members")
    return Response.json({"members": loading.load(request.world, given["members"], str(given.get("bills", "all")))})


@page("POST", "/_control/flush")
def flush(request: Request) -> Response:
    """Wait until everything due was delivered or tried: {"seconds": 10}."""
    try:
        seconds = float(request.json().get("seconds", 10))
    except (TypeError, ValueError):
        raise invalid("seconds is a number.") from None
    return Response.json({"done": request.world.sender.flush(min(seconds, 120))})


@page("POST", "/_control/reset")
def reset(request: Request) -> Response:
    """Forget everything: objects, events, deliveries, faults, the clock's offset."""
    w = request.world
    if w.store.setting("clock.target") is not None:
        raise ApiError(409, "invalid_request_error", "The clock is moving.")
    with w.store.write():
        for table in ("objects", "deliveries", "answers", "settings"):
            w.store.run(f"DELETE FROM {table}")  # noqa: S608
        w.store.set("born", int(time.time()))
    return Response.json(snapshot(w))
