"""Reads: the open edition, a subscriber's portal, staff's board."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from ground import clock
from ground.money import Money
from subscriptions.billing.enums import Interval, PlanKind
from subscriptions.billing.models import Plan, PlanPrice
from subscriptions.boxes.actions.credits import boxes_of
from subscriptions.boxes.actions.firsts import WELCOME
from subscriptions.boxes.enums import UNDER_WAY, CycleState
from subscriptions.boxes.models import BoxOrder, BoxPlan, BoxSubscription, Credit, Cycle, CycleSlot
from subscriptions.boxes.turns import comes_first


@dataclass(frozen=True)
class Edition:
    """An edition as it is shown: what lies in it, what it costs, how long it can be changed."""

    cycle: Cycle
    slots: list[CycleSlot]
    price: Money | None = None
    lookup_key: str = ""
    billing: Plan | None = None
    months: int = 1
    interval: str = Interval.MONTH

    @property
    def first_charge(self) -> datetime | None:
        """When somebody who subscribes now is charged first."""
        return self.billing.first_charge(clock.now(), self.months) if self.billing else None

    @property
    def open(self) -> bool:
        """True until the cut-off."""
        return self.cycle.state == CycleState.OPEN and clock.now() < self.cycle.cutoff_at

    @property
    def days_left(self) -> int:
        """Whole days until the cut-off, at least 0."""
        return max(0, (self.cycle.cutoff_at - clock.now()).days)

    @property
    def checkout_url(self) -> str:
        """Where subscribing begins; empty when nothing is sold."""
        return reverse("billing:checkout", args=[self.lookup_key]) if self.lookup_key else ""


def open_edition(plan: BoxPlan | None, now: datetime | None = None) -> Edition | None:
    """The edition that can be had now. Three queries."""
    if plan is None:
        return None
    cycle = (
        Cycle.objects.filter(plan=plan, state=CycleState.OPEN, cutoff_at__gt=now or clock.now())
        .order_by("cutoff_at")
        .first()
    )
    return edition_of(cycle, plan) if cycle else None


def edition_of(cycle: Cycle, plan: BoxPlan) -> Edition:
    """A cycle with its slots and its price."""
    slots = list(cycle.slots.select_related("item"))
    rows = PlanPrice.objects.filter(
        plan__kind=PlanKind.BOX, plan__target=plan.slug, active=True, stripe_price__isnull=False,
        currency=settings.CURRENCY,
    ).exclude(interval=Interval.ONCE)  # fmt: skip
    price = rows.select_related("plan").first()
    cycle.plan = plan
    if price is None:
        return Edition(cycle, slots)
    return Edition(cycle, slots, price.money, price.lookup_key, price.plan, price.months or 1, price.interval)


def house_currency() -> str:
    """What boxes are sold in."""
    return str(settings.CURRENCY)


def before(plan: BoxPlan) -> list[Cycle]:
    """The last editions of a plan, to look at. One query."""
    rows = Cycle.objects.filter(plan=plan, cutoff_at__lte=clock.now()).exclude(state=CycleState.PLANNED)
    return list(rows.exclude(period=WELCOME).order_by("-cutoff_at")[:6])


def main_plan() -> BoxPlan | None:
    """The plan that /boxes/ shows."""
    return BoxPlan.objects.filter(active=True).order_by("pk").first()


def box_of(account: Any) -> BoxSubscription | None:
    """The account's running box subscription, or None."""
    return (
        BoxSubscription.objects.running()
        .filter(account=account)
        .select_related("plan", "variant", "billing__price", "billing__plan")
        .order_by("-pk")
        .first()
    )


def last_box_of(account: Any) -> BoxSubscription | None:
    """The account's newest box subscription that ever had a box, running or over, or None."""
    rows = BoxSubscription.objects.filter(Exists(BoxOrder.objects.filter(subscription=OuterRef("pk"))), account=account)
    return rows.select_related("plan", "variant", "billing__price", "billing__plan").order_by("-pk").first()


def gets_already(account: Any, slug: str) -> bool:
    """True when a subscription sends the account this plan's boxes: what is paid ahead or given waits for it."""
    if not account.is_authenticated:
        return False
    rows = Cycle.objects.filter(plan__slug=slug, state=CycleState.OPEN, cutoff_at__gt=clock.now())
    first = comes_first(rows.order_by("cutoff_at").first())
    return BoxSubscription.objects.filter(first, account=account, plan__slug=slug).exists()


def still_comes(box: BoxSubscription) -> bool:
    """True while a box of it is being made up or is on its way."""
    return BoxOrder.objects.filter(subscription=box, state__in=UNDER_WAY).exists()


