"""Numbers about money over time: each a handful of queries whatever the number of members, each with the rows behind it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db.models import Count, Exists, F, OuterRef, Sum
from django.db.models.functions import TruncMonth

from ground.money import Money
from subscriptions.billing.calendar import add_months
from subscriptions.billing.enums import EARNING
from subscriptions.billing.models import Deal, DealUse, Movement, Subscription

MONTHS = 12
CAME = (Movement.Kind.JOIN, Movement.Kind.RETURN)


@dataclass(frozen=True, slots=True)
class Month:
    """One month in one currency: revenue a month at its end, and what moved it, in minor units; people who came and went."""

    first: datetime
    revenue: Money
    moved: dict[str, int]
    people: dict[str, int]

    @property
    def came(self) -> int:
        """Who joined or came back."""
        return sum(self.people.get(kind, 0) for kind in CAME)

    @property
    def began(self) -> int:
        """Revenue a month when the month began."""
        return self.revenue.amount - sum(self.moved.values())

    def share(self, kind: str) -> float | None:
        """Per cent of the revenue at the month's beginning that went this way; None where there was none."""
        return round(-100 * self.moved.get(kind, 0) / self.began, 1) if self.began > 0 else None


@dataclass(frozen=True, slots=True)
class Cohort:
    """Those who joined in one month: how many, and per cent of them still here after 0, 1, 2 … months."""

    first: datetime
    size: int
    stayed: list[int] = field(default_factory=list)


def month_of(moment: datetime) -> datetime:
    """The first moment of its month (UTC)."""
    return datetime(moment.year, moment.month, 1, tzinfo=UTC)


def months(now: datetime, span: int = MONTHS) -> dict[str, list[Month]]:
    """The last months by currency, oldest first. Two queries."""
    first = add_months(month_of(now), 1 - span)
    before = dict(
        Movement.objects.filter(at__lt=first)
        .values_list("currency")
        .annotate(n=Sum(F("after") - F("before")))
        .order_by()
    )
    rows = (
        Movement.objects.filter(at__gte=first)
        .annotate(month=TruncMonth("at", tzinfo=UTC))
        .values_list("currency", "month", "kind")
        .annotate(moved=Sum(F("after") - F("before")), people=Count("pk"))
        .order_by()
    )
    moved: dict[tuple[str, datetime], dict[str, int]] = defaultdict(dict)
    people: dict[tuple[str, datetime], dict[str, int]] = defaultdict(dict)
    for currency, month, kind, sum_, count in rows:
        moved[currency, month][kind], people[currency, month][kind] = sum_, count
    found: dict[str, list[Month]] = {}
    for currency in sorted({*before, *(c for c, _m in moved)}):
        revenue = before.get(currency, 0)
        for step in range(span):
            month = add_months(first, step)
            revenue += sum(moved[currency, month].values())
            found.setdefault(currency, []).append(
                Month(month, Money(revenue, currency), moved[currency, month], people[currency, month])
            )
    return found


def cohorts(now: datetime, span: int = MONTHS) -> list[Cohort]:
    """The triangle: who joined in each of the last months, and how many of them paid on. One query."""
    first = add_months(month_of(now), 1 - span)
    came = Movement.objects.filter(subscription=OuterRef("pk"), kind__in=CAME, at__gte=first)
    rows = Subscription.objects.filter(Exists(came))
    joined: dict[datetime, list[datetime | None]] = defaultdict(list)
    for began, ended in rows.values_list("started_at", "ended_at"):
        joined[month_of(began)].append(ended)
    return [_cohort(month, joined[month], now) for month in sorted(joined) if month >= first]


def _cohort(month: datetime, ends: Sequence[datetime | None], now: datetime) -> Cohort:
    stayed, step = [], 0
    while (at := add_months(month, step + 1)) <= add_months(month_of(now), 1):
        here = sum(end is None or end >= min(at, now) for end in ends)
        stayed.append(round(100 * here / len(ends)))
        step += 1
    return Cohort(month, len(ends), stayed)


def paying() -> dict[str, int]:
    """How many subscriptions bring in money now, by currency. One query."""
    rows = Subscription.objects.filter(status__in=EARNING).values_list("price__currency")
    return dict(rows.annotate(n=Count("pk")).order_by())


def reasons(since: datetime) -> list[tuple[str, int]]:
    """Why people left since then, most frequent first; an empty reason is one that was not told. One query."""
    rows = Movement.objects.filter(kind=Movement.Kind.LEAVE, at__gte=since).values_list("reason")
    return list(rows.annotate(n=Count("pk")).order_by("-n", "reason"))


def deals() -> list[tuple[Deal, int, int]]:
    """Special prices with how often each was taken, and how many of those pay today. Three queries."""
    taken = dict(DealUse.objects.values_list("deal_id").annotate(n=Count("pk")).order_by())
    uses = DealUse.objects.exclude(subscription_id="").values_list("deal_id", "subscription_id")
    live = set(
        Subscription.objects.live().filter(stripe_id__in=[s for _d, s in uses]).values_list("stripe_id", flat=True)
    )
    paying: dict[int, int] = defaultdict(int)
    for deal, subscription in uses:
        paying[deal] += subscription in live
    return [(deal, taken.get(deal.pk, 0), paying[deal.pk]) for deal in Deal.objects.all()]
