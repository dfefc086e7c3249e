"""Subscription schedules: phases that a subscription goes through by itself."""

from typing import Any

from sandbox import shapes
from sandbox.api import complete, merge
from sandbox.billing import phases, prorations, subscriptions
from sandbox.billing.periods import DAY
from sandbox.errors import invalid
from sandbox.events import emit, update
from sandbox.store import Object
from sandbox.world import DUE, WORK, World, copy

OPEN = ("not_started", "active")
NOTICE_SECONDS = 7 * DAY
ALONE = ("customer", "phases", "start_date", "end_behavior", "default_settings", "pause_schedules", "metadata")


def create(w: World, given: dict[str, Any]) -> Object:
    """A schedule around a running subscription, or for one that begins later."""
    if given.get("pause_schedules"):
        raise invalid("The sandbox does not carry out pause schedules.", "pause_schedules")
    if key := given.get("from_subscription"):
        for name in ALONE:
            if name in given:
                raise invalid(f"You cannot set `{name}` if `from_subscription` is set.", name)
        return _around(w, w.need(key, "subscription", "from_subscription"))
    return _later(w, given)


def _blank(w: World, customer: Object, **values: Any) -> Object:
    made = w.make(
        "SubscriptionSchedule", "sub_sched", w.clock_of(customer), customer=customer["id"], end_behavior="release",
        metadata={}, test_clock=customer["test_clock"], **values,
    )  # fmt: skip
    made["billing_mode"].update(type="flexible", flexible=shapes.new("SubscriptionSchedule.BillingMode.Flexible"))
    made["default_settings"].update(billing_cycle_anchor="automatic", collection_method="charge_automatically")
    made["default_settings"]["invoice_settings"]["issuer"].update(type="self")
    return made


def _around(w: World, subscription: Object) -> Object:
    if subscription["schedule"]:
        raise invalid("You cannot migrate a subscription that is already attached to a schedule: "
                      f"`{subscription['schedule']}`.", "from_subscription")  # fmt: skip
    if subscription["status"] in ("canceled", "incomplete", "incomplete_expired", "paused"):
        raise invalid(f"You cannot migrate a subscription that is {subscription['status']}.", "from_subscription")
    if subscription["cancel_at"]:
        raise invalid("You cannot migrate a subscription that is set to cancel.", "from_subscription")
    customer = w.need(subscription["customer"], "customer")
    schedule = _blank(w, customer, status="active", subscription=subscription["id"])
    items = subscription["items"]["data"]
    phase = shapes.new(
        "SubscriptionSchedule.Phase", currency=subscription["currency"], proration_behavior="create_prorations",
        start_date=min(i["current_period_start"] for i in items), end_date=min(i["current_period_end"] for i in items),
        default_payment_method=subscription["default_payment_method"], metadata={}, trial_end=phases.trial_of(subscription),
        discounts=[{"coupon": None, "discount": d, "promotion_code": None} for d in subscription["discounts"]],
        items=phases.mirror(items),
    )  # fmt: skip
    schedule.update(phases=[phase], current_phase=phases.span(phase))
    w.save(schedule, w.clock_of(customer))
    emit(w, "subscription_schedule.created", schedule)
    before = copy(subscription)
    subscription["schedule"] = schedule["id"]
    update(w, before, subscription, "customer.subscription.updated")
    return schedule


def _later(w: World, given: dict[str, Any]) -> Object:
    if not given.get("customer"):
        raise invalid("Missing required param: customer.", "customer", "parameter_missing")
    if not given.get("phases"):
        raise invalid("Missing required param: phases.", "phases", "parameter_missing")
    customer = w.need(given["customer"], "customer", "customer")
    now = w.now(w.clock_of(customer))
    start = given.get("start_date", "now")
    start = now if start == "now" else start
    schedule = _blank(w, customer, status="not_started")
    schedule.update(
        phases=phases.from_params(w, given["phases"], start, now), end_behavior=given.get("end_behavior", "release"),
        metadata=merge({}, given.get("metadata") or {}),
    )  # fmt: skip
    w.save(schedule, w.clock_of(customer))
    emit(w, "subscription_schedule.created", schedule)
    if start <= now:
        _begin(w, schedule)
    return w.need(schedule["id"], "subscription_schedule")


