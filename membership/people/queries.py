"""Reads on members: the list by filters and keyset, one member whole."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from ground import clock, registry
from ground.registry import StaffColumn
from membership.people.enums import WILL_DO
from membership.people.models import Job

PAGE, COUNTED, CHUNK = 50, 1000, 500
SORTS = {"new": ("created_at", True), "old": ("created_at", False), "email": ("email", False)}


@dataclass(frozen=True)
class Asked:
    """What the list's address asks for: words, filters by key, an order, where to go on, which columns."""

    text: str = ""
    filters: Mapping[str, str] | None = None
    sort: str = "new"
    after: str = ""
    columns: Sequence[str] = ()


@dataclass(frozen=True)
class Listing:
    """A page: rows `{account, cells}`, its columns, the way on, and the number (None: more than are counted)."""

    rows: list[dict[str, Any]]
    columns: list[StaffColumn]
    onward: str
    count: int | None


def asked(query: Any) -> Asked:
    """From a query string's values; what is unknown is left out."""
    return Asked(
        text=query.get("q", "").strip()[:100],
        filters={f.key: query[f.key][:200] for f in registry.member_filters if query.get(f.key)},
        sort=query.get("sort", "new") if query.get("sort") in SORTS else "new",
        after=query.get("after", "")[:300],
        columns=[c.key for c in registry.staff_columns if c.key in query.getlist("column")],
    )


def members(what: Asked, at: datetime | None = None) -> QuerySet[User]:
    """Accounts that the words and every filter let through; without order."""
    found = User.objects.filter(erased_at=None)
    moment = at or clock.now()
    for key, value in (what.filters or {}).items():
        one = registry.member_filters.get(key)
        if one:
            condition = one.accounts(value, moment)
            found = found.filter(condition if isinstance(condition, Q) else Q(pk__in=condition))
    if "@" in what.text:
        found = found.filter(email__startswith=what.text.lower())
    elif what.text:
        # Han has no case; to fold the case of every name costs as much again as reading it.
        caseless = what.text.upper() == what.text.lower()
        inside = Q(name__contains=what.text) if caseless else Q(name__icontains=what.text)
        found = found.filter(Q(email__startswith=what.text.lower()) | inside)
    return found


def listing(what: Asked) -> Listing:
    """One page: a query for who fits (counted up to a bound), one for the rows, one or two for each column."""
    found, (field, down) = members(what), SORTS[what.sort]
    ids = list(found.order_by().values_list("pk", flat=True)[: COUNTED + 1])
    if len(ids) <= COUNTED:
        # Few fit: sort those. To walk the index for them could mean to walk all of it.
        found = User.objects.filter(pk__in=ids)
    rows = list(_after(found, field, down, what.after)[: PAGE + 1])
    shown, more = rows[:PAGE], len(rows) > PAGE
    columns = chosen(what.columns)
    return Listing(
        rows=with_cells(shown, columns),
        columns=columns,
        onward=mark(shown[-1], field) if more else "",
        count=len(ids) if len(ids) <= COUNTED else None,
    )


def chosen(keys: Sequence[str]) -> list[StaffColumn]:
    """The columns that are asked for, or those that stand there by themselves."""
    return [c for c in registry.staff_columns if (c.key in keys if keys else c.shown)]


def with_cells(accounts: Sequence[User], columns: Sequence[StaffColumn]) -> list[dict[str, Any]]:
    """Rows with a cell for every column."""
    ids = [a.pk for a in accounts]
    values = [column.values(ids) for column in columns]
    return [{"account": a, "cells": [v.get(a.pk) for v in values]} for a in accounts]


def mark(account: User, field: str) -> str:
    """Where a page ended, for the address."""
    value = getattr(account, field)
    told = [value.isoformat() if isinstance(value, datetime) else value, account.pk]
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode()


def everybody(what: Asked, columns: Sequence[StaffColumn]) -> Iterator[dict[str, Any]]:
    """Every row, chunk by chunk, in the order of the list: memory stays small."""
    found, (field, down) = members(what), SORTS[what.sort]
    after = ""
    while True:
        part = list(_after(found, field, down, after)[:CHUNK])
        yield from with_cells(part, columns)
        if len(part) < CHUNK:
            return
        after = mark(part[-1], field)


def counts(job: Job) -> dict[str, Any]:
    """`{verdicts: {verdict: n}, due: n, done: n}` of a work, in one query."""
    found: dict[str, Any] = {"verdicts": {}, "due": 0, "done": 0}
    for row in job.lines.order_by().values("verdict").annotate(n=Count("pk"), done=Count("done_at")):
        found["verdicts"][row["verdict"]] = row["n"]
        found["done"] += row["done"]
        found["due"] += row["n"] - row["done"] if row["verdict"] in WILL_DO else 0
    return found


def _after(found: QuerySet[User], field: str, down: bool, after: str) -> QuerySet[User]:
    sign, side = ("-", "lt") if down else ("", "gt")
    place = _place(after, field)
    if place:
        value, pk = place
        found = found.filter(**{f"{field}__{side}e": value}).filter(
            Q(**{f"{field}__{side}": value}) | Q(**{field: value, f"pk__{side}": pk})
        )
    return found.order_by(f"{sign}{field}", f"{sign}pk").defer("password")


def _place(after: str, field: str) -> tuple[Any, int] | None:
    try:
        value, pk = json.loads(base64.urlsafe_b64decode(after.encode()))
        parsed = datetime.fromisoformat(value) if field == "created_at" else str(value)
        return (parsed, int(pk)) if abs(int(pk)) < 2**62 else None
    except (ValueError, TypeError):
        return None
