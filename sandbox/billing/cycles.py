"""What time does to subscriptions: renewal, trials, pauses, planned ends."""

from contextlib import suppress
from typing import Any

from sandbox import shapes
from sandbox.billing import invoices, payments, pending, preview, prorations, schedules
from sandbox.billing.periods import DAY, opening, share
from sandbox.billing.subscriptions import INCOMPLETE_SECONDS, LIVE, end, line_for, period_end
from sandbox.errors import ApiError, invalid
from sandbox.events import emit, update
from sandbox.store import Object
from sandbox.world import DUE, WORK, World, copy

NOTICE_SECONDS = 3 * DAY
UPCOMING_SECONDS = 7 * DAY


def pause(w: World, subscription: Object, given: dict[str, Any]) -> Object:
    """The pause endpoint: no periods, no invoices until it is resumed. Unused time is credited unless told otherwise."""
    if subscription["status"] not in LIVE:
        raise invalid(f"A subscription that is {subscription['status']} cannot be paused.")
    if subscription["schedule"]:
        raise invalid(f"The subscription is managed by the subscription schedule `{subscription['schedule']}` and cannot "
                      "be paused directly.")  # fmt: skip
    unused = ((given.get("bill_for") or {}).get("unused_time_from") or {}).get("type", "now")
    now = w.now(w.clock_of(subscription))
    if unused != "none" and subscription["status"] != "trialing":
        for item in subscription["items"]["data"]:
            prorations.credit(w, subscription, item, now if unused == "now" else item["current_period_start"])
        if given.get("invoicing_behavior") == "invoice":
            prorations.bill(w, subscription, "subscription_update")
            subscription = w.need(subscription["id"], "subscription")
    return _paused(w, subscription, "pause_requested")


def _paused(w: World, subscription: Object, why: str) -> Object:
    before = copy(subscription)
    subscription.update(status="paused", status_details=_details(w, subscription, why))
    w.save(subscription)
    emit(w, "customer.subscription.updated", subscription, before)
    emit(w, "customer.subscription.paused", subscription)
    return subscription


def resume(w: World, subscription: Object, given: dict[str, Any]) -> Object:
    """The resume endpoint. A new period begins now and is charged, unless the anchor stays and the period runs on."""
    if subscription["status"] != "paused":
        raise invalid("This subscription is not paused.")
    before = copy(subscription)
    now = w.now(w.clock_of(subscription))
    subscription.update(status="active", status_details=None)
    if subscription["trial_end"] and subscription["trial_end"] > now:
        subscription["status"] = "trialing"
    anchor = (given.get("billing_cycle_anchor") or {}).get("type", "now")
    if anchor == "now":
        subscription["billing_cycle_anchor"] = now
    over = anchor == "now" or any(i["current_period_end"] <= now for i in subscription["items"]["data"])
    w.save(subscription)
    if over and subscription["status"] == "active":
        _renew_from(w, subscription, now, anchor != "now", given)
    changed = w.need(subscription["id"], "subscription")
    if changed["status"] != "paused":
        emit(w, "customer.subscription.resumed", changed)
    if changed != before:
        emit(w, "customer.subscription.updated", changed, before)
    return changed


def _renew_from(w: World, subscription: Object, now: int, proportional: bool, given: dict[str, Any]) -> None:
    """Begin periods now. A part of a period is charged in proportion, or not at all with proration_behavior=none."""
    for item in subscription["items"]["data"]:
        item["current_period_start"] = now
        item["current_period_end"] = period_end(item["price"], subscription["billing_cycle_anchor"], now)
    if proportional and given.get("proration_behavior") == "none":
        w.save(subscription)
        return
    lines = []
    for item in subscription["items"]["data"]:
        made = line_for(w, subscription, item)
        recurring = item["price"]["recurring"]
        if proportional:
            anchor = subscription["billing_cycle_anchor"]
            start = opening(anchor, recurring["interval"], recurring["interval_count"], item["current_period_end"])
            made["amount"] = made["subtotal"] = share(made["amount"], start, item["current_period_end"], now)
            made["parent"]["subscription_item_details"]["proration"] = True
        lines.append(made)
    customer = w.need(subscription["customer"], "customer")
    invoice = invoices.create(w, customer, subscription, lines, "subscription_update")
    subscription["latest_invoice"] = invoice["id"]
    w.save(subscription)
    if invoices.finalize(w, invoice)["status"] == "open" and not given.get("rehearsal"):
        _pay_resumption(w, subscription, invoice, given)