@dataclass(frozen=True)
class Way:
    """One way to get a plan's boxes: charged again and again, or so many paid at once."""

    price: PlanPrice
    boxes: int

    @property
    def url(self) -> str:
        """Where it begins."""
        return reverse("billing:checkout", args=[self.price.lookup_key])

    @property
    def each(self) -> Money:
        """What one box comes to, rounded up to the minor unit."""
        return Money(-(-self.price.amount // self.boxes), self.price.currency)


def ways(plan: BoxPlan) -> list[Way]:
    """What can be chosen for a plan, in the house's currency: by its rhythm first, then paid ahead. One query."""
    rows = PlanPrice.objects.filter(
        plan__kind=PlanKind.BOX, plan__target=plan.slug, active=True, stripe_price__isnull=False, gift_months=None,
        currency=settings.CURRENCY,
    ).exclude(boxes=1)  # fmt: skip
    found = [Way(price, boxes_of(price, plan)) for price in rows.select_related("plan")]
    return sorted(found, key=lambda way: (way.price.interval == Interval.ONCE, way.boxes))


@dataclass(frozen=True)
class Shelf:
    """A plan as it stands beside the others: its open edition and what a box of it costs at least."""

    plan: BoxPlan
    cycle: Cycle | None
    least: Money | None


def shelf(but: BoxPlan | None = None) -> list[Shelf]:
    """Every plan on sale. Three queries."""
    plans = list(BoxPlan.objects.filter(active=True).exclude(pk=but.pk if but else None).order_by("pk"))  # type: ignore[misc]
    cycles = Cycle.objects.filter(plan__in=plans, state=CycleState.OPEN, cutoff_at__gt=clock.now()).order_by(
        "-cutoff_at"
    )
    open_now = {cycle.plan_id: cycle for cycle in cycles}
    prices = PlanPrice.objects.filter(
        plan__kind=PlanKind.BOX, plan__target__in=[p.slug for p in plans], active=True, stripe_price__isnull=False,
        gift_months=None, currency=settings.CURRENCY,
    ).exclude(interval=Interval.ONCE)  # fmt: skip
    least: dict[str, Money] = {}
    by_slug = {p.slug: p for p in plans}
    for price in prices.select_related("plan"):
        each = Money(-(-price.amount // boxes_of(price, by_slug[price.plan.target])), price.currency)
        if price.plan.target not in least or each.amount < least[price.plan.target].amount:
            least[price.plan.target] = each
    return [Shelf(p, open_now.get(p.pk), least.get(p.slug)) for p in plans]


@dataclass(frozen=True)
class Entry:
    """One line of the ledger of credits: what gave or took one, and how many there were then."""

    at: datetime
    delta: int
    credit: Credit
    left: int


def ledger(box: BoxSubscription) -> list[Entry]:
    """Every credit that came and went, newest first. One query."""
    lines: list[tuple[datetime, int, int, Credit]] = []
    for credit in Credit.objects.filter(subscription=box).select_related("order__cycle").order_by("pk"):
        lines.append((credit.granted_at, 0, 1, credit))
        if credit.order_id:
            lines.append((credit.spent_at or credit.granted_at, 1, -1, credit))
        elif credit.withdrawn_at:
            lines.append((credit.withdrawn_at, 1, -1, credit))
    lines.sort(key=lambda line: (line[0], line[1], line[3].pk))
    found, left = [], 0
    for at, _, delta, credit in lines:
        left += delta
        found.append(Entry(at, delta, credit, left))
    return found[::-1]


def board() -> list[tuple[CycleState, list[dict[str, Any]]]]:
    """Staff's board: cycles by state from planned to closed, each with how many orders are in which state. Two queries.

    What is under way stands there whole; of what is closed, the last twelve.
    """
    rows = Cycle.objects.select_related("plan").order_by("cutoff_at")
    cycles = list(rows.exclude(state=CycleState.CLOSED)[:200]) + list(
        rows.filter(state=CycleState.CLOSED).reverse()[:12]
    )
    counts = BoxOrder.objects.filter(cycle__in=cycles).values("cycle", "state").annotate(n=Count("*")).order_by()
    by_cycle: dict[int, dict[str, int]] = {}
    for row in counts:
        by_cycle.setdefault(row["cycle"], {})[row["state"]] = row["n"]
    cards = [
        {"cycle": c, "counts": by_cycle.get(c.pk, {}), "total": sum(by_cycle.get(c.pk, {}).values())} for c in cycles
    ]
    return [(state, [card for card in cards if card["cycle"].state == state]) for state in CycleState]  # type: ignore[attr-defined]


def counts_of(cycle: Cycle) -> dict[str, int]:
    """How many orders of it are in which state. One query, answered by an index."""
    rows = BoxOrder.objects.filter(cycle=cycle).values_list("state").annotate(n=Count("*")).order_by()
    return dict(rows)


def plans_of_the_house() -> list[BoxPlan]:
    """Staff's list of plans, those on sale first: each with `people` (running subscriptions), `prices_now` (ways to
    pay) and `last` (the period of its last edition, empty for none). One query."""
    people = (
        BoxSubscription.objects.running().filter(plan=OuterRef("pk")).order_by().values("plan").values(n=Count("*"))
    )
    sold = PlanPrice.objects.filter(plan__kind=PlanKind.BOX, plan__target=OuterRef("slug"), active=True)
    prices = sold.order_by().values("plan").values(n=Count("*"))
    last = Cycle.objects.filter(plan=OuterRef("pk")).exclude(period=WELCOME).order_by("-period").values("period")[:1]
    rows = BoxPlan.objects.annotate(
        people=Coalesce(Subquery(people), 0), prices_now=Coalesce(Subquery(prices), 0), last=Coalesce(Subquery(last), Value(""))
    )  # fmt: skip
    return list(rows.order_by("-active", "pk"))


def prices_of(plan: BoxPlan) -> list[PlanPrice]:
    """What is sold of a plan, gifts and first boxes included. One query."""
    rows = PlanPrice.objects.filter(plan__kind=PlanKind.BOX, plan__target=plan.slug, active=True)
    return list(rows.select_related("plan").order_by("interval", "boxes", "gift_months", "amount"))


def editions_of(plan: BoxPlan) -> list[Cycle]:
    """A plan's editions, the latest first, each with `things` (its compartments) and `boxes` (orders). One query."""
    things = CycleSlot.objects.filter(cycle=OuterRef("pk")).order_by().values("cycle").values(n=Count("*"))
    boxes = BoxOrder.objects.filter(cycle=OuterRef("pk")).order_by().values("cycle").values(n=Count("*"))
    rows = Cycle.objects.filter(plan=plan).annotate(
        things=Coalesce(Subquery(things), 0), boxes=Coalesce(Subquery(boxes), 0)
    )
    return list(rows.order_by("-period")[:60])
