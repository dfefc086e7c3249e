"""Reads: the open edition, a subscriber's portal, staff's board."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Prefetch
from django.urls import reverse

from ground import clock
from ground.money import Money
from subscriptions.billing.enums import Interval, PlanKind
from subscriptions.billing.models import Plan, PlanPrice
from subscriptions.boxes.enums import CycleState, OrderState
from subscriptions.boxes.models import BoxOrder, BoxPlan, BoxSubscription, Cycle, CycleSlot, Move, OrderItem


@dataclass(frozen=True)
class Edition:
    """An edition as it is shown: what lies in it, what it costs, how long it can be changed."""

    cycle: Cycle
    slots: list[CycleSlot]
    price: Money | None = None
    lookup_key: str = ""
    billing: Plan | None = None
    months: int = 1

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


@dataclass(frozen=True)
class Portal:
    """A subscriber's page: the next box and those before it."""

    box: BoxSubscription
    edition: Edition | None
    order: BoxOrder | None
    skipped: bool
    past: list["PastBox"] = field(default_factory=list)


@dataclass(frozen=True)
class PastBox:
    """One order with its edition's contents and its moves in the subscriber's words."""

    order: BoxOrder
    items: list[OrderItem]
    steps: list[dict[str, Any]]


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
    price = PlanPrice.objects.filter(
        plan__kind=PlanKind.BOX, plan__target=plan.slug, active=True, stripe_price__isnull=False,
        currency=settings.CURRENCY,
    ).exclude(interval=Interval.ONCE)  # fmt: skip
    price = price.select_related("plan").first()
    cycle.plan = plan
    if price is None:
        return Edition(cycle, slots)
    return Edition(cycle, slots, price.money, price.lookup_key, price.plan, price.months or 1)


def main_plan() -> BoxPlan | None:
    """The plan that /boxes/ shows."""
    return BoxPlan.objects.filter(active=True).order_by("pk").first()


def box_of(account: Any) -> BoxSubscription | None:
    """The account's running box subscription, or None."""
    return (
        BoxSubscription.objects.running()
        .filter(account=account)
        .select_related("plan", "billing__price")
        .order_by("-pk")
        .first()
    )


def portal(box: BoxSubscription) -> Portal:
    """Everything on the subscriber's page; a constant number of queries."""
    edition = open_edition(box.plan)
    orders = list(
        BoxOrder.objects.filter(subscription=box)
        .select_related("cycle")
        .prefetch_related(Prefetch("items", OrderItem.objects.select_related("item")))
        .order_by("-cycle__cutoff_at")[:24]
    )
    current = next((o for o in orders if edition and o.cycle_id == edition.cycle.pk), None)
    moves = _moves([o.pk for o in orders])
    past = [PastBox(o, list(o.items.all()), _steps(moves.get(o.pk, []))) for o in orders if o is not current]
    skipped = bool(current and current.state == OrderState.SKIPPED)
    return Portal(box=box, edition=edition, order=current, skipped=skipped, past=past)


def _moves(order_ids: list[int]) -> dict[int, list[Move]]:
    found: dict[int, list[Move]] = {}
    for row in Move.objects.filter(subject__in=[f"order:{pk}" for pk in order_ids]).order_by("at", "pk"):
        found.setdefault(int(row.subject.partition(":")[2]), []).append(row)
    return found


def _steps(moves: list[Move]) -> list[dict[str, Any]]:
    shown = [m for m in moves if m.after != OrderState.PROJECTED]
    return [
        {"label": OrderState(m.after).label, "at": m.at, "current": i == len(shown) - 1} for i, m in enumerate(shown)
    ]


def board() -> list[dict[str, Any]]:
    """Staff's list: every cycle with how many orders are in which state. Two queries."""
    cycles = list(Cycle.objects.select_related("plan").order_by("-cutoff_at")[:60])
    counts = BoxOrder.objects.filter(cycle__in=cycles).values("cycle", "state").annotate(n=Count("pk"))
    by_cycle: dict[int, dict[str, int]] = {}
    for row in counts:
        by_cycle.setdefault(row["cycle"], {})[row["state"]] = row["n"]
    return [
        {"cycle": c, "counts": by_cycle.get(c.pk, {}), "total": sum(by_cycle.get(c.pk, {}).values())} for c in cycles
    ]


def packing_list(cycle: Cycle) -> list[BoxOrder]:
    """Orders to pack, with address and things, by number."""
    states = [OrderState.ALLOCATED, OrderState.PACKED]
    return list(
        BoxOrder.objects.filter(cycle=cycle, state__in=states)
        .select_related("cycle", "subscription")
        .prefetch_related(Prefetch("items", OrderItem.objects.select_related("item").order_by("item__sku")))
        .order_by("pk")
    )
