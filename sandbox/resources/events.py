"""Events."""

from sandbox import listing
from sandbox.api import Call
from sandbox.router import api
from sandbox.store import Object


@api("GET", "/events", "EventListParams")
def list_all(call: Call) -> Object:
    """Events, newest first; by type, types, delivery_success and time."""
    given = call.data
    types = given.get("types")
    success = given.get("delivery_success")
    wanted_type = given.get("type")

    def wanted(event: Object) -> bool:
        if types is not None and event["type"] not in types:
            return False
        if wanted_type is not None and not _matches(event["type"], wanted_type):
            return False
        return success is None or (event["pending_webhooks"] == 0) == success

    return listing.answer(call, "event", {}, wanted)


def _matches(kind: str, wanted: str) -> bool:
    return kind.startswith(wanted[:-1]) if wanted.endswith("*") else kind == wanted


@api("GET", "/events/{key}", "EventRetrieveParams")
def retrieve(call: Call, key: str) -> Object:
    """One event."""
    return call.w.need(key, "event")
