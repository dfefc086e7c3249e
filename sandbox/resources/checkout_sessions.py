"""Checkout sessions."""

from sandbox import listing, shapes
from sandbox.api import Call
from sandbox.billing import basket, checkout
from sandbox.expand import on_request
from sandbox.router import api
from sandbox.store import Object
from sandbox.world import World


@api("POST", "/checkout/sessions", "checkout.SessionCreateParams")
def create(call: Call) -> Object:
    """An open session with the address of its page."""
    return checkout.create(call.w, call.data)


@api("GET", "/checkout/sessions", "checkout.SessionListParams")
def list_all(call: Call) -> Object:
    """Sessions, newest first."""
    names = ("customer", "payment_intent", "status", "subscription")
    return listing.answer(call, "checkout.session", {k: call.data.get(k) for k in names})


@api("GET", "/checkout/sessions/{key}", "checkout.SessionRetrieveParams")
def retrieve(call: Call, key: str) -> Object:
    """One session."""
    return call.w.need(key, "checkout.session")


@api("POST", "/checkout/sessions/{key}", "checkout.SessionUpdateParams")
def change(call: Call, key: str) -> Object:
    """Change a session's metadata."""
    session = call.w.need(key, "checkout.session")
    call.lay(session, {k: v for k, v in call.data.items() if k == "metadata"})
    return call.w.save(session)


@api("POST", "/checkout/sessions/{key}/expire", "checkout.SessionExpireParams")
def expire(call: Call, key: str) -> Object:
    """End an open session."""
    return checkout.expire(call.w, call.w.need(key, "checkout.session"))


@api("GET", "/checkout/sessions/{key}/line_items", "checkout.SessionListLineItemsParams")
def line_items(call: Call, key: str) -> Object:
    """What is bought."""
    return listing.cut(call, basket.line_items(call.w, call.w.need(key, "checkout.session")))


@on_request("checkout.session", "line_items")
def _line_items(w: World, session: Object) -> Object:
    return shapes.page(basket.line_items(w, session), f"/v1/checkout/sessions/{session['id']}/line_items")