def _begin(w: World, schedule: Object) -> None:
    """The first phase of a schedule of its own makes its subscription."""
    phase = schedule["phases"][0]
    customer = w.need(schedule["customer"], "customer")
    wanted = {"items": [{"price": i["price"], "quantity": i["quantity"] or 1} for i in phase["items"]],
              "metadata": phase["metadata"] or {}, "default_payment_method": phase["default_payment_method"],
              "trial_end": phase["trial_end"], "discounts": phases.redeemable(phase)}  # fmt: skip
    made = subscriptions.create(w, customer, wanted)
    made["schedule"] = schedule["id"]
    w.save(made)
    subscriptions.begin(w, made, {"payment_behavior": "pending_if_incomplete"})  # whatever becomes of the payment
    before = copy(schedule)
    schedule.update(status="active", subscription=made["id"], current_phase=phases.span(phase))
    update(w, before, schedule, "subscription_schedule.updated")


# the calls


def _refuse_empty(settings: dict[str, Any]) -> None:
    """An empty account is no account: Stripe takes `""` only where something can be unset."""
    transfer = settings.get("transfer_data") or {}
    if transfer.get("destination") == "":
        raise invalid(
            "You passed an empty string for 'default_settings[transfer_data][destination]'.",
            "default_settings[transfer_data][destination]",
        )


def change(w: World, schedule: Object, given: dict[str, Any]) -> Object:
    """The update call: new phases from the current one on, end behaviour, metadata."""
    _must_be_open(schedule, "update")
    if given.get("pause_schedules"):
        raise invalid("The sandbox does not carry out pause schedules.", "pause_schedules")
    before = copy(schedule)
    now = w.now(w.clock_of(schedule))
    if "metadata" in given:
        schedule["metadata"] = merge(schedule["metadata"] or {}, given["metadata"])
    schedule["end_behavior"] = given.get("end_behavior", schedule["end_behavior"])
    if "default_settings" in given:
        _refuse_empty(given["default_settings"])
        schedule["default_settings"].update(
            complete("subscription_schedule", "default_settings", given["default_settings"])
        )
    if given.get("phases"):
        schedule["phases"] = _replace(w, schedule, given["phases"], now)
    update(w, before, schedule, "subscription_schedule.updated")
    if schedule["status"] == "active":
        _catch_up(w, schedule, now, given.get("proration_behavior", "create_prorations"))
    return w.need(schedule["id"], "subscription_schedule")


def _replace(w: World, schedule: Object, given: list[dict[str, Any]], now: int) -> list[Object]:
    start = given[0].get("start_date")
    if start is None:
        raise invalid("You must set `start_date` on the first phase.", "phases[0][start_date]", "parameter_missing")
    start = now if start == "now" else start
    if schedule["status"] == "not_started":
        return phases.from_params(w, given, start, now)
    known = [p["start_date"] for p in schedule["phases"]]
    kept = [p for p in schedule["phases"] if p["start_date"] < start]
    if start not in known and start != now:
        raise invalid("You can not modify the start date of the current phase.", "phases[0][start_date]")
    made = phases.from_params(w, given, start, now)
    if made[-1]["end_date"] <= now:
        raise invalid("The last phase must end in the future.", "phases")
    if kept and kept[-1]["end_date"] > start:
        kept[-1]["end_date"] = start
    return [*kept, *made]


def _catch_up(w: World, schedule: Object, now: int, behaviour: str) -> None:
    """Let the subscription be what the current phase says, now that phases were changed."""
    phase = next(p for p in schedule["phases"] if p["end_date"] > now)
    before = copy(schedule)
    schedule["current_phase"] = phases.span(phase)
    update(w, before, schedule, "subscription_schedule.updated")
    subscription = w.need(schedule["subscription"], "subscription")
    if phase["start_date"] <= now:
        _enter(w, subscription, phase, now, behaviour)
    subscription = w.need(schedule["subscription"], "subscription")
    old = copy(subscription)
    last = schedule["phases"][-1]["end_date"] if schedule["end_behavior"] == "cancel" else None
    subscription.update(cancel_at=last, canceled_at=now if last else None)
    update(w, old, subscription, "customer.subscription.updated")


