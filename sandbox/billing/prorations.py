"""Changes of a subscription's items in the middle of a period, to the minor unit."""

from typing import Any

from sandbox import shapes
from sandbox.api import merge
from sandbox.billing import discounts, invoices
from sandbox.billing.cards import error_code
from sandbox.billing.periods import boundary, opening, share
from sandbox.errors import Undone, card_error, invalid, missing
from sandbox.events import emit
from sandbox.store import Object
from sandbox.world import World, copy


def change(w: World, subscription: Object, given: dict[str, Any], now: int) -> Object | None:
    """Apply items, trial end and anchor of an update. Answers the invoice when one was made at once."""
    at = _proration_moment(subscription, given, now)
    behaviour = given.get("proration_behavior", "create_prorations")
    restart = (given.get("billing_cycle_anchor") or {}).get("type") == "now"
    restart = _trial(subscription, given, now) or restart
    before = copy(subscription["items"]["data"])
    _items(w, subscription, given.get("items") or [], now)
    after = subscription["items"]["data"]
    restart = restart or cadence(before) != cadence(after)
    if restart and subscription["status"] != "trialing":
        return _restart(w, subscription, before, {**given, "proration_behavior": behaviour}, now)
    if _money(before) == _money(after) or subscription["status"] == "trialing":
        return None
    if behaviour == "none":
        return None
    old = {item["id"]: item for item in before}
    new = {item["id"]: item for item in after}
    for key in {**old, **new}:
        if _money([old[key]] if key in old else []) == _money([new[key]] if key in new else []):
            continue
        if key in old:
            credit(w, subscription, old[key], at)
        if key in new:
            debit(w, subscription, new[key], at)
    return _now(w, subscription, given) if behaviour == "always_invoice" else None


def _proration_moment(subscription: Object, given: dict[str, Any], now: int) -> int:
    at = given.get("proration_date")
    if at is None:
        return now
    items = subscription["items"]["data"]
    if not min(i["current_period_start"] for i in items) <= at <= max(i["current_period_end"] for i in items):
        raise invalid("Cannot specify `proration_date` outside of the current billing period.", "proration_date")
    return at


def _trial(subscription: Object, given: dict[str, Any], now: int) -> bool:
    trial = given.get("trial_end")
    if trial is None:
        return False
    if trial == "now":
        was = subscription["status"] == "trialing"
        subscription.update(trial_end=now if was else subscription["trial_end"])
        subscription["status"] = "active" if was else subscription["status"]
        return was
    subscription.update(status="trialing", trial_end=trial, trial_start=subscription["trial_start"] or now)
    subscription["billing_cycle_anchor"] = trial
    for item in subscription["items"]["data"]:
        item["current_period_end"] = trial
    return False


def cadence(items: list[Object]) -> set[tuple[str, int]]:
    """The intervals of these items: a change of them begins a new period."""
    return {(i["price"]["recurring"]["interval"], i["price"]["recurring"]["interval_count"]) for i in items}


def _money(items: list[Object]) -> list[tuple[str, str, int]]:
    return sorted((i["id"], i["price"]["id"], i["quantity"] or 1) for i in items)


def _items(w: World, subscription: Object, given: list[dict[str, Any]], now: int) -> None:
    from sandbox.billing.subscriptions import new_item, price_of, set_price

    items = subscription["items"]["data"]
    for i, entry in enumerate(given):
        key = entry.get("id")
        item = next((x for x in items if x["id"] == key), None)
        if key and item is None:
            raise missing("subscription item", key, f"items[{i}][id]")
        if item is not None and entry.get("deleted"):
            items.remove(item)
            continue
        if item is None:
            price = price_of(w, entry, f"items[{i}][price]")
            if any(x["price"]["id"] == price["id"] for x in items):
                raise invalid(f"Cannot add multiple subscription items with the same plan: {price['id']}", "items")
            recurring = price["recurring"] or {}
            if not recurring:
                raise invalid("This field only accepts recurring prices.", f"items[{i}][price]")
            stop = boundary(
                subscription["billing_cycle_anchor"], recurring["interval"], recurring["interval_count"], now
            )
            item = new_item(subscription["id"], price, entry.get("quantity", 1), now, (now, stop))
            items.append(item)
        elif entry.get("price") or entry.get("price_data"):
            set_price(item, price_of(w, entry, f"items[{i}][price]"))
        if "quantity" in entry:
            item["quantity"] = entry["quantity"]
        if "metadata" in entry:
            item["metadata"] = merge(item["metadata"], entry["metadata"])
    if not items:
        raise invalid("A subscription must have at least one item.", "items")


def credit(w: World, subscription: Object, item: Object, at: int) -> Object:
    """An invoice item that gives back what was billed for the unused time of an item, discounts deducted."""
    amount, start, end = _billed(w, subscription, item)
    return _pending(w, subscription, item, at, -share(amount, start, end, at), "Unused time on")


def debit(w: World, subscription: Object, item: Object, at: int) -> Object:
    """An invoice item that charges the rest of the period of an item, discounts deducted."""
    amount = share(net(w, subscription, item["price"], item["quantity"] or 1, at), *_whole(subscription, item), at)
    return _pending(w, subscription, item, at, amount, "Remaining time on")


def net(w: World, subscription: Object, price: Object, quantity: int, at: int) -> int:
    """What a whole period of a price costs with the discounts that run at a moment."""
    amount = price["unit_amount"] * quantity
    for key in subscription["discounts"]:
        amount -= discounts.running(w, w.need(key, "discount"), price["product"], amount, at)
    return amount


