"""The phases of subscription schedules, from parameters and from subscriptions."""

from typing import Any

from sandbox import shapes
from sandbox.api import complete, merge
from sandbox.billing import discounts, subscriptions
from sandbox.billing.periods import shift
from sandbox.errors import invalid
from sandbox.store import Object
from sandbox.world import World


def from_params(w: World, given: list[dict[str, Any]], start: int, now: int) -> list[Object]:
    """Phases from parameters, one after the other from `start`."""
    made: list[Object] = []
    for i, entry in enumerate(given):
        at = entry.get("start_date")
        at = now if at == "now" else at
        if i and at is not None and at != start:
            raise invalid(
                "The start date of a phase must be the end date of the phase before.", f"phases[{i}][start_date]"
            )
        made.append(_phase(w, entry, start, now, f"phases[{i}]"))
        start = made[-1]["end_date"]
    return made


def _phase(w: World, given: dict[str, Any], start: int, now: int, param: str) -> Object:
    if not given.get("items"):
        raise invalid(f"Missing required param: {param}[items].", f"{param}[items]", "parameter_missing")
    prices = [subscriptions.price_of(w, e, f"{param}[items][{i}][price]") for i, e in enumerate(given["items"])]
    if any(not p["recurring"] for p in prices):
        raise invalid(
            "The price specified is set to `type=one_time` but this field only accepts recurring prices.", param
        )
    end = _end(given, start, now, prices[0]["recurring"], param)
    items = [
        shapes.new("SubscriptionSchedule.Phase.Item", price=p["id"], plan=p["id"], quantity=e.get("quantity", 1),
                   metadata=merge({}, e.get("metadata") or {}), discounts=[])
        for p, e in zip(prices, given["items"], strict=True)
    ]  # fmt: skip
    plain = ("default_payment_method", "description", "billing_cycle_anchor", "collection_method", "trial")
    made = shapes.new(
        "SubscriptionSchedule.Phase", start_date=start, end_date=end, currency=prices[0]["currency"], items=items,
        proration_behavior=given.get("proration_behavior", "create_prorations"), metadata=given.get("metadata") or {},
        **{name: given.get(name) or None for name in plain},
    )  # fmt: skip
    made["trial_end"] = (
        now if given.get("trial_end") == "now" else given.get("trial_end") or (end if given.get("trial") else None)
    )
    made["discounts"] = _discounts(w, given.get("discounts") or [], now)
    made["add_invoice_items"] = [
        _extra(w, e, f"{param}[add_invoice_items]") for e in given.get("add_invoice_items") or []
    ]
    return made


def _end(given: dict[str, Any], start: int, now: int, recurring: Object, param: str) -> int:
    end = given.get("end_date")
    if end is not None and given.get("duration"):
        raise invalid("You may only specify one of these parameters: duration, end_date.", f"{param}[end_date]")
    if end == "now":
        return now
    if end is None:
        length = given.get("duration") or recurring
        end = shift(start, length["interval"], length.get("interval_count") or 1)
    if end <= start:
        raise invalid("The end date of a phase must be after its start date.", f"{param}[end_date]")
    return end


def _discounts(w: World, given: list[dict[str, Any]], now: int) -> list[Object]:
    made = []
    for entry in given:
        if not entry.get("discount"):
            discounts.usable(w, entry, now)
        else:
            w.need(entry["discount"], "discount", "discounts")
        made.append(shapes.new("SubscriptionSchedule.Phase.Discount", **entry))
    return made


def _extra(w: World, given: dict[str, Any], param: str) -> Object:
    price = subscriptions.price_of(w, given, param)
    made = complete("subscription_schedule", "phases", [{"add_invoice_items": [{**given, "price": price["id"]}]}])
    return made[0]["add_invoice_items"][0]


def redeemable(phase: Object) -> list[Object]:
    """A phase's discounts as parameters."""
    return [{k: v for k, v in entry.items() if v} for entry in phase["discounts"]]


def trial_of(subscription: Object) -> int | None:
    """When the trial of a subscription that is in one ends."""
    return subscription["trial_end"] if subscription["status"] == "trialing" else None


def mirror(items: list[Object]) -> list[Object]:
    """A subscription's items as those of a phase."""
    return [
        shapes.new("SubscriptionSchedule.Phase.Item", price=i["price"]["id"], plan=i["price"]["id"],
                   quantity=i["quantity"], metadata=dict(i["metadata"]), discounts=[]) for i in items
    ]  # fmt: skip


def span(phase: Object) -> Object:
    """A phase as `current_phase` shows it."""
    return {"start_date": phase["start_date"], "end_date": phase["end_date"]}
