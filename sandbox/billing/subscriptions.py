"""Subscriptions: made, renewed, changed, paused, ended."""

from typing import Any

from sandbox import shapes
from sandbox.api import complete, merge
from sandbox.billing import discounts, invoices, payments, pending, prorations
from sandbox.billing.cards import error_code
from sandbox.billing.periods import DAY, anchor_from, boundary, share, shift
from sandbox.errors import Undone, card_error, invalid, missing
from sandbox.events import emit, update
from sandbox.store import Object
from sandbox.world import World, copy, new_id

LIVE = ("trialing", "active", "past_due", "unpaid")
INCOMPLETE_SECONDS = 23 * 3600


def start_of(given: dict[str, Any], now: int, interval: str) -> tuple[int, int | None]:
    """(billing anchor, end of the trial or None) that the parameters ask for."""
    trial = given.get("trial_end")
    if given.get("trial_period_days"):
        trial = now + given["trial_period_days"] * DAY
    if trial == "now" or (isinstance(trial, int) and trial <= now):
        trial = None
    if config := given.get("billing_cycle_anchor_config"):
        _check_anchor(config)
        return anchor_from(config, trial or now, interval), trial
    anchor = given.get("billing_cycle_anchor")
    if anchor and not now <= anchor <= max(trial or now, shift(now, interval, 1)) + DAY * 1096:
        raise invalid("The billing_cycle_anchor must be in the future.", "billing_cycle_anchor")
    return anchor or trial or now, trial


LIMITS = {"day_of_month": (1, 31), "month": (1, 12), "hour": (0, 23), "minute": (0, 59), "second": (0, 59)}


def _check_anchor(config: dict[str, int]) -> None:
    for name, (least, most) in LIMITS.items():
        if config.get(name) is not None and not least <= config[name] <= most:
            raise invalid(f"{name} must be between {least} and {most}.", f"billing_cycle_anchor_config[{name}]")


def price_of(w: World, given: dict[str, Any], param: str) -> Object:
    """The price of an item parameter; price_data makes one."""
    if given.get("price_data"):
        from sandbox.api import Call
        from sandbox.resources.products import make_price

        return make_price(Call(w, {}), given["price_data"])
    price = w.need(given.get("price"), "price", param)
    if not price["active"]:
        raise invalid(f"The price specified is inactive: {price['id']}", param)
    return price


def new_item(subscription: str, price: Object, quantity: int, now: int, period: tuple[int, int]) -> Object:
    """A subscription item for a recurring price."""
    if not price["recurring"]:
        raise invalid(
            "The price specified is set to `type=one_time` but this field only accepts recurring prices.", "items"
        )
    made = shapes.new(
        "SubscriptionItem", id=new_id("si", 14), created=now, subscription=subscription, quantity=quantity,
        current_period_start=period[0], current_period_end=period[1], tax_rates=[], discounts=[],
    )  # fmt: skip
    return set_price(made, price)


def set_price(item: Object, price: Object) -> Object:
    """Put a price on an item, with the plan that mirrors it."""
    recurring = price["recurring"]
    item["price"] = price
    item["plan"] = shapes.new(
        "Plan", id=price["id"], active=price["active"], amount=price["unit_amount"], billing_scheme="per_unit",
        amount_decimal=str(price["unit_amount"]), created=price["created"], currency=price["currency"],
        interval=recurring["interval"], interval_count=recurring["interval_count"], product=price["product"],
        metadata=dict(price["metadata"]), usage_type="licensed", nickname=price["nickname"],
    )  # fmt: skip
    return item


