"""Stripe's lists: filters, cursors, limits."""

from collections.abc import Callable
from typing import Any

from sandbox import shapes
from sandbox.api import Call
from sandbox.errors import invalid
from sandbox.store import Object, Place


def within(value: int, wanted: Any) -> bool:
    """Whether a time meets `created=…` or `created[gt]=…` and its like."""
    if isinstance(wanted, int):
        return value == wanted
    tests = {"gt": value.__gt__, "gte": value.__ge__, "lt": value.__lt__, "lte": value.__le__}
    return all(tests[key](limit) for key, limit in wanted.items())


SIGNS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def span(column: str, wanted: Any) -> tuple[str, list[int]]:
    """A range as SQL: (clause, values)."""
    if isinstance(wanted, int):
        return f"{column}=?", [wanted]
    if not wanted:
        return "1", []
    return " AND ".join(f"{column}{SIGNS[key]}?" for key in wanted), list(wanted.values())


def by_field(kind: str, path: str, value: Any) -> tuple[str, list[Any]]:
    """(where, values) that find objects by a field of their data that has an index."""
    if value is None:
        return "", []
    found = f"SELECT seq FROM objects WHERE kind='{kind}' AND json_extract(data, '$.{path}')=?"  # noqa: S608
    return f"seq IN ({found})", [value]


def answer(
    call: Call, kind: str, fields: dict[str, Any], wanted: Callable[[Object], bool] | None = None,
    where: str = "", values: list[Any] | None = None,
) -> Object:  # fmt: skip
    """A page of objects of a kind, newest first: those whose fields equal the given (None is no filter).

    `where` with `values` narrows the search in SQL, for what is too much to look through.
    """
    fields = {key: value for key, value in fields.items() if value is not None}
    clauses, given = [where] if where else [], list(values or [])
    for name in ("customer", "status"):
        if name in fields:
            clauses.append(f"{name}=?")
            given.append(fields[name])
    ids = fields.pop("ids", None)
    created = call.data.get("created")
    if created is not None:
        ranged, limits = span("created", created)
        clauses.append(ranged)
        given += limits

    def keep(thing: Object) -> bool:
        return (
            (ids is None or thing["id"] in ids)
            and all(thing.get(key) == value for key, value in fields.items())
            and (wanted is None or wanted(thing))
        )

    limit, start, upward = _window(call)
    found: list[Object] = []
    for thing in call.w.store.scan(kind, " AND ".join(clauses), given, start, upward):
        if keep(thing):
            found.append(thing)
            if len(found) > limit:
                break
    page = found[:limit]
    return shapes.page(page[::-1] if upward else page, call.path, len(found) > limit)


def _limit(call: Call) -> int:
    limit = call.data.get("limit", 10)
    if not 1 <= limit <= 100:
        raise invalid(f"Invalid limit: {limit} is not between 1 and 100", "limit")
    return limit


def _window(call: Call) -> tuple[int, Place | None, bool]:
    """(limit, place to start from, whether upward)."""
    for param, upward in (("starting_after", False), ("ending_before", True)):
        if key := call.data.get(param):
            place = call.w.store.place(key)
            if place is None:
                raise invalid(f"No such object: '{key}'", param, "resource_missing")
            return _limit(call), place, upward
    return _limit(call), None, False


def cut(call: Call, things: list[Object]) -> Object:
    """The page of an ordered list that limit, starting_after and ending_before ask for."""
    given, limit = call.data, _limit(call)
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