def _pay_resumption(w: World, subscription: Object, invoice: Object, given: dict[str, Any]) -> None:
    """Try the invoice of a resumption; with `resume_on_payment_success` a refused card leaves the pause as it is."""
    if given.get("payment_behavior") == "resume_on_payment_success":
        held = w.need(subscription["id"], "subscription")
        held.update(status="paused", status_details=held["status_details"] or _details(w, held))
        w.save(held)
    invoices.attempt(w, invoice)


def _details(w: World, subscription: Object, why: str = "pause_requested") -> Object:
    details = shapes.new("Subscription.StatusDetails")
    details["paused"].update(type="subscription", transitioned_at=w.now(w.clock_of(subscription)))
    details["paused"]["subscription"]["type"] = why
    return details


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
    hidden = w.store.hidden(subscription["id"])
    if status == "trialing":
        moments.append(subscription["trial_end"])
        if not hidden.get("trial_told"):
            moments.append(max(subscription["created"], subscription["trial_end"] - NOTICE_SECONDS))
    if subscription["pending_update"]:
        moments.append(subscription["pending_update"]["expires_at"])
    moments.append(_notice(subscription, hidden))
    return min(m for m in moments if m is not None)


def _notice(subscription: Object, hidden: Object) -> int | None:
    """When the renewal that comes next is announced; not twice, and not when none comes."""
    end = min(item["current_period_end"] for item in subscription["items"]["data"])
    if hidden.get("upcoming_told") == end or (subscription["cancel_at"] or end + 1) <= end:
        return None
    start = min(item["current_period_start"] for item in subscription["items"]["data"])
    return max(end - UPCOMING_SECONDS, start + 1)


def work(w: World, subscription: Object) -> None:
    """One due thing of a subscription."""
    now = w.now(w.clock_of(subscription))
    paused, held = subscription["pause_collection"], subscription["pending_update"]
    if subscription["status"] == "incomplete":
        end(w, subscription, "", "incomplete_expired")
    elif subscription["cancel_at"] is not None and subscription["cancel_at"] <= now:
        end(w, subscription, "cancellation_requested")
    elif paused and paused["resumes_at"] is not None and paused["resumes_at"] <= now:
        before = copy(subscription)
        subscription["pause_collection"] = None
        update(w, before, subscription, "customer.subscription.updated")
    elif held and held["expires_at"] <= now:
        pending.expire(w, subscription)
    elif schedules.step(w, subscription, now):
        return  # what else is due at this moment comes with the next stroke
    elif min(item["current_period_end"] for item in subscription["items"]["data"]) <= now:
        renew(w, subscription, now)
    else:
        _tell(w, subscription, now)


def _tell(w: World, subscription: Object, now: int) -> None:
    """Announce the end of the trial, or the next renewal."""
    hidden = w.store.hidden(subscription["id"])
    trial = subscription["status"] == "trialing" and not hidden.get("trial_told")
    if trial and subscription["trial_end"] - NOTICE_SECONDS <= now:
        w.save(subscription, hidden={**hidden, "trial_told": True})
        emit(w, "customer.subscription.trial_will_end", subscription)
        return
    told = min(item["current_period_end"] for item in subscription["items"]["data"])
    w.save(subscription, hidden={**hidden, "upcoming_told": told})
    if w.silent:
        return
    with suppress(ApiError):  # a trial that will end without a card has no next invoice
        emit(w, "invoice.upcoming", preview.of(w, lambda: preview.next_invoice(w, subscription)))


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