def release(w: World, schedule: Object, preserve: bool = False) -> Object:
    """Let the subscription go on without the schedule."""
    _must_be_open(schedule, "release")
    now = w.now(w.clock_of(schedule))
    before = copy(schedule)
    key = schedule["subscription"]
    schedule.update(
        status="released", released_at=now, released_subscription=key, subscription=None, current_phase=None
    )
    w.save(schedule)
    if key:
        subscription = w.need(key, "subscription")
        old = copy(subscription)
        subscription["schedule"] = None
        if not preserve and schedule["end_behavior"] == "cancel":
            subscription.update(cancel_at=None, canceled_at=None)
        update(w, old, subscription, "customer.subscription.updated")
    emit(w, "subscription_schedule.released", schedule, before)
    return schedule


def cancel(w: World, schedule: Object, given: dict[str, Any]) -> Object:
    """End the schedule and its subscription now."""
    _must_be_open(schedule, "cancel")
    if schedule["subscription"]:
        wanted = {"prorate": given.get("prorate", True), "invoice_now": given.get("invoice_now", True)}
        subscriptions.cancel(w, w.need(schedule["subscription"], "subscription"), wanted)
        return w.need(schedule["id"], "subscription_schedule")
    return _close(w, schedule, "canceled")


def _must_be_open(schedule: Object, verb: str) -> None:
    if schedule["status"] not in OPEN:
        raise invalid(
            f"You cannot {verb} a subscription schedule that is currently in the `{schedule['status']}` status."
        )


def _close(w: World, schedule: Object, status: str) -> Object:
    before = copy(schedule)
    field = "completed_at" if status == "completed" else "canceled_at"
    schedule.update({"status": status, field: w.now(w.clock_of(schedule)), "current_phase": None})
    w.save(schedule)
    emit(w, f"subscription_schedule.{status}", schedule, before)
    return schedule


# what follows from the subscription


def of(w: World, subscription: Object) -> Object | None:
    """The open schedule of a subscription."""
    found = w.store.get(subscription["schedule"] or "")
    return found if found and found["status"] in OPEN else None


def ended(w: World, subscription: Object) -> None:
    """The subscription ended: so does its schedule."""
    schedule = of(w, subscription)
    if schedule:
        now = w.now(w.clock_of(schedule))
        planned = schedule["end_behavior"] == "cancel" and schedule["phases"][-1]["end_date"] <= now
        _close(w, schedule, "completed" if planned else "canceled")


def follow(w: World, subscription: Object) -> None:
    """The subscription was changed directly: the current phase says so, too."""
    schedule = of(w, subscription)
    if schedule is None or not schedule["current_phase"]:
        return
    before = copy(schedule)
    for phase in schedule["phases"]:
        if phase["start_date"] == schedule["current_phase"]["start_date"]:
            phase["items"] = phases.mirror(subscription["items"]["data"])
    update(w, before, schedule, "subscription_schedule.updated")


def step(w: World, subscription: Object, now: int) -> bool:
    """Begin the next phase of a subscription's schedule when the current one is over; or end the schedule."""
    schedule = of(w, subscription)
    if schedule is None or not schedule["current_phase"] or schedule["current_phase"]["end_date"] > now:
        return False
    following = next((p for p in schedule["phases"] if p["start_date"] >= schedule["current_phase"]["end_date"]), None)
    if following is None:
        release(w, schedule)
        return True
    _enter(w, subscription, following, now, following["proration_behavior"])
    before = copy(schedule)
    schedule["current_phase"] = phases.span(following)
    update(w, before, schedule, "subscription_schedule.updated")
    return True


