"""How long somebody has been a member: from the spans of their grants, counted through pauses."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from ground import clock
from membership.calendar import merged, whole_months
from membership.models import EntitlementGrant

PAUSE = timedelta(days=92)  # the longest rest that a subscription takes: it does not interrupt a membership


@dataclass(frozen=True, slots=True)
class Tenure:
    """`since`: when the run that reaches to now (or the last one) began; `months`: whole months of all runs together.

    Both are nothing for somebody who never had a tier.
    """

    since: datetime | None
    months: int
    days: int


def tenure_of(account: Any, at: datetime | None = None) -> Tenure:
    """The account's tenure at a business moment (default: now). One query."""
    moment = at or clock.now()
    rows = EntitlementGrant.objects.filter(account=account, tier__isnull=False, starts__lte=moment)
    return measure([(starts, min(ends or moment, moment)) for starts, ends in rows.values_list("starts", "ends")])


def measure(spans: list[tuple[datetime, datetime]]) -> Tenure:
    """Pure: tenure from spans that lie in the past. A rest no longer than `PAUSE` counts; a longer one does not."""
    runs = merged([(start, end) for start, end in spans if end > start], PAUSE)
    if not runs:
        return Tenure(None, 0, 0)
    total = sum((end - start for start, end in runs), timedelta())
    since, until = runs[-1]
    first = timezone.localtime(until - total).date()
    return Tenure(since, whole_months(first, timezone.localtime(until).date()), total.days)
