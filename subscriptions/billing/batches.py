"""Many objects of Stripe by its list pages: a morning of renewals costs one call for a hundred of them, not one each.

What a page answers is as fresh as a single fetch, so it goes the same way into the mirror. What the pages did not
have is fetched by itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.utils import timezone

from subscriptions.billing import gateway
from subscriptions.billing.models import Event

WORTH = 40
"""From so many objects of one kind on, pages are cheaper than single calls."""


@dataclass(frozen=True)
class Batch:
    """Fetched objects by id, and when they were asked for."""

    asked: datetime = field(default_factory=timezone.now)
    found: dict[str, dict[str, Any]] = field(default_factory=dict)

    def get(self, stripe_id: str) -> dict[str, Any] | None:
        """The fetched object, or None."""
        return self.found.get(stripe_id)


def read(objects: Iterable[tuple[str, str]]) -> Batch:
    """Fetch by pages what is worth it of `(type, id)` pairs; at most twice as many rows are looked at as were wanted."""
    wanted: dict[str, set[str]] = {"invoice": set(), "subscription": set()}
    for kind, ident in objects:
        if kind in wanted:
            wanted[kind].add(ident)
    batch = Batch()
    for kind, ids in wanted.items():
        if len(ids) >= WORTH:
            pages = _invoices(ids) if kind == "invoice" else _subscriptions(ids)
            batch.found.update((r["id"], r) for r in islice(pages, 2 * len(ids) + 100) if r["id"] in ids)
    return batch


def _invoices(ids: set[str]) -> Iterator[dict[str, Any]]:
    moments = [body["created"] for body in _bodies(ids)]
    expand = [f"data.{path}" for path in gateway.INVOICE_WITH if path.count(".") < 3]
    return gateway.invoices(created={"gte": min(moments), "lte": max(moments)}, expand=expand)


def _subscriptions(ids: set[str]) -> Iterator[dict[str, Any]]:
    """Renewed at the same time means: periods that began at the same time."""
    moments = [item["current_period_start"] for body in _bodies(ids) for item in body["items"]["data"][:1]]
    if not moments:
        return iter(())
    return gateway.subscriptions(current_period_start={"gte": min(moments), "lte": max(moments)})


def _bodies(ids: set[str]) -> list[dict[str, Any]]:
    """What the newest event said of each: it tells where to look, never what is so."""
    rows = Event.objects.filter(object_id__in=ids, state="received").order_by("received_at")
    newest = {row["data"]["object"]["id"]: row["data"]["object"] for row in rows.values_list("payload", flat=True)}
    return list(newest.values())