def create(w: World, customer: Object, given: dict[str, Any]) -> Object:
    """Store a subscription with its first period, in status incomplete or trialing. Its invoice comes after."""
    clock = w.clock_of(customer)
    now = w.now(clock)
    prices = [(price_of(w, entry, "items[0][price]"), entry) for entry in given["items"]]
    recurring = prices[0][0]["recurring"] or {"interval": "month"}
    anchor, trial = start_of(given, now, recurring["interval"])
    subscription = w.make(
        "Subscription", "sub", clock, customer=customer["id"], currency=prices[0][0]["currency"], start_date=now,
        billing_cycle_anchor=anchor, collection_method="charge_automatically", status="trialing" if trial else "incomplete",
        trial_start=now if trial else None, trial_end=trial, metadata=merge({}, given.get("metadata") or {}),
        default_payment_method=given.get("default_payment_method"), test_clock=customer["test_clock"],
        description=given.get("description") or None, default_tax_rates=[], days_until_due=given.get("days_until_due"),
        cancellation_details=shapes.new("Subscription.CancellationDetails"),
    )  # fmt: skip
    _settings(subscription, given)
    items = []
    for price, entry in prices:
        end = trial or period_end(price, anchor, now)
        item = new_item(subscription["id"], price, entry.get("quantity", 1), now, (now, end))
        item["metadata"] = merge({}, entry.get("metadata") or {})
        items.append(item)
    subscription["items"] = shapes.page(items, f"/v1/subscription_items?subscription={subscription['id']}")
    _set_end(w, subscription, given, now)
    w.save(subscription, clock, {"proration": given.get("proration_behavior", "create_prorations")})
    set_discounts(w, subscription, given.get("discounts") or [])
    w.save(subscription)
    emit(w, "customer.subscription.created", subscription)
    return subscription


def _settings(subscription: Object, given: dict[str, Any]) -> None:
    subscription["billing_mode"].update(type="flexible", flexible=shapes.new("Subscription.BillingMode.Flexible"))
    subscription["invoice_settings"]["issuer"].update(type="self")
    for name in ("billing_cycle_anchor_config", "trial_settings", "payment_settings"):
        if given.get(name):
            subscription[name] = complete("subscription", name, given[name])
    subscription["trial_settings"] = subscription["trial_settings"] or complete(
        "subscription", "trial_settings", {"end_behavior": {"missing_payment_method": "create_invoice"}}
    )
    default = {"save_default_payment_method": "off"}
    subscription["payment_settings"] = subscription["payment_settings"] or complete(
        "subscription", "payment_settings", default
    )


def period_end(price: Object, anchor: int, now: int) -> int:
    """When a period of this price that is anchored at `anchor` and runs at `now` ends."""
    recurring = price["recurring"] or {"interval": "month", "interval_count": 1}
    return boundary(anchor, recurring["interval"], recurring["interval_count"], now)


def first_invoice(w: World, subscription: Object, extra: list[Object] | None = None) -> Object:
    """The invoice of the first period, finalised. Nothing is charged yet; nothing owed is paid at once."""
    customer = w.need(subscription["customer"], "customer")
    lines = [line_for(w, subscription, item, first=True) for item in subscription["items"]["data"]]
    for made in (entry for entry in extra or []):
        lines.append(made)
    invoice = invoices.create(w, customer, subscription, lines, "subscription_create")
    subscription["latest_invoice"] = invoice["id"]
    w.save(subscription)
    return invoices.finalize(w, invoice)


def line_for(w: World, subscription: Object, item: Object, first: bool = False) -> Object:
    """The invoice line for the current period of an item."""
    price, quantity = item["price"], item["quantity"] or 1
    start, end = item["current_period_start"], item["current_period_end"]
    amount = price["unit_amount"] * quantity
    product = w.need(price["product"], "product")
    text = f"{quantity} × {product['name']} (at {price['unit_amount'] / 100:.2f} / {price['recurring']['interval']})"
    partial = False
    if first and subscription["status"] == "trialing":
        amount, text = 0, f"Trial period for {product['name']}"
    elif first and subscription["billing_cycle_anchor"] > start:
        whole = shift(end, price["recurring"]["interval"], -price["recurring"]["interval_count"])
        partial = True
        none = w.store.hidden(subscription["id"]).get("proration") == "none"
        amount = 0 if none else share(amount, whole, end, start)
    made = invoices.line(price, amount, quantity, (start, end), text, subscription=subscription["id"],
                         metadata=dict(subscription["metadata"]))  # fmt: skip
    details = shapes.new(
        "InvoiceLineItem.Parent.SubscriptionItemDetails", subscription=subscription["id"], subscription_item=item["id"],
        proration=partial and amount > 0,
    )  # fmt: skip
    made["parent"] = shapes.new(
        "InvoiceLineItem.Parent", type="subscription_item_details", subscription_item_details=details
    )
    return made


