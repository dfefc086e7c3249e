"""Coupons and promotion codes."""

import secrets

from sandbox import listing, shapes
from sandbox.api import Call
from sandbox.billing.discounts import promotion as promotion_of
from sandbox.errors import invalid, missing
from sandbox.events import emit, update
from sandbox.router import api
from sandbox.store import Object
from sandbox.world import DEFAULT_CLOCK, copy


@api("POST", "/coupons", "CouponCreateParams")
def create_coupon(call: Call) -> Object:
    """A coupon: so much percent off, or an amount."""
    given = {k: v for k, v in call.data.items() if k != "currency_options"}
    if ("percent_off" in given) == ("amount_off" in given):
        raise invalid("You must pass either percent_off or amount_off.", "percent_off")
    if given.get("id") and call.w.store.get(given["id"]):
        raise invalid(f"Coupon already exists: {given['id']}", "id", "resource_already_exists")
    coupon = call.make("Coupon", "co", duration="once", valid=True, metadata={})
    coupon["id"] = given.pop("id", None) or secrets.token_urlsafe(6).replace("-", "x").replace("_", "y")
    call.lay(coupon, given)
    call.w.save(coupon, DEFAULT_CLOCK)
    emit(call.w, "coupon.created", coupon)
    return coupon


@api("GET", "/coupons/{key}", "CouponRetrieveParams")
def retrieve_coupon(call: Call, key: str) -> Object:
    """One coupon."""
    return _coupon(call, key)


def _coupon(call: Call, key: str) -> Object:
    found = call.w.need(key, "coupon", "coupon")
    if found["deleted"]:
        raise missing("coupon", key, "coupon")
    return found


@api("GET", "/coupons", "CouponListParams")
def list_coupons(call: Call) -> Object:
    """Coupons, newest first."""
    return listing.answer(call, "coupon", {}, lambda coupon: not coupon["deleted"])


@api("POST", "/promotion_codes", "PromotionCodeCreateParams")
def create_code(call: Call) -> Object:
    """A code that customers type for a coupon."""
    given = dict(call.data)
    promotion = given.pop("promotion")
    call.w.need(promotion.get("coupon"), "coupon", "promotion[coupon]")
    if given.get("customer"):
        call.w.need(given["customer"], "customer", "customer")
    if given.get("code") and promotion_of(call.w, given["code"]):
        raise invalid(f"An active promotion code with `code: {given['code']}` already exists.", "code")
    restrictions = shapes.new("PromotionCode.Restrictions")
    code = call.make("PromotionCode", "promo", active=True, metadata={}, restrictions=restrictions)
    code["promotion"].update(type="coupon", coupon=promotion["coupon"])
    code["code"] = given.pop("code", None) or secrets.token_hex(4).upper()
    call.lay(code, given)
    call.w.save(code, DEFAULT_CLOCK)
    emit(call.w, "promotion_code.created", code)
    return code


@api("GET", "/promotion_codes/{key}", "PromotionCodeRetrieveParams")
def retrieve_code(call: Call, key: str) -> Object:
    """One promotion code."""
    return call.w.need(key, "promotion_code", "promotion_code")


@api("POST", "/promotion_codes/{key}", "PromotionCodeUpdateParams")
def change_code(call: Call, key: str) -> Object:
    """Switch a code off, or change its metadata."""
    code = call.w.need(key, "promotion_code", "promotion_code")
    before = copy(code)
    call.lay(code, {k: v for k, v in call.data.items() if k in ("active", "metadata")})
    return update(call.w, before, code, "promotion_code.updated")


@api("GET", "/promotion_codes", "PromotionCodeListParams")
def list_codes(call: Call) -> Object:
    """Promotion codes, newest first."""
    given = call.data

    def wanted(code: Object) -> bool:
        same = "code" not in given or code["code"].lower() == given["code"].lower()
        return same and given.get("coupon") in (None, code["promotion"]["coupon"])

    return listing.answer(call, "promotion_code", {k: given.get(k) for k in ("active", "customer")}, wanted)


@api("POST", "/coupons/{key}", "CouponUpdateParams")
def change_coupon(call: Call, key: str) -> Object:
    """Change a coupon's name or metadata."""
    coupon = _coupon(call, key)
    before = copy(coupon)
    call.lay(coupon, {k: v for k, v in call.data.items() if k in ("name", "metadata")})
    return update(call.w, before, coupon, "coupon.updated")


@api("DELETE", "/coupons/{key}", "CouponDeleteParams")
def delete_coupon(call: Call, key: str) -> Object:
    """Nobody can redeem it any more; discounts that it gave go on."""
    coupon = _coupon(call, key)
    coupon.update(valid=False, deleted=True)
    call.w.save(coupon)
    emit(call.w, "coupon.deleted", coupon)
    return coupon
