"""Numbers about boxes: each a handful of queries whatever the number of orders, each with the rows behind it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Avg, Count, F, Q, Sum

from ground.money import Money
from subscriptions.billing.enums import PlanKind
from subscriptions.billing.models import Movement
from subscriptions.board.forecasting import Coming, Need, Past, foretell
from subscriptions.boxes import calendar
from subscriptions.boxes.actions.firsts import WELCOME
from subscriptions.boxes.enums import RUNNING, CycleState, OrderKind, OrderState
from subscriptions.boxes.models import BoxOrder, BoxPlan, BoxSubscription, Cycle, CycleSlot, Item, OrderItem, Rating

EDITIONS, AHEAD = 12, 3
ITS_OWN = (OrderKind.CYCLE, OrderKind.FIRST)
NO_BOX = frozenset({OrderState.SKIPPED, OrderState.CANCELLED, OrderState.UNPAID})
NOT_YET = (CycleState.PLANNED, CycleState.OPEN)


@dataclass(slots=True)
class Edition:
    """One edition in numbers. `cost`: what the things in one box cost us, by currency; `stars` the mean of its ratings."""

    cycle: Cycle
    counts: dict[str, int] = field(default_factory=dict)
    again: int = 0
    cost: list[Money] = field(default_factory=list)
    stars: float | None = None
    ratings: int = 0

    @property
    def people(self) -> int:
        """Everybody who was there when it locked."""
        return sum(self.counts.values())

    @property
    def boxes(self) -> int:
        """Those who got a box, or get one."""
        return sum(n for state, n in self.counts.items() if state not in NO_BOX)

    @property
    def skipped(self) -> int:
        """Those who skipped it."""
        return self.counts.get(OrderState.SKIPPED, 0)

    @property
    def skip_share(self) -> float | None:
        """Per cent that skipped; None where nobody was."""
        return round(100 * self.skipped / self.people, 1) if self.people else None


def editions(plan: BoxPlan, most: int = EDITIONS) -> list[Edition]:
    """The last editions that locked, oldest first. Five queries."""
    rows = plan.cycles.exclude(state__in=NOT_YET).exclude(period=WELCOME).order_by("-cutoff_at")[:most]
    found = {c.pk: Edition(c) for c in reversed(list(rows))}
    orders = BoxOrder.objects.filter(cycle__in=list(found))
    for cycle, kind, state, n in orders.values_list("cycle", "kind", "state").annotate(n=Count("pk")).order_by():
        if kind in ITS_OWN:
            found[cycle].counts[state] = found[cycle].counts.get(state, 0) + n
        elif kind == OrderKind.RESHIP:
            found[cycle].again += n
    _costs(found)
    stars = Rating.objects.filter(order__cycle__in=list(found)).values_list("order__cycle")
    for cycle, mean, n in stars.annotate(mean=Avg("stars"), n=Count("pk")).order_by():
        found[cycle].stars, found[cycle].ratings = round(mean, 2), n
    return list(found.values())


def _costs(found: dict[int, Edition]) -> None:
    """What the things of an edition cost, divided by the boxes that hold something."""
    things = OrderItem.objects.filter(order__cycle__in=list(found), item__digital=False)
    filled = dict(things.values_list("order__cycle").annotate(n=Count("order", distinct=True)).order_by())
    sums = (
        things.values_list("order__cycle", "item__currency").annotate(n=Sum(F("quantity") * F("item__cost"))).order_by()
    )
    for cycle, currency, total in sums:
        if total:
            found[cycle].cost.append(Money(round(total / filled[cycle]), currency))


def history(plan: BoxPlan, told: Sequence[Edition]) -> list[Past]:
    """The editions as the forecast sees them. One query more."""
    came = _came(plan, [e.cycle.cutoff_at for e in told])
    found, before = [], 0
    for edition, new in zip(told, came, strict=True):
        left = max(0, before + new - edition.people) if before else 0
        found.append(Past(edition.cycle.period, edition.people, new, left, edition.boxes, edition.skipped, before))
        before = edition.people
    return found


def _came(plan: BoxPlan, ends: Sequence[datetime]) -> list[int]:
    """How many joined between each cut-off and the one before it; before the first, nought is known."""
    if not ends:
        return []
    spans = {f"c{i}": Q(created_at__gt=ends[i - 1], created_at__lte=ends[i]) for i in range(1, len(ends))}
    rows = BoxSubscription.objects.filter(plan=plan)
    counted = rows.aggregate(**{name: Count("pk", filter=span) for name, span in spans.items()}) if spans else {}
    return [0, *(counted[f"c{i}"] for i in range(1, len(ends)))]


def running(plan: BoxPlan) -> int:
    """Who is there now."""
    return BoxSubscription.objects.filter(plan=plan, state__in=RUNNING).count()


def next_cycles(plan: BoxPlan) -> tuple[list[Cycle], list[str]]:
    """The next editions as far as they are planned, and the labels of three. One query."""
    rows = plan.cycles.filter(state__in=NOT_YET).exclude(period=WELCOME).order_by("cutoff_at")
    planned = list(rows[:AHEAD])
    labels = [c.period for c in planned]
    while labels and len(labels) < AHEAD:
        year, month = (int(part) for part in labels[-1].split("-"))
        year, month = calendar.next_month(year, month, plan.every)
        labels.append(f"{year}-{month:02d}")
    return planned, labels or ["+1", "+2", "+3"]


def forecast(plan: BoxPlan) -> tuple[list[Past], list[Coming], list[Cycle], int]:
    """What was, what may come, the planned editions and who is there now."""
    past = history(plan, editions(plan))
    planned, labels = next_cycles(plan)
    there = running(plan)
    return past, foretell(past, there, labels), planned, there


@dataclass(frozen=True, slots=True)
class Demand:
    """An item that coming editions need: for how many, what is free, by when to order what is lacking."""

    item: Item
    need: Need
    first_ships: date
    order_by: date
    periods: tuple[str, ...]


def demand(told: Sequence[tuple[Sequence[Coming], Sequence[Cycle]]], today: date) -> list[Demand]:
    """What the planned editions of all plans need of each stocked item, the most urgent first. One query."""
    expected = {c.pk: coming for comings, planned in told for coming, c in zip(comings, planned, strict=False)}
    slots = CycleSlot.objects.filter(cycle__in=list(expected), item__digital=False)
    per: dict[int, list[CycleSlot]] = defaultdict(list)
    for slot in slots.select_related("item__supplier", "cycle").order_by("cycle__ships_on"):
        per[slot.item_id].append(slot)
    found = []
    for rows in per.values():
        item, first = rows[0].item, rows[0].cycle.ships_on
        need = Need(
            sum(expected[r.cycle_id].middle for r in rows), sum(expected[r.cycle_id].high for r in rows), item.free
        )
        days = item.supplier.lead_days if item.supplier else 30
        found.append(Demand(item, need, first, first - timedelta(days=days), tuple(r.cycle.period for r in rows)))
    return sorted(found, key=lambda d: (d.need.short == 0, d.order_by, d.item.sku))


def reasons(plan: BoxPlan, since: datetime) -> list[tuple[str, int]]:
    """Why people left this box since then, the most frequent first; untold is empty. One query."""
    rows = Movement.objects.filter(kind=Movement.Kind.LEAVE, at__gte=since, subscription__plan__kind=PlanKind.BOX,
                                   subscription__plan__target=plan.slug)  # fmt: skip
    return list(rows.values_list("reason").annotate(n=Count("pk")).order_by("-n", "reason"))
