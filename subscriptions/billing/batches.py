"""Many objects of Stripe by its list pages: a morning of renewals costs one call for a hundred of them, not one each.

The events tell where in Stripe's lists their objects stand: invoices by when they were made, subscriptions by when their
period began. From those moments come windows, and each window is read once from its newest page to its oldest. A page is
as fresh as a single fetch, and one page at a time is in memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Count, F, Max, Min
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils import timezone

from subscriptions.billing import gateway
from subscriptions.billing.enums import EventState
from subscriptions.billing.models import Event

WORTH = 40
"""From so many objects of one window on, pages are cheaper than single calls."""
HOUR = 3600  # moments in hours that follow each other share a window
MOMENTS = {
    "subscription": "payload__data__object__items__data__0__current_period_start",
    "invoice": "payload__data__object__created",
}
"""By kind, in the order in which they are read: what an invoice pays for is known before the invoice is."""


@dataclass(frozen=True, slots=True)
class Window:
    """Where so many objects of a kind are to be found: `first` and `last` are seconds, both included."""

    kind: str
    first: int
    last: int
    wanted: int


@dataclass(frozen=True, slots=True)
class Page:
    """Fetched objects by id, and when they were asked for: what is told later than that, they may not know of."""

    kind: str
    asked: datetime
    found: dict[str, dict[str, Any]]

    def get(self, stripe_id: str) -> dict[str, Any] | None:
        """The fetched object, or None."""
        return self.found.get(stripe_id)


def waiting(kind: str) -> Any:
    """Events about objects of a kind that are due by real time."""
    return Event.objects.filter(state=EventState.RECEIVED, object_type=kind, due_at__lte=timezone.now())


def many(kind: str) -> bool:
    """True when so many objects of a kind wait that none of them should be fetched by itself."""
    found = waiting(kind).order_by().values_list("object_id", flat=True).distinct()[:WORTH]
    return len(found) >= WORTH


def windows(kind: str) -> list[Window]:
    """Those windows of a kind that are worth reading by pages: one query, whatever waits."""
    if not many(kind):
        return []
    told = waiting(kind).annotate(moment=Cast(KT(MOMENTS[kind]), BigIntegerField())).exclude(moment=None)
    hours = told.annotate(hour=F("moment") / HOUR).values("hour").order_by("hour")
    rows = hours.annotate(first=Min("moment"), last=Max("moment"), wanted=Count("object_id", distinct=True))
    found: list[Window] = []
    for row in rows:
        if found and row["first"] // HOUR - found[-1].last // HOUR <= 1:
            before = found.pop()
            found.append(Window(kind, before.first, row["last"], before.wanted + row["wanted"]))
        else:
            found.append(Window(kind, row["first"], row["last"], row["wanted"]))
    return [window for window in found if window.wanted >= WORTH]


def pages(window: Window) -> Iterator[Page]:
    """The pages of a window. At most twice as many rows are looked at as are wanted: a window may hold others too."""
    span, looked = {"gte": window.first, "lte": window.last}, 0
    if window.kind == "invoice":
        found = gateway.invoice_pages(created=span)
    else:
        found = gateway.subscription_pages(current_period_start=span)
    while looked < 2 * window.wanted + 100:
        asked = timezone.now()
        rows = next(found, None)
        if rows is None:
            return
        looked += len(rows)
        yield Page(window.kind, asked, {row["id"]: row for row in rows})