def _enter(w: World, subscription: Object, phase: Object, now: int, behaviour: str) -> None:
    """Put a phase's settings and items on the subscription."""
    before = copy(subscription)
    subscription["metadata"] = merge(subscription["metadata"], phase["metadata"] or {})
    for name in ("default_payment_method", "description"):
        subscription[name] = phase[name] or subscription[name]
    subscriptions.set_discounts(w, subscription, phases.redeemable(phase))
    for entry in phase["add_invoice_items"] if phase["start_date"] == now else []:
        prorations.once(w, subscription, w.need(entry["price"], "price"), entry["quantity"] or 1)
    given: dict[str, Any] = {"items": _differences(subscription, phase), "proration_behavior": behaviour}
    if phase["trial_end"] and phase["trial_end"] > now and phase["trial_end"] != subscription["trial_end"]:
        given["trial_end"] = phase["trial_end"]
    if phase["billing_cycle_anchor"] == "phase_start" and phase["start_date"] == now:
        given["billing_cycle_anchor"] = {"type": "now"}
    if all(item["current_period_end"] <= now for item in subscription["items"]["data"]):
        _swap(w, subscription, phase, now)
        update(w, before, subscription, "customer.subscription.updated")
        return
    subscriptions.conclude(w, before, subscription, given, now)


def _differences(subscription: Object, phase: Object) -> list[dict[str, Any]]:
    """The item parameters that turn the subscription's items into the phase's."""
    left = {i["price"]["id"]: i for i in subscription["items"]["data"]}
    made: list[dict[str, Any]] = []
    for item in phase["items"]:
        old = left.pop(item["price"], None)
        same = {"id": old["id"]} if old else {"price": item["price"]}
        made.append({**same, "quantity": item["quantity"] or 1, "metadata": item["metadata"] or {}})
    return [*made, *({"id": old["id"], "deleted": True} for old in left.values())]


def _swap(w: World, subscription: Object, phase: Object, now: int) -> None:
    """Exchange items at the end of their period; the renewal of the same moment begins the new one."""
    old = {i["price"]["id"]: i for i in subscription["items"]["data"]}
    any_old = subscription["items"]["data"][0]
    span = (any_old["current_period_start"], any_old["current_period_end"])
    items = []
    for wanted in phase["items"]:
        price = w.need(wanted["price"], "price")
        item = old.get(price["id"]) or subscriptions.new_item(subscription["id"], price, 1, now, span)
        item.update(quantity=wanted["quantity"] or 1, metadata=merge(item["metadata"] or {}, wanted["metadata"] or {}))
        items.append(item)
    if (
        prorations.cadence(list(old.values())) != prorations.cadence(items)
        or phase["billing_cycle_anchor"] == "phase_start"
    ):
        subscription["billing_cycle_anchor"] = now
    subscription["items"]["data"] = items


# what the engine does


def due(w: World, schedule: Object) -> int | None:
    """When the engine has to look at a schedule."""
    if schedule["status"] == "not_started":
        return schedule["phases"][0]["start_date"]
    if schedule["status"] != "active" or not schedule["current_phase"]:
        return None
    end: int = schedule["current_phase"]["end_date"]
    if w.store.hidden(schedule["id"]).get("told"):
        return end
    return min(end, max(schedule["created"] + 1, schedule["phases"][-1]["end_date"] - NOTICE_SECONDS))


def work(w: World, schedule: Object) -> None:
    """Begin, tell that the end is near, or go on to the next phase."""
    now = w.now(w.clock_of(schedule))
    if schedule["status"] == "not_started":
        _begin(w, schedule)
        return
    if not w.store.hidden(schedule["id"]).get("told") and schedule["phases"][-1]["end_date"] - NOTICE_SECONDS <= now:
        w.save(schedule, hidden={"told": True})
        emit(w, "subscription_schedule.expiring", schedule)
    if schedule["current_phase"]["end_date"] <= now and schedule["subscription"]:
        step(w, w.need(schedule["subscription"], "subscription"), now)


DUE["subscription_schedule"] = due
WORK["subscription_schedule"] = work
