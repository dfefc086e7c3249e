"""Subscriptions."""

from typing import Any

from sandbox import listing
from sandbox.api import Call, required
from sandbox.billing import cycles, payments, subscriptions
from sandbox.errors import invalid
from sandbox.router import api
from sandbox.store import Object


@api("POST", "/subscriptions", "SubscriptionCreateParams")
def create(call: Call) -> Object:
    """Subscribe a customer and pay the first invoice."""
    required(call.data, "customer", "items")
    given = dict(call.data)
    customer = call.w.need(given["customer"], "customer", "customer")
    if given.get("default_payment_method"):
        method = payments.resolve(call.w, given["default_payment_method"], customer["id"], "default_payment_method")
        given["default_payment_method"] = method["id"]
    return subscriptions.begin(call.w, subscriptions.create(call.w, customer, given), given)


@api("GET", "/subscriptions/{key}", "SubscriptionRetrieveParams")
def retrieve(call: Call, key: str) -> Object:
    """One subscription."""
    return call.w.need(key, "subscription")


@api("POST", "/subscriptions/{key}", "SubscriptionUpdateParams")
def change(call: Call, key: str) -> Object:
    """Change a subscription."""
    return subscriptions.change(call.w, call.w.need(key, "subscription"), call.data)


@api("DELETE", "/subscriptions/{key}", "SubscriptionCancelParams")
def cancel(call: Call, key: str) -> Object:
    """End a subscription now."""
    return subscriptions.cancel(call.w, call.w.need(key, "subscription"), call.data)


@api("POST", "/subscriptions/{key}/pause", "SubscriptionPauseParams")
def pause(call: Call, key: str) -> Object:
    """Pause a subscription until it is resumed."""
    return cycles.pause(call.w, call.w.need(key, "subscription"), call.data)


@api("POST", "/subscriptions/{key}/resume", "SubscriptionResumeParams")
def resume(call: Call, key: str) -> Object:
    """Resume a paused subscription."""
    return cycles.resume(call.w, call.w.need(key, "subscription"), call.data)


@api("GET", "/subscriptions", "SubscriptionListParams")
def list_all(call: Call) -> Object:
    """Subscriptions, newest first; without a status those that are not canceled, of test clocks only when asked for."""
    given = call.data
    ranges: dict[str, Any] = {n: given[n] for n in ("current_period_start", "current_period_end") if n in given}
    clauses, values = _narrow(given.get("status"), ranges)
    bare = not given.get("customer") and not given.get("test_clock")

    def wanted(subscription: Object) -> bool:
        items = subscription["items"]["data"]
        if bare and subscription["test_clock"]:
            return False
        if any(not any(listing.within(i[name], span) for i in items) for name, span in ranges.items()):
            return False
        price = given.get("price") or given.get("plan")
        return not price or any(i["price"]["id"] == price for i in items)

    fields = {k: given.get(k) for k in ("customer", "test_clock", "collection_method")}
    return listing.answer(call, "subscription", fields, wanted, " AND ".join(clauses), values)


def _narrow(status: str | None, ranges: dict[str, Any]) -> tuple[list[str], list[Any]]:
    """What of the filters the search can do: the columns hold the latest start and the earliest end of the items."""
    clauses: list[str] = []
    values: list[Any] = []
    if status == "ended":
        clauses.append("status IN ('canceled', 'incomplete_expired')")
    elif status is None:
        clauses.append("status<>'canceled'")
    elif status != "all":
        clauses, values = ["status=?"], [status]
    for name, column, signs in (
        ("current_period_start", "starts", ("gt", "gte")),
        ("current_period_end", "ends", ("lt", "lte")),
    ):
        span = ranges.get(name)
        if isinstance(span, dict):
            clause, limits = listing.span(column, {k: v for k, v in span.items() if k in signs})
            clauses.append(clause)
            values += limits
    return clauses, values


@api("GET", "/subscription_items", "SubscriptionItemListParams")
def list_items(call: Call) -> Object:
    """The items of a subscription."""
    if not call.data.get("subscription"):
        raise invalid("Missing required param: subscription.", "subscription", "parameter_missing")
    return listing.cut(call, call.w.need(call.data["subscription"], "subscription")["items"]["data"])
