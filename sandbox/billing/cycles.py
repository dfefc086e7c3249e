"""What time does to subscriptions: renewal, trials, pauses, planned ends."""

from typing import Any

from sandbox import shapes
from sandbox.billing import invoices, payments
from sandbox.billing.periods import DAY, share, shift
from sandbox.billing.subscriptions import INCOMPLETE_SECONDS, LIVE, end, line_for, period_end
from sandbox.errors import invalid
from sandbox.events import emit, update
from sandbox.store import Object
from sandbox.world import DUE, WORK, World, copy

NOTICE_SECONDS = 3 * DAY


def pause(w: World, subscription: Object) -> Object:
    """The pause endpoint: no periods, no invoices until it is resumed."""
    if subscription["status"] not in LIVE:
        raise invalid(f"A subscription that is {subscription['status']} cannot be paused.")
    return _paused(w, subscription, "pause_requested")


def _paused(w: World, subscription: Object, why: str) -> Object:
    subscription["status"] = "paused"
    details = shapes.new("Subscription.StatusDetails")
    details["paused"].update(type="subscription", transitioned_at=w.now(w.clock_of(subscription)))
    details["paused"]["subscription"]["type"] = why
    subscription["status_details"] = details
    w.save(subscription)
    emit(w, "customer.subscription.paused", subscription)
    return subscription


def resume(w: World, subscription: Object, given: dict[str, Any]) -> Object:
    """The resume endpoint. The anchor stays unless told otherwise; a period that is over is renewed and charged."""
    if subscription["status"] != "paused":
        raise invalid("This subscription is not paused.")
    before = copy(subscription)
    clock = w.clock_of(subscription)
    now = w.now(clock)
    subscription.update(status="active", status_details=None)
    anchor = (given.get("billing_cycle_anchor") or {}).get("type", "now")
    if anchor == "now":
        subscription["billing_cycle_anchor"] = now
    over = anchor == "now" or any(i["current_period_end"] <= now for i in subscription["items"]["data"])
    w.save(subscription)
    emit(w, "customer.subscription.resumed", subscription)
    if over:
        _renew_from(w, subscription, now, proportional=anchor != "now")
    changed = w.need(subscription["id"], "subscription")
    if changed != before:
        emit(w, "customer.subscription.updated", changed, before)
    return changed


def _renew_from(w: World, subscription: Object, now: int, proportional: bool) -> None:
    for item in subscription["items"]["data"]:
        item["current_period_start"] = now
        item["current_period_end"] = period_end(item["price"], subscription["billing_cycle_anchor"], now)
    lines = []
    for item in subscription["items"]["data"]:
        made = line_for(w, subscription, item)
        recurring = item["price"]["recurring"]
        if proportional:
            whole = shift(item["current_period_end"], recurring["interval"], -recurring["interval_count"])
            made["amount"] = made["subtotal"] = share(made["amount"], whole, item["current_period_end"], now)
            made["parent"]["subscription_item_details"]["proration"] = True
        lines.append(made)
    customer = w.need(subscription["customer"], "customer")
    invoice = invoices.create(w, customer, subscription, lines, "subscription_update")
    subscription["latest_invoice"] = invoice["id"]
    w.save(subscription)
    if invoices.finalize(w, invoice)["status"] == "open":
        invoices.attempt(w, invoice)


# what the engine does


def due(w: World, subscription: Object) -> int | None:
    """When the engine has to look at this subscription next."""
    status = subscription["status"]
    if status == "incomplete":
        return subscription["created"] + INCOMPLETE_SECONDS
    moments = [subscription["cancel_at"], (subscription["pause_collection"] or {}).get("resumes_at")]
    if status not in LIVE:
        return None
    moments += [item["current_period_end"] for item in subscription["items"]["data"]]
    if status == "trialing":
        moments.append(subscription["trial_end"])
        if not w.store.hidden(subscription["id"]).get("trial_told"):
            moments.append(max(subscription["created"], subscription["trial_end"] - NOTICE_SECONDS))
    return min(m for m in moments if m is not None)


def work(w: World, subscription: Object) -> None:
    """One due thing of a subscription."""
    now = w.now(w.clock_of(subscription))
    paused = subscription["pause_collection"]
    if subscription["status"] == "incomplete":
        end(w, subscription, "", "incomplete_expired")
    elif subscription["cancel_at"] is not None and subscription["cancel_at"] <= now:
        end(w, subscription, "cancellation_requested")
    elif paused and paused["resumes_at"] is not None and paused["resumes_at"] <= now:
        before = copy(subscription)
        subscription["pause_collection"] = None
        update(w, before, subscription, "customer.subscription.updated")
    elif subscription["status"] == "trialing" and now < subscription["trial_end"]:
        hidden = w.store.hidden(subscription["id"])
        w.save(subscription, hidden={**hidden, "trial_told": True})
        emit(w, "customer.subscription.trial_will_end", subscription)
    else:
        renew(w, subscription, now)


def renew(w: World, subscription: Object, now: int) -> Object:
    """Begin the next period of every item whose period is over, with a draft invoice for it."""
    before = copy(subscription)
    customer = w.need(subscription["customer"], "customer")
    if subscription["status"] == "trialing":
        if _trial_ends_badly(w, subscription, customer):
            return subscription
        subscription["status"] = "active"
    over = [item for item in subscription["items"]["data"] if item["current_period_end"] <= now]
    ended = (over[0]["current_period_start"], over[0]["current_period_end"])
    for item in over:
        item["current_period_start"] = item["current_period_end"]
        item["current_period_end"] = period_end(
            item["price"], subscription["billing_cycle_anchor"], item["current_period_start"]
        )
    lines = [line_for(w, subscription, item) for item in over]
    paused = (subscription["pause_collection"] or {}).get("behavior")
    invoice = invoices.create(
        w, customer, subscription, lines, "subscription_cycle", period_start=ended[0], period_end=ended[1]
    )
    subscription["latest_invoice"] = invoice["id"]
    update(w, before, subscription, "customer.subscription.updated")
    if paused:
        _hold(w, invoice, paused)
    return invoice


def _trial_ends_badly(w: World, subscription: Object, customer: Object) -> bool:
    """Pause or end a trial that has no card, where its settings say so."""
    wish = subscription["trial_settings"]["end_behavior"]["missing_payment_method"]
    if wish == "create_invoice" or payments.default_method(w, customer, subscription):
        return False
    if wish == "pause":
        _paused(w, subscription, "trial_end_without_payment_method")
    else:
        end(w, subscription, "cancellation_requested")
    return True


def _hold(w: World, invoice: Object, behaviour: str) -> None:
    if behaviour == "keep_as_draft":
        invoice.update(auto_advance=False, automatically_finalizes_at=None)
        w.save(invoice)
        return
    invoice["auto_advance"] = False
    if invoices.finalize(w, invoice)["status"] == "open":
        (invoices.void if behaviour == "void" else invoices.uncollectible)(w, invoice)


DUE["subscription"] = due
WORK["subscription"] = work
