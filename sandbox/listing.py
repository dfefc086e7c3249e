"""Stripe's lists: filters, cursors, limits."""

from collections.abc import Callable
from typing import Any

from sandbox import shapes
from sandbox.api import Call
from sandbox.errors import invalid
from sandbox.store import Object

_TIMES = ("created", "current_period_start", "current_period_end", "due_date")


def within(value: int, wanted: Any) -> bool:
    """Whether a time meets `created=…` or `created[gt]=…` and its like."""
    if isinstance(wanted, int):
        return value == wanted
    tests = {"gt": value.__gt__, "gte": value.__ge__, "lt": value.__lt__, "lte": value.__le__}
    return all(tests[key](limit) for key, limit in wanted.items())


def answer(call: Call, kind: str, fields: dict[str, Any], wanted: Callable[[Object], bool] | None = None) -> Object:
    """A page of objects of a kind, newest first: those whose fields equal the given (None is no filter)."""
    fields = {key: value for key, value in fields.items() if value is not None}
    where, values = "", []
    if "customer" in fields:
        where, values = "customer=?", [fields["customer"]]
    found = call.w.store.find(kind, where, *values, newest=True)
    ids = fields.pop("ids", None)
    created = call.data.get("created")
    keep = [
        thing for thing in found
        if (ids is None or thing["id"] in ids)
        and all(thing.get(key) == value for key, value in fields.items())
        and (created is None or within(thing["created"], created))
        and (wanted is None or wanted(thing))
    ]  # fmt: skip
    return cut(call, keep)


def cut(call: Call, things: list[Object]) -> Object:
    """The page of an ordered list that limit, starting_after and ending_before ask for."""
    given = call.data
    limit = given.get("limit", 10)
    if not 1 <= limit <= 100:
        raise invalid(f"Invalid limit: {limit} is not between 1 and 100", "limit")
    ids = [thing["id"] for thing in things]
    if after := given.get("starting_after"):
        things = things[_place(ids, after, "starting_after") + 1 :]
    elif before := given.get("ending_before"):
        things = things[: _place(ids, before, "ending_before")]
        return shapes.page(things[-limit:], call.path, len(things) > limit)
    return shapes.page(things[:limit], call.path, len(things) > limit)


def _place(ids: list[str], key: str, param: str) -> int:
    if key not in ids:
        raise invalid(f"No such object: '{key}'", param, "resource_missing")
    return ids.index(key)