def _billed(w: World, subscription: Object, item: Object) -> tuple[int, int, int]:
    """(amount, start, end) of what was last charged for the current period of an item; nothing when it was free."""
    end = item["current_period_end"]
    waiting = w.store.find("invoiceitem", "customer=? AND parent IS NULL", subscription["customer"], newest=True)
    for made in waiting:
        ours = w.store.hidden(made["id"]).get("subscription_item") == item["id"]
        if ours and made["amount"] > 0 and made["period"]["end"] == end:
            return made["amount"], made["period"]["start"], end
    for invoice in w.store.find("invoice", "parent=?", subscription["id"], newest=True, limit=60):
        for made in invoice["lines"]["data"] if invoice["status"] != "void" else ():
            owner = (made["parent"] or {}).get("subscription_item_details") or {}
            if owner.get("subscription_item") == item["id"] and made["amount"] > 0 and made["period"]["end"] == end:
                off = sum(d["amount"] for d in made["discount_amounts"] or [])
                return made["amount"] - off, made["period"]["start"], end
    return 0, item["current_period_start"], end


def _whole(subscription: Object, item: Object) -> tuple[int, int]:
    """The full period that ends when the item's does: an item added in the middle pays its share of one."""
    recurring, end = item["price"]["recurring"], item["current_period_end"]
    anchor = subscription["billing_cycle_anchor"]
    start = opening(anchor, recurring["interval"], recurring["interval_count"], end)
    return min(start, item["current_period_start"]), end


def once(w: World, subscription: Object, price: Object, quantity: int) -> Object:
    """An invoice item for a one-time price, for the next invoice of a subscription."""
    now = w.now(w.clock_of(subscription))
    product = w.need(price["product"], "product")
    made = _item(w, subscription, price, quantity, price["unit_amount"] * quantity, product["name"])
    made.update(discountable=True, proration=False, period={"start": now, "end": now})
    return _told(w, subscription, made)


def _pending(w: World, subscription: Object, item: Object, at: int, amount: int, words: str) -> Object:
    price, quantity = item["price"], item["quantity"] or 1
    start, end = item["current_period_start"], item["current_period_end"]
    product = w.need(price["product"], "product")
    made = _item(w, subscription, price, quantity, amount, f"{words} {product['name']}")
    made["period"] = {"start": max(at, start), "end": end}
    made["parent"]["subscription_details"]["subscription_item"] = item["id"]
    return _told(w, subscription, made, {"subscription_item": item["id"], "at": at})


def _told(w: World, subscription: Object, made: Object, hidden: Object | None = None) -> Object:
    w.save(made, w.clock_of(subscription), hidden)
    emit(w, "invoiceitem.created", made)
    return made


def _item(w: World, subscription: Object, price: Object, quantity: int, amount: int, text: str) -> Object:
    clock = w.clock_of(subscription)
    made = w.make(
        "InvoiceItem", "ii", clock, currency=price["currency"], customer=subscription["customer"], amount=amount,
        net_amount=amount, date=w.now(clock), description=text, discountable=False, proration=True, quantity=quantity,
        quantity_decimal=str(quantity), metadata={}, discounts=[], tax_rates=[], test_clock=subscription["test_clock"],
    )  # fmt: skip
    made["parent"] = shapes.new("InvoiceItem.Parent", type="subscription_details")
    made["parent"]["subscription_details"] = shapes.new(
        "InvoiceItem.Parent.SubscriptionDetails", subscription=subscription["id"]
    )
    made["pricing"] = shapes.new("InvoiceItem.Pricing", type="price_details", unit_amount_decimal=str(
        price["unit_amount"]), price_details={"price": price["id"], "product": price["product"]})  # fmt: skip
    return made


def _restart(w: World, subscription: Object, before: list[Object], given: dict[str, Any], now: int) -> Object:
    from sandbox.billing import subscriptions

    if given["proration_behavior"] != "none" and subscription["trial_end"] != now:
        for item in before:
            credit(w, subscription, item, now)
    subscription["billing_cycle_anchor"] = now
    for item in subscription["items"]["data"]:
        recurring = item["price"]["recurring"]
        item["current_period_start"] = now
        item["current_period_end"] = boundary(now, recurring["interval"], recurring["interval_count"], now)
    lines = [subscriptions.line_for(w, subscription, item) for item in subscription["items"]["data"]]
    return _now(w, subscription, given, lines)


def _now(w: World, subscription: Object, given: dict[str, Any], lines: list[Object] | None = None) -> Object:
    """The invoice of a change, tried as payment_behavior says."""
    invoice = bill(w, subscription, "subscription_update", lines, pay=False)
    behaviour = given.get("payment_behavior", "allow_incomplete")
    if invoice["status"] != "open" or given.get("rehearsal"):
        return invoice
    if behaviour == "default_incomplete":
        subscription["status"] = "past_due"
        w.save(subscription)
        return invoice
    if behaviour == "pending_if_incomplete":
        invoice["auto_advance"] = False
        w.save(invoice, hidden={"pending_update": True})
    code = invoices.attempt(w, invoice, None, bool(given.get("off_session", False)))
    if code != "ok" and behaviour == "error_if_incomplete":
        raise Undone(card_error(error_code(code), code) if code != "no_method" else invalid("No payment method."))
    return w.need(invoice["id"], "invoice")


def bill(w: World, subscription: Object, reason: str, lines: list[Object] | None = None, pay: bool = True) -> Object:
    """An invoice at once for these lines and everything that waits; finalised, and tried when `pay`."""
    customer = w.need(subscription["customer"], "customer")
    invoice = invoices.create(w, customer, subscription, lines or [], reason)
    subscription["latest_invoice"] = invoice["id"]
    w.save(subscription)
    invoices.finalize(w, invoice)
    if pay and invoice["status"] == "open":
        invoices.attempt(w, invoice)
    return invoice
