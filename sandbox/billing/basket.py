"""What a checkout session is about: its lines, their quantities, discounts and sums."""

from typing import Any

from sandbox import shapes
from sandbox.billing import discounts, subscriptions
from sandbox.errors import invalid
from sandbox.store import Object
from sandbox.world import World, new_id

MOST = 999_999


def lines(w: World, given: dict[str, Any], session: Object) -> list[Object]:
    """Checked line items: {id, price, quantity, metadata, adjustable}; price_data becomes a price."""
    made = []
    for i, entry in enumerate(given.get("line_items") or []):
        price = subscriptions.price_of(w, entry, f"line_items[{i}][price]")
        if session["mode"] == "payment" and price["recurring"]:
            raise invalid(
                "You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use "
                "only one-time prices.", f"line_items[{i}][price]",
            )  # fmt: skip
        if session["currency"] not in (None, price["currency"]):
            raise invalid("All line items must be in one currency.", f"line_items[{i}][price]")
        made.append({"id": new_id("li", 14), "price": price["id"], "quantity": _quantity(entry, f"line_items[{i}]"),
                     "metadata": entry.get("metadata") or {}, "adjustable": _adjustable(entry)})  # fmt: skip
        session["currency"] = price["currency"]
    if session["mode"] == "subscription":
        _check_rhythms(w, made)
    session["currency"] = session["currency"] or given.get("currency")
    return made


def _quantity(entry: dict[str, Any], param: str) -> int:
    quantity: int = entry.get("quantity", 1)
    if not 1 <= quantity <= MOST:
        raise invalid("Invalid quantity: it must be at least 1.", f"{param}[quantity]")
    return quantity


def _adjustable(entry: dict[str, Any]) -> Object | None:
    wish = entry.get("adjustable_quantity") or {}
    if not wish.get("enabled"):
        return None
    return {"enabled": True, "minimum": wish.get("minimum", 0), "maximum": wish.get("maximum", 99)}


def _check_rhythms(w: World, made: list[Object]) -> None:
    rhythms = {
        (r["interval"], r["interval_count"])
        for e in made
        if (r := w.need(e["price"], "price")["recurring"]) is not None
    }
    if not rhythms:
        raise invalid("You must provide at least one recurring price in `subscription` mode.", "line_items")
    if len(rhythms) > 1:
        raise invalid("Checkout does not support multiple prices with different billing intervals.", "line_items")


def line_items(w: World, session: Object) -> list[Object]:
    """The session's line items as the API shows them, discounts spread over them."""
    found = []
    for entry in w.store.hidden(session["id"])["lines"]:
        price = w.need(entry["price"], "price")
        amount = price["unit_amount"] * entry["quantity"]
        item = shapes.new(
            "LineItem", id=entry["id"], price=price, quantity=entry["quantity"], currency=price["currency"],
            description=w.need(price["product"], "product")["name"], amount_subtotal=amount, amount_total=amount,
            discounts=[], taxes=[], metadata=dict(entry["metadata"]), adjustable_quantity=entry.get("adjustable"),
        )  # fmt: skip
        found.append(item)
    _spread(w, session, found)
    return found


def _spread(w: World, session: Object, items: list[Object]) -> None:
    """Take the session's discount off the items that it is for; the last takes what rounding leaves."""
    for entry in wanted(session):
        coupon = discounts.coupon_of(w, entry)
        only = (coupon["applies_to"] or {}).get("products")
        skip = deferred(w, session)
        mine = [i for i in items if (not only or i["price"]["product"] in only)
                and not (skip and i["price"]["recurring"])]  # fmt: skip
        whole = sum(i["amount_subtotal"] for i in mine)
        left = taken = discounts.off(w, coupon, whole)
        for item in mine:
            part = left if item is mine[-1] else taken * item["amount_subtotal"] // whole if whole else 0
            item.update(amount_discount=part, amount_total=item["amount_subtotal"] - part)
            left -= part


def deferred(w: World, session: Object) -> bool:
    """Whether recurring prices are not charged today: a trial, or a later anchor without proration."""
    data = w.store.hidden(session["id"])["subscription_data"]
    later = (data.get("billing_cycle_anchor") or data.get("billing_cycle_anchor_config")) and data.get(
        "proration_behavior") == "none"  # fmt: skip
    return bool(data.get("trial_period_days") or data.get("trial_end") or later)


def reckon(w: World, session: Object) -> None:
    """Write what is to be paid today."""
    if session["mode"] == "setup":
        return
    skip = deferred(w, session)
    items = [i for i in line_items(w, session) if not (skip and i["price"]["recurring"])]
    subtotal = sum(i["amount_subtotal"] for i in items)
    off = sum(i["amount_discount"] for i in items)
    session.update(amount_subtotal=subtotal, amount_total=subtotal - off)
    session["total_details"] = shapes.new("checkout.Session.TotalDetails", amount_discount=off, amount_shipping=0)


def wanted(session: Object) -> list[dict[str, Any]]:
    """The session's discounts as parameters."""
    return [{k: v for k, v in entry.items() if v} for entry in session["discounts"] or []]


def discount(w: World, session: Object, entries: list[dict[str, Any]]) -> None:
    """Put these discounts on the session and reckon again. An error says why one cannot be used."""
    now = w.now(w.clock_of(session))
    whole = sum(i["amount_subtotal"] for i in line_items(w, session))
    for entry in entries:
        discounts.usable(w, entry, now, session["customer"], session["currency"], whole)
    session["discounts"] = [
        {"coupon": e.get("coupon"), "promotion_code": e.get("promotion_code")} for e in entries
    ]  # fmt: skip
    w.save(session)
    reckon(w, session)
    w.save(session)


def promote(w: World, session: Object, code: str) -> None:
    """Put a promotion code that the customer typed on the session."""
    found = discounts.promotion(w, code.strip())
    if found is None:
        raise invalid("This code is invalid.", "promotion_code")
    discount(w, session, [{"promotion_code": found["id"]}])


def recount(w: World, session: Object, typed: dict[str, str]) -> None:
    """Take the quantities that the customer typed (`quantity_0`, ...) where they may be changed."""
    hidden = w.store.hidden(session["id"])
    for i, entry in enumerate(hidden["lines"]):
        rule, text = entry.get("adjustable"), typed.get(f"quantity_{i}", "")
        if rule and text.isdecimal():
            entry["quantity"] = max(1, rule["minimum"], min(int(text), rule["maximum"]))
    w.save(session, hidden=hidden)
    reckon(w, session)
    w.save(session)
