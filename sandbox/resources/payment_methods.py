"""Payment methods: test tokens such as pm_card_visa, and the cards saved with customers."""

from typing import Any

from sandbox import listing
from sandbox.api import Call, required
from sandbox.billing import payments
from sandbox.billing.cards import BY_NUMBER, BY_TOKEN
from sandbox.errors import card_error, invalid
from sandbox.events import emit, update
from sandbox.router import api
from sandbox.store import Object
from sandbox.world import copy


@api("POST", "/payment_methods", "PaymentMethodCreateParams")
def create(call: Call) -> Object:
    """A payment method from a test card's number or token (card[token]=tok_visa is not known here)."""
    card = call.data.get("card") or {}
    known = BY_NUMBER.get(str(card.get("number", "")).replace(" ", ""))
    if known is None:
        raise card_error("incorrect_number", param="number")
    details = call.data.get("billing_details") or {}
    typed: dict[str, Any] = {k: details[k] or None for k in ("name", "email", "address") if k in details}
    typed["exp"] = (card.get("exp_month", 12), card.get("exp_year", 2034))
    return payments.new_method(call.w, known, **typed)


@api("GET", "/payment_methods/{key}", "PaymentMethodRetrieveParams")
def retrieve(call: Call, key: str) -> Object:
    """One payment method; a test token gives a fresh one."""
    return payments.resolve(call.w, key, None)


@api("GET", "/payment_methods", "PaymentMethodListParams")
def list_all(call: Call) -> Object:
    """The payment methods of a customer."""
    given = call.data
    if not given.get("customer"):
        return listing.cut(call, [])
    return listing.answer(call, "payment_method", {"customer": given["customer"], "type": given.get("type")})


@api("POST", "/payment_methods/{key}", "PaymentMethodUpdateParams")
def change(call: Call, key: str) -> Object:
    """Change billing details, expiry and metadata."""
    method = call.w.need(key, "payment_method")
    before = copy(method)
    given = dict(call.data)
    method["card"].update({k: v for k, v in (given.pop("card", {}) or {}).items() if k in ("exp_month", "exp_year")})
    call.lay(method, {k: v for k, v in given.items() if k in ("billing_details", "metadata", "allow_redisplay")})
    return update(call.w, before, method, "payment_method.updated")


@api("POST", "/payment_methods/{key}/attach", "PaymentMethodAttachParams")
def attach(call: Call, key: str) -> Object:
    """Save a payment method with a customer."""
    required(call.data, "customer")
    customer = call.w.need(call.data["customer"], "customer", "customer")
    if key in BY_TOKEN:
        return payments.resolve(call.w, key, customer["id"])
    return payments.attach(call.w, call.w.need(key, "payment_method"), customer["id"])


@api("POST", "/payment_methods/{key}/detach", "PaymentMethodDetachParams")
def detach(call: Call, key: str) -> Object:
    """Take a payment method from its customer."""
    method = call.w.need(key, "payment_method")
    if not method["customer"]:
        raise invalid("The payment method you provided is not attached to a customer so detachment is impossible.")
    customer = call.w.store.get(method["customer"])
    before = copy(method)
    method["customer"] = None
    call.w.save(method)
    if customer and customer["invoice_settings"]["default_payment_method"] == key:
        old = copy(customer)
        customer["invoice_settings"]["default_payment_method"] = None
        update(call.w, old, customer, "customer.updated")
    emit(call.w, "payment_method.detached", method, before)
    return method
