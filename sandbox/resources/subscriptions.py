"""Subscriptions."""

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
    """Subscriptions, newest first; without a status those that have not ended."""
    given = call.data
    status = given.get("status")
    price = given.get("price")

    def wanted(subscription: Object) -> bool:
        items = subscription["items"]["data"]
        for name in ("current_period_start", "current_period_end"):
            if name in given and not any(listing.within(i[name], given[name]) for i in items):
                return False
        if price and not any(i["price"]["id"] == price for i in items):
            return False
        if status == "all":
            return True
        ended = subscription["status"] in ("canceled", "incomplete_expired")
        if status == "ended":
            return ended
        return subscription["status"] == status if status else subscription["status"] != "canceled"

    fields = {k: given.get(k) for k in ("customer", "test_clock", "collection_method")}
    return listing.answer(call, "subscription", fields, wanted)


@api("GET", "/subscription_items", "SubscriptionItemListParams")
def list_items(call: Call) -> Object:
    """The items of a subscription."""
    if not call.data.get("subscription"):
        raise invalid("Missing required param: subscription.", "subscription", "parameter_missing")
    return listing.cut(call, call.w.need(call.data["subscription"], "subscription")["items"]["data"])
