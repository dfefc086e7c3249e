"""Disputes."""

from sandbox import listing
from sandbox.api import Call
from sandbox.billing import disputes
from sandbox.router import api
from sandbox.store import Object


@api("GET", "/disputes", "DisputeListParams")
def list_all(call: Call) -> Object:
    """Disputes, newest first."""
    return listing.answer(call, "dispute", {k: call.data.get(k) for k in ("charge", "payment_intent")})


@api("GET", "/disputes/{key}", "DisputeRetrieveParams")
def retrieve(call: Call, key: str) -> Object:
    """One dispute."""
    return call.w.need(key, "dispute")


@api("POST", "/disputes/{key}", "DisputeUpdateParams")
def change(call: Call, key: str) -> Object:
    """Give evidence."""
    return disputes.answer(call.w, call.w.need(key, "dispute"), call.data)


@api("POST", "/disputes/{key}/close", "DisputeCloseParams")
def close(call: Call, key: str) -> Object:
    """Accept that it is lost."""
    return disputes.close(call.w, call.w.need(key, "dispute"))
