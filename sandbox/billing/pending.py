"""Pending updates: a change that waits for its invoice to be paid (`payment_behavior=pending_if_incomplete`)."""

from typing import Any

from sandbox import shapes
from sandbox.billing import invoices
from sandbox.errors import invalid
from sandbox.events import emit, update
from sandbox.store import Object
from sandbox.world import World, copy

WAIT_SECONDS = 23 * 3600
ALLOWED = {"add_invoice_items", "billing_cycle_anchor", "cancel_at_period_end", "discounts", "expand", "items", "metadata",
           "off_session", "payment_behavior", "proration_behavior", "proration_date", "trial_end", "trial_from_plan"}  # fmt: skip


def check(subscription: Object, given: dict[str, Any]) -> None:
    """Refuse parameters that Stripe does not take together with a pending update."""
    if given.get("payment_behavior") != "pending_if_incomplete":
        return
    if strange := sorted(set(given) - ALLOWED):
        raise invalid(f"When payment_behavior is pending_if_incomplete, `{strange[0]}` cannot be updated.", strange[0])
    if subscription["collection_method"] != "charge_automatically":
        raise invalid("Pending updates need collection_method=charge_automatically.", "payment_behavior")


def hold(w: World, before: Object, changed: Object, now: int) -> Object:
    """The subscription as it was, with the change beside it."""
    held = copy(before)
    moved = changed["billing_cycle_anchor"] != before["billing_cycle_anchor"]
    held["latest_invoice"] = changed["latest_invoice"]
    held["pending_update"] = shapes.new(
        "Subscription.PendingUpdate", expires_at=now + WAIT_SECONDS, subscription_items=changed["items"]["data"],
        billing_cycle_anchor=changed["billing_cycle_anchor"] if moved else None,
        trial_end=changed["trial_end"] if changed["trial_end"] != before["trial_end"] else None,
        discounts=changed["discounts"] if changed["discounts"] != before["discounts"] else None,
    )  # fmt: skip
    return held


def apply(w: World, subscription: Object, invoice: Object) -> None:
    """The invoice of the change was paid: the change takes place."""
    found = subscription["pending_update"]
    if found is None:
        return
    before = copy(subscription)
    subscription["items"]["data"] = found["subscription_items"]
    subscription["billing_cycle_anchor"] = found["billing_cycle_anchor"] or subscription["billing_cycle_anchor"]
    subscription["trial_end"] = found["trial_end"] or subscription["trial_end"]
    subscription["discounts"] = found["discounts"] or subscription["discounts"]
    subscription["pending_update"] = None
    update(w, before, subscription, "customer.subscription.updated")
    emit(w, "customer.subscription.pending_update_applied", subscription)


def expire(w: World, subscription: Object) -> None:
    """Nobody paid in time: the change is dropped and its invoice voided."""
    before = copy(subscription)
    subscription["pending_update"] = None
    update(w, before, subscription, "customer.subscription.updated")
    emit(w, "customer.subscription.pending_update_expired", subscription)
    invoice = w.store.get(subscription["latest_invoice"] or "")
    if invoice and invoice["status"] == "open" and w.store.hidden(invoice["id"]).get("pending_update"):
        invoices.void(w, invoice)
