"""Invoices that would be made: a change or a renewal is played through and taken back."""

from collections.abc import Callable
from typing import Any

from sandbox import shapes
from sandbox.billing import prorations, subscriptions
from sandbox.errors import ApiError, invalid
from sandbox.store import Object
from sandbox.world import World, copy, new_id

CHANGES = ("items", "proration_behavior", "proration_date", "billing_cycle_anchor", "trial_end")


def create(w: World, given: dict[str, Any]) -> Object:
    """The preview call: for a subscription with changes, for a schedule, or for a subscription that is not there yet."""
    if given.get("preview_mode") == "recurring":
        raise invalid("The sandbox previews the next invoice only.", "preview_mode")
    key = given.get("subscription")
    if given.get("schedule"):
        schedule = w.need(given["schedule"], "subscription_schedule", "schedule")
        key = schedule["subscription"]
    if not key:
        return of(w, lambda: _new(w, given))
    subscription = w.need(key, "subscription", "subscription")
    if given.get("customer") and given["customer"] != subscription["customer"]:
        raise invalid(
            f"The subscription `{key}` does not belong to the customer `{given['customer']}`.", "subscription"
        )
    if subscription["status"] in ("canceled", "incomplete_expired", "paused"):
        raise none()
    return of(w, lambda: _changed(w, subscription, given))


def none() -> ApiError:
    """The answer when no invoice will come."""
    return ApiError(
        404, "invalid_request_error", "No upcoming invoices for this subscription.", code="invoice_upcoming_none"
    )


def of(w: World, play: Callable[[], Object]) -> Object:
    """The invoice that `play` makes, as a preview; everything that it did is taken back."""
    with w.store.rehearsal():
        made = copy(play())
    made.update(
        id=new_id("upcoming_in"), status="draft", number=None, hosted_invoice_url=None, invoice_pdf=None, amount_paid=0,
        amount_remaining=made["amount_due"], confirmation_secret=None, attempted=False, attempt_count=0,
        next_payment_attempt=made["automatically_finalizes_at"], automatically_finalizes_at=None, effective_at=None,
    )  # fmt: skip
    made["status_transitions"] = shapes.new("Invoice.StatusTransitions")
    return made


def _new(w: World, given: dict[str, Any]) -> Object:
    details = given.get("subscription_details") or {}
    if not given.get("customer") or not details.get("items"):
        raise invalid("You must give a subscription, or a customer and subscription_details[items].", "subscription")
    customer = w.need(given["customer"], "customer", "customer")
    anchor = details.get("billing_cycle_anchor") or {}
    details = {**details, "billing_cycle_anchor": anchor.get("timestamp")}
    made = subscriptions.create(w, customer, {**details, "discounts": given.get("discounts") or []})
    return subscriptions.first_invoice(w, made)


def _changed(w: World, subscription: Object, given: dict[str, Any]) -> Object:
    details = given.get("subscription_details") or {}
    if given.get("discounts"):
        subscriptions.set_discounts(w, subscription, given["discounts"])
    elif given.get("discounts") == "":
        subscription["discounts"] = []
    for i, entry in enumerate(given.get("invoice_items") or []):
        _add(w, subscription, entry, f"invoice_items[{i}]")
    changes = {k: v for k, v in details.items() if k in CHANGES}
    if details.get("cancel_now"):
        for item in subscription["items"]["data"]:
            prorations.credit(w, subscription, item, details.get("proration_date") or w.now(w.clock_of(subscription)))
        return prorations.bill(w, subscription, "subscription_update", pay=False)
    until = min(item["current_period_end"] for item in subscription["items"]["data"])
    over = subscription["cancel_at"] is not None and subscription["cancel_at"] <= until
    if details.get("cancel_at_period_end", over) and not changes.get("items"):
        raise none()
    if changes:
        now = w.now(w.clock_of(subscription))
        made = prorations.change(w, subscription, {**changes, "rehearsal": True}, now)
        if made:
            return made
    w.save(subscription)
    return next_invoice(w, subscription)


def _add(w: World, subscription: Object, given: dict[str, Any], param: str) -> None:
    if "amount" in given:
        raise invalid("The sandbox previews items with a price only.", f"{param}[amount]")
    price = subscriptions.price_of(w, given, f"{param}[price]")
    prorations.once(w, subscription, price, given.get("quantity", 1))


def next_invoice(w: World, subscription: Object) -> Object:
    """The draft of the next renewal. Call it inside a rehearsal."""
    from sandbox.billing import cycles, schedules

    at = min(item["current_period_end"] for item in subscription["items"]["data"])
    with w.at(w.clock_of(subscription), at):
        while schedules.step(w, subscription, at):
            subscription = w.need(subscription["id"], "subscription")
        made = cycles.renew(w, subscription, at)
    if made["object"] != "invoice":
        raise none()
    return made