def begin(w: World, subscription: Object, given: dict[str, Any]) -> Object:
    """Make and pay the first invoice of a subscription created by the API, as payment_behavior says."""
    behaviour = given.get("payment_behavior", "allow_incomplete")
    invoice = first_invoice(w, subscription)
    if invoice["status"] == "open" and behaviour != "default_incomplete":
        code = invoices.attempt(w, invoice, None, bool(given.get("off_session", False)))
        if code not in ("ok", "authentication_required") and behaviour == "error_if_incomplete":
            raise Undone(invalid("No payment method.") if code == "no_method" else card_error(error_code(code), code))
        if code == "no_method" and behaviour == "allow_incomplete":
            raise invalid(
                "This customer has no attached payment source or default payment method. Please consider adding a "
                "default payment method.", code="resource_missing",
            )  # fmt: skip
    return w.need(subscription["id"], "subscription")


def settled(w: World, subscription: Object, invoice: Object, what: str) -> None:
    """An invoice of this subscription was paid, failed, or failed for the last time."""
    before = copy(subscription)
    status = subscription["status"]
    if w.store.hidden(invoice["id"]).get("pending_update"):
        if what == "paid":
            pending.apply(w, subscription, invoice)
        return
    if what == "paid" and status == "paused":
        subscription.update(status="active", status_details=None)
        emit(w, "customer.subscription.resumed", subscription)
    elif what == "paid" and status in ("incomplete", "past_due", "unpaid") and not _owed(w, subscription):
        subscription["status"] = "active"
    elif what == "failed" and status in ("active", "trialing"):
        subscription["status"] = "past_due"
    elif what == "exhausted" and status in LIVE:
        end(w, subscription, "payment_failed")
        return
    update(w, before, subscription, "customer.subscription.updated")


def _owed(w: World, subscription: Object) -> bool:
    found = w.store.find("invoice", "parent=?", subscription["id"])
    return any(i["status"] == "open" and i["attempt_count"] > 0 for i in found)


def end(w: World, subscription: Object, reason: str, status: str = "canceled") -> None:
    """End a subscription now. Its open invoices are no longer tried."""
    from sandbox.billing import schedules

    clock = w.clock_of(subscription)
    now = w.now(clock)
    before = copy(subscription)
    subscription.update(status=status, ended_at=now, pause_collection=None, pending_update=None)
    if status == "canceled":
        subscription["canceled_at"] = subscription["canceled_at"] or now
        subscription["cancellation_details"]["reason"] = reason
    w.save(subscription)
    for invoice in w.store.find("invoice", "parent=?", subscription["id"]):
        _stop(w, invoice, status)
    if status == "canceled":
        emit(w, "customer.subscription.deleted", subscription)
        schedules.ended(w, subscription)
    else:
        emit(w, "customer.subscription.updated", subscription, before)


def _stop(w: World, invoice: Object, status: str) -> None:
    if invoice["status"] == "open" and status == "incomplete_expired":
        invoices.void(w, invoice)
    elif invoice["status"] in ("open", "draft"):
        invoice.update(auto_advance=False, next_payment_attempt=None, automatically_finalizes_at=None)
        w.save(invoice)


def cancel(w: World, subscription: Object, given: dict[str, Any]) -> Object:
    """Cancel at once; `prorate` and `invoice_now` as asked."""
    if subscription["status"] in ("canceled", "incomplete_expired"):
        raise missing("subscription", subscription["id"])
    if details := given.get("cancellation_details"):
        _note(subscription, details)
    if given.get("prorate") and subscription["status"] in LIVE:
        for item in subscription["items"]["data"]:
            prorations.credit(w, subscription, item, w.now(w.clock_of(subscription)))
    subscription["canceled_at"] = w.now(w.clock_of(subscription))
    end(w, subscription, "cancellation_requested")
    if given.get("invoice_now"):
        prorations.bill(w, subscription, "manual")
    return w.need(subscription["id"], "subscription")


def _note(subscription: Object, given: Any) -> None:
    details = subscription["cancellation_details"]
    for name in ("comment", "feedback"):
        if name in given:
            details[name] = given[name] or None


