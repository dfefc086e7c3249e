"""Coupons, promotion codes and what they take off an invoice."""

from typing import Any

from sandbox.billing.periods import shift
from sandbox.errors import invalid
from sandbox.events import emit
from sandbox.store import Object
from sandbox.world import World


def promotion(w: World, code: str) -> Object | None:
    """The active promotion code that a customer typed."""
    found = w.store.find("promotion_code", "parent=? COLLATE NOCASE", code)
    return next((p for p in found if p["active"]), None)


def coupon_of(w: World, given: dict[str, Any]) -> Object:
    """The coupon of a discount parameter, whether it can still be used or not."""
    key = given.get("coupon")
    if given.get("promotion_code"):
        key = w.need(given["promotion_code"], "promotion_code", "promotion_code")["promotion"]["coupon"]
    return w.need(key, "coupon", "coupon")


def usable(
    w: World, given: dict[str, Any], now: int, customer: str | None = None, currency: str | None = None,
    amount: int | None = None,
) -> tuple[Object, Object | None]:  # fmt: skip
    """(coupon, promotion code or None) of a discount parameter; an error says why it cannot be used."""
    code = w.need(given["promotion_code"], "promotion_code", "promotion_code") if given.get("promotion_code") else None
    coupon = coupon_of(w, given)
    for thing in (coupon, code):
        if thing and thing["max_redemptions"] and thing["times_redeemed"] >= thing["max_redemptions"]:
            raise invalid("This code has been used up.", "discounts", "coupon_expired")
    if code and (not code["active"] or (code["expires_at"] or now + 1) <= now):
        raise invalid("This promotion code has expired.", "discounts", "coupon_expired")
    if not coupon["valid"] or (coupon["redeem_by"] or now + 1) <= now:
        raise invalid("This coupon has expired.", "discounts", "coupon_expired")
    if coupon["amount_off"] is not None and currency and coupon["currency"] != currency:
        raise invalid(f"This coupon is in {coupon['currency']}, not in {currency}.", "discounts")
    if code:
        _restricted(w, code, customer, amount)
    return coupon, code


def _restricted(w: World, code: Object, customer: str | None, amount: int | None) -> None:
    rules = code["restrictions"]
    if code["customer"] and code["customer"] != customer:
        raise invalid("This promotion code cannot be redeemed because it is for another customer.", "discounts")
    if rules["first_time_transaction"] and customer and _has_paid(w, customer):
        raise invalid("This promotion code cannot be redeemed because the associated customer has prior transactions.",
                      "discounts")  # fmt: skip
    if amount is not None and (rules["minimum_amount"] or 0) > amount:
        raise invalid("This promotion code cannot be redeemed because the sum is too small.", "discounts")


def _has_paid(w: World, customer: str) -> bool:
    return any(c["paid"] for c in w.store.find("charge", "customer=?", customer))


def redeem(w: World, given: dict[str, Any], clock: str, **owner: Any) -> Object:
    """Store the discount that a coupon or a promotion code gives to a subscription, and count its use."""
    now = w.now(clock)
    coupon, code = usable(w, given, now, owner.get("customer"))
    end = shift(now, "month", coupon["duration_in_months"]) if coupon["duration"] == "repeating" else None
    discount = w.make("Discount", "di", clock, start=now, end=end, promotion_code=code and code["id"], **owner)
    discount["source"].update(coupon=coupon["id"], type="coupon")
    for thing in filter(None, (coupon, code)):
        thing["times_redeemed"] += 1
        if thing["max_redemptions"] and thing["times_redeemed"] >= thing["max_redemptions"]:
            thing["valid" if thing["object"] == "coupon" else "active"] = False
        w.save(thing)
    w.save(discount, clock)
    emit(w, "customer.discount.created", discount)
    return discount


def off(w: World, coupon: Object, amount: int) -> int:
    """What a coupon takes off an amount."""
    if coupon["percent_off"] is not None:
        return min(amount, round(amount * coupon["percent_off"] / 100))
    return min(amount, coupon["amount_off"] or 0)


def runs(discount: Object, now: int) -> bool:
    """Whether a discount has not ended yet."""
    return discount["end"] is None or discount["end"] > now


def running(w: World, discount: Object, product: str, amount: int, now: int) -> int:
    """What a discount takes off the price of a product at a moment."""
    coupon = w.need(discount["source"]["coupon"], "coupon")
    wanted = (coupon["applies_to"] or {}).get("products")
    return off(w, coupon, amount) if runs(discount, now) and (not wanted or product in wanted) else 0


def apply(w: World, invoice: Object, discounts: list[str], now: int) -> None:
    """Write the discounts onto the invoice's lines and totals."""
    totals = []
    for key in discounts:
        discount = w.need(key, "discount")
        if runs(discount, now):
            coupon = w.need(discount["source"]["coupon"], "coupon")
            totals.append({"amount": _spread(w, invoice, coupon, key), "discount": key})
    invoice["total_discount_amounts"] = totals
    invoice["discounts"] = [entry["discount"] for entry in totals]


def use_up(w: World, subscription: Object, invoice: Object, now: int) -> None:
    """Take from a subscription the discounts that are for one invoice and were used on this one, or are over."""
    used = {entry["discount"] for entry in invoice["total_discount_amounts"] if entry["amount"] > 0}
    for key in list(subscription["discounts"]):
        discount = w.need(key, "discount")
        once = w.need(discount["source"]["coupon"], "coupon")["duration"] == "once"
        if (once and key in used) or not runs(discount, now):
            subscription["discounts"].remove(key)
            emit(w, "customer.discount.deleted", discount)


def _spread(w: World, invoice: Object, coupon: Object, key: str) -> int:
    wanted = (coupon["applies_to"] or {}).get("products")
    lines = [
        line for line in invoice["lines"]["data"]
        if line["discountable"] and line["amount"] > 0
        and (not wanted or ((line["pricing"] or {}).get("price_details") or {}).get("product") in wanted)
    ]  # fmt: skip
    rest = {line["id"]: line["amount"] - sum(d["amount"] for d in line["discount_amounts"] or []) for line in lines}
    whole = sum(rest.values())
    left = taken = off(w, coupon, whole)
    for i, line in enumerate(lines):
        part = left if i == len(lines) - 1 else taken * rest[line["id"]] // whole if whole else 0
        line["discount_amounts"] = [*(line["discount_amounts"] or []), {"amount": part, "discount": key}]
        left -= part
    return taken
