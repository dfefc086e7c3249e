"""Events."""

from typing import Any

from sandbox import listing
from sandbox.api import Call
from sandbox.router import api
from sandbox.store import Object


@api("GET", "/events", "EventListParams")
def list_all(call: Call) -> Object:
    """Events, newest first; by type, types, delivery_success and time."""
    given = call.data
    clauses: list[str] = []
    values: list[Any] = []
    if "types" in given:
        clauses.append(f"parent IN ({','.join('?' * len(given['types']))})")
        values += given["types"]
    if "type" in given:
        clauses.append("parent GLOB ?")
        values.append(given["type"])
    if "delivery_success" in given:
        word = "NOT IN" if given["delivery_success"] else "IN"
        waiting = "SELECT event FROM deliveries WHERE state IN ('pending', 'held', 'failed', 'dropped')"
        clauses.append(f"id {word} ({waiting})")
    return listing.answer(call, "event", {}, None, " AND ".join(clauses), values)


@api("GET", "/events/{key}", "EventRetrieveParams")
def retrieve(call: Call, key: str) -> Object:
    """One event."""
    return call.w.need(key, "event")
