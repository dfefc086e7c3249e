"""Payment intents, setup intents and charges."""

from typing import Any

from sandbox import listing
from sandbox.api import Call, merge
from sandbox.billing import payments
from sandbox.billing.cards import error_code
from sandbox.errors import card_error, invalid
from sandbox.router import api
from sandbox.store import Object
from sandbox.world import DEFAULT_CLOCK


@api("POST", "/payment_intents", "PaymentIntentCreateParams")
def create_intent(call: Call) -> Object:
    """A payment intent; with `confirm` it is charged at once."""
    given = call.data
    if given["amount"] <= 0:
        raise invalid("Invalid positive integer", "amount", "parameter_invalid_integer")
    customer = given.get("customer") or None
    clock = DEFAULT_CLOCK
    if customer:
        clock = call.w.clock_of(call.w.need(customer, "customer", "customer"))
    intent = payments.new_intent(
        call.w, clock, given["amount"], given["currency"].lower(), customer, description=given.get("description") or None,
        metadata=merge({}, given.get("metadata") or {}), setup_future_usage=given.get("setup_future_usage"),
    )  # fmt: skip
    if given.get("payment_method"):
        intent["payment_method"] = payments.resolve(call.w, given["payment_method"], None)["id"]
        intent["status"] = "requires_confirmation"
        call.w.save(intent)
    return _confirm(call, intent, given) if given.get("confirm") else intent


def _confirm(call: Call, intent: Object, given: dict[str, Any]) -> Object:
    key = given.get("payment_method") or intent["payment_method"]
    if not key:
        raise invalid(
            "You cannot confirm this PaymentIntent because it's missing a payment method.", code="parameter_missing"
        )
    code = payments.confirm(call.w, intent, payments.resolve(call.w, key, None), bool(given.get("off_session")))
    if code not in ("ok",) and intent["status"] != "requires_action":
        raise card_error(error_code(code), code, payment_intent=intent, charge=intent["latest_charge"])
    return intent


@api("GET", "/payment_intents/{key}", "PaymentIntentRetrieveParams")
def retrieve_intent(call: Call, key: str) -> Object:
    """One payment intent."""
    return call.w.need(key, "payment_intent")


@api("POST", "/payment_intents/{key}/confirm", "PaymentIntentConfirmParams")
def confirm_intent(call: Call, key: str) -> Object:
    """Try to pay a payment intent."""
    return _confirm(call, call.w.need(key, "payment_intent"), call.data)


@api("POST", "/payment_intents/{key}/cancel", "PaymentIntentCancelParams")
def cancel_intent(call: Call, key: str) -> Object:
    """Give a payment intent up."""
    intent = call.w.need(key, "payment_intent")
    payments.cancel_intent(call.w, intent, call.data.get("cancellation_reason", "requested_by_customer"))
    return intent


@api("GET", "/payment_intents", "PaymentIntentListParams")
def list_intents(call: Call) -> Object:
    """Payment intents, newest first."""
    return listing.answer(call, "payment_intent", {"customer": call.data.get("customer")})


@api("GET", "/setup_intents/{key}", "SetupIntentRetrieveParams")
def retrieve_setup(call: Call, key: str) -> Object:
    """One setup intent."""
    return call.w.need(key, "setup_intent")


@api("GET", "/charges/{key}", "ChargeRetrieveParams")
def retrieve_charge(call: Call, key: str) -> Object:
    """One charge."""
    return call.w.need(key, "charge")


@api("GET", "/charges", "ChargeListParams")
def list_charges(call: Call) -> Object:
    """Charges, newest first."""
    intent = call.data.get("payment_intent")
    where, values = ("parent=?", [intent]) if intent else ("", [])
    return listing.answer(call, "charge", {"customer": call.data.get("customer")}, None, where, values)
