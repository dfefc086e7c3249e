"""No charge for a box without its letter, five days ahead.

Billing tells every renewal between five and a half and five days before it. Where that letter could not be written in time
(nobody swept, a clock stood still), the charge does not happen: the house skips that edition and says so. Somebody who
joined within those days read the day of the first charge while joining; somebody who takes a skip back or comes back from a
rest is told at that moment.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from django.db.models import F

from ground import clock
from subscriptions.billing import notices_due
from subscriptions.boxes.enums import BoxState
from subscriptions.boxes.models import BoxSubscription, Cycle

Row = TypeVar("Row")


def tell_now(box: BoxSubscription) -> bool:
    """Tell the next charge at once, when it is nearer than its letter would have come. False: told before, or later."""
    billing = box.billing
    if billing is None or not clock.now() < billing.period_end <= clock.now() + notices_due.BEFORE:
        return False
    return notices_due.tell_one(billing)


def untold(now: datetime) -> Iterator[BoxSubscription]:
    """Those who would be charged within five days and were not told. Two queries for each five hundred."""
    soon = BoxSubscription.objects.filter(
        state=BoxState.ACTIVE, billing__collection_paused=False, billing__cancel_at_period_end=False,
        billing__cancel_at=None, billing__period_end__gt=now, billing__period_end__lt=now + notices_due.LEAST,
        billing__started_at__lt=F("billing__period_end") - notices_due.BEFORE,
    )  # fmt: skip
    rows = soon.select_related("account", "plan", "billing__price", "billing__plan").order_by("pk")
    for page in batched(rows.iterator(chunk_size=500), 500):
        occasions = {notices_due.occasion(box.billing): box for box in page if box.billing}
        told = notices_due.told_of(box.billing for box in page if box.billing)
        for key in occasions.keys() - told:
            yield occasions[key]


def batched(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    """Rows in lists of that size."""
    walk = iter(rows)
    while page := list(islice(walk, size)):
        yield page


def stops(since: datetime, until: datetime) -> list[datetime]:
    """Moments between two at which boxes have something to do: where a clock jumps, it halts there."""
    found: set[datetime] = set()
    for cycle in Cycle.objects.filter(billed_by__gt=since, opens_at__lte=until):
        found |= {cycle.opens_at, cycle.cutoff_at + timedelta(seconds=1), cycle.billed_by,
                  cycle.cutoff_at - timedelta(days=3)}  # fmt: skip
    ends = (
        BoxSubscription.objects.running()
        .filter(billing__period_end__gt=since)
        .values_list("billing__period_end", flat=True)
    )
    found |= {end - notices_due.BEFORE + timedelta(minutes=30) for end in ends.distinct()}
    return sorted(moment for moment in found if since < moment < until)