def change(w: World, subscription: Object, given: dict[str, Any]) -> Object:
    """The update call."""
    from sandbox.billing import schedules

    _may_change(w, subscription, given)
    before = copy(subscription)
    now = w.now(w.clock_of(subscription))
    if given.get("default_payment_method"):
        method = payments.resolve(
            w, given["default_payment_method"], subscription["customer"], "default_payment_method"
        )
        given = {**given, "default_payment_method": method["id"]}
    _simple(w, subscription, given)
    _set_end(w, subscription, given, now)
    if "pause_collection" in given:
        subscription["pause_collection"] = complete("subscription", "pause_collection", given["pause_collection"])
    if "discounts" in given and given["discounts"] != []:
        set_discounts(w, subscription, given["discounts"] or [])
    for i, entry in enumerate(given.get("add_invoice_items") or []):
        prorations.once(w, subscription, price_of(w, entry, f"add_invoice_items[{i}][price]"), entry.get("quantity", 1))
    changed = conclude(w, before, subscription, given, now)
    if changed["items"] != before["items"]:
        schedules.follow(w, changed)
    return changed


def _may_change(w: World, subscription: Object, given: dict[str, Any]) -> None:
    from sandbox.billing import schedules

    ended = subscription["status"] in ("canceled", "incomplete_expired")
    if ended and set(given) - {"metadata", "cancellation_details", "expand"}:
        raise invalid("A canceled subscription can only update its cancellation_details and metadata.")
    plan = schedules.of(w, subscription)
    if plan and {"cancel_at", "cancel_at_period_end"} & set(given):
        raise invalid(f"The subscription is managed by the subscription schedule `{plan['id']}`, and updating any "
                      "cancelation behavior directly is not allowed. Please update the schedule instead.")  # fmt: skip
    pending.check(subscription, given)


def conclude(w: World, before: Object, subscription: Object, given: dict[str, Any], now: int) -> Object:
    """Apply items, trial and anchor of a change, bill what it costs now, save and tell."""
    invoice = prorations.change(w, subscription, given, now)
    changed = w.need(subscription["id"], "subscription") if invoice else subscription
    for name in set(before) - {"status", "latest_invoice"} if invoice else ():
        changed[name] = subscription[name]
    if invoice and invoice["status"] == "open" and given.get("payment_behavior") == "pending_if_incomplete":
        changed = pending.hold(w, before, changed, now)
    return update(w, before, changed, "customer.subscription.updated")


def set_discounts(w: World, subscription: Object, wanted: list[Object]) -> None:
    """Make these the subscription's discounts: an entry names a discount it has, a coupon or a promotion code."""
    kept = []
    for entry in wanted:
        if entry.get("discount"):
            kept.append(w.need(entry["discount"], "discount", "discounts")["id"])
            continue
        clock = w.clock_of(subscription)
        owner = {"customer": subscription["customer"], "subscription": subscription["id"]}
        kept.append(discounts.redeem(w, entry, clock, **owner)["id"])
    gone = [key for key in subscription["discounts"] if key not in kept]
    subscription["discounts"] = kept
    for key in gone:
        emit(w, "customer.discount.deleted", w.need(key, "discount"))


def _simple(w: World, subscription: Object, given: dict[str, Any]) -> None:
    if "metadata" in given:
        subscription["metadata"] = merge(subscription["metadata"], given["metadata"])
    for name in ("default_payment_method", "description", "trial_settings", "payment_settings", "days_until_due"):
        if name in given:
            subscription[name] = complete("subscription", name, given[name])


def _set_end(w: World, subscription: Object, given: dict[str, Any], now: int) -> None:
    if details := given.get("cancellation_details"):
        _note(subscription, details)
    ends = [item["current_period_end"] for item in subscription["items"]["data"]]
    if "cancel_at_period_end" in given:
        _plan_end(subscription, max(ends) if given["cancel_at_period_end"] else None, now, True)
    elif "cancel_at" in given:
        at = given["cancel_at"]
        moment = (
            {"min_period_end": min(ends), "max_period_end": max(ends), "max_billed_until": max(ends)}.get(at, at)
            if at
            else None
        )
        _plan_end(subscription, moment, now, False)


def _plan_end(subscription: Object, at: int | None, now: int, at_period_end: bool) -> None:
    subscription["cancel_at"] = at
    subscription["cancel_at_period_end"] = at is not None and at_period_end
    subscription["canceled_at"] = now if at is not None else None
    subscription["cancellation_details"]["reason"] = "cancellation_requested" if at is not None else None
