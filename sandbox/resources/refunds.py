"""Refunds."""

from sandbox import listing
from sandbox.api import Call
from sandbox.billing import refunds
from sandbox.events import update
from sandbox.router import api
from sandbox.store import Object
from sandbox.world import copy


@api("POST", "/refunds", "RefundCreateParams")
def create(call: Call) -> Object:
    """Give money back, by payment intent or by charge."""
    return refunds.create(call.w, refunds.charge_of(call.w, call.data), call.data)


@api("GET", "/refunds/{key}", "RefundRetrieveParams")
def retrieve(call: Call, key: str) -> Object:
    """One refund."""
    return call.w.need(key, "refund")


@api("POST", "/refunds/{key}", "RefundUpdateParams")
def change(call: Call, key: str) -> Object:
    """Change a refund's metadata."""
    refund = call.w.need(key, "refund")
    before = copy(refund)
    call.lay(refund, call.data)
    return update(call.w, before, refund, "refund.updated")


@api("GET", "/refunds", "RefundListParams")
def list_all(call: Call) -> Object:
    """Refunds, newest first."""
    intent = call.data.get("payment_intent")
    where, values = ("parent=?", [intent]) if intent else ("", [])
    return listing.answer(call, "refund", {"charge": call.data.get("charge")}, None, where, values)
