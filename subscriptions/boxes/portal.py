"""The subscriber's page: the next box, those after it, what is under way, and those before it. At most a dozen queries."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Prefetch, Q

from ground import clock
from subscriptions.billing.enums import SubscriptionStatus
from subscriptions.billing.models import Pause
from subscriptions.boxes import hooks
from subscriptions.boxes.actions import skipping
from subscriptions.boxes.actions.credits import boxes_of, unspent
from subscriptions.boxes.enums import FINAL, RUNNING, BoxState, CycleState, OrderKind, OrderState
from subscriptions.boxes.models import BoxOrder, BoxSubscription, BoxVariant, Cycle, Move, OrderItem
from subscriptions.boxes.queries import Edition
from subscriptions.boxes.turns import leaves_before, waits

SHOWN_BEFORE = 24


@dataclass(frozen=True)
class PastBox:
    """One order with its edition's contents and its moves in the subscriber's words."""

    order: BoxOrder
    items: list[OrderItem]
    steps: list[dict[str, Any]]
    rated: int = 0

    @property
    def ratable(self) -> bool:
        """True when it arrived and nobody said yet how it was."""
        return not self.rated and self.order.state in (OrderState.DELIVERED, OrderState.CLOSED)


@dataclass(frozen=True)
class Coming:
    """An edition after the next one: it can be skipped already."""

    cycle: Cycle
    skipped: bool


@dataclass(frozen=True)
class Portal:
    """Everything on the page."""

    box: BoxSubscription
    edition: Edition | None
    order: BoxOrder | None
    skipped: bool
    waits: bool = False
    past: list[PastBox] = field(default_factory=list)
    under_way: PastBox | None = None
    coming: list[Coming] = field(default_factory=list)
    variants: list[BoxVariant] = field(default_factory=list)
    credits: int = 0
    rests_until: datetime | None = None
    skips_left: int | None = None
    others: list[Any] = field(default_factory=list)
    parts: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def rests(self) -> bool:
        """True while no box comes because the subscriber rests."""
        return self.box.state == BoxState.PAUSED

    @property
    def ahead(self) -> bool:
        """True when nothing is charged: only what is paid already is sent."""
        return self.box.billing is None or self.box.state == BoxState.PREPAID_ONLY

    @property
    def can_rest(self) -> bool:
        """True while it runs and nobody has stopped it."""
        billing = self.box.billing
        return bool(billing and billing.status == SubscriptionStatus.ACTIVE and not billing.ends_at_period_end)

    @property
    def several(self) -> bool:
        """True when one charge pays for several boxes."""
        return bool(self.box.billing and boxes_of(self.box.billing.price, self.box.plan) > 1)

    @property
    def keeps_its_box(self) -> bool:
        """True when a skip stops no charge: what is paid comes later."""
        return skipping.keeps_its_box(self.box)

    @property
    def over(self) -> bool:
        """True when nothing more comes of it but what is on its way."""
        return self.box.state not in RUNNING

    @property
    def leaves(self) -> bool:
        """True when it ends before anything else of it is charged or sent."""
        return self.box.state == BoxState.CANCELLING and not self.edition and not self.coming

    @property
    def variant(self) -> BoxVariant | None:
        """The variant in which the next box comes."""
        wanted = (self.order and self.order.variant_id) or self.box.variant_id
        return next((v for v in self.variants if v.pk == wanted), None)


def portal(box: BoxSubscription) -> Portal:
    """Everything on the subscriber's page; a constant number of queries."""
    cycles = _cycles(box)
    edition = _edition(box, cycles)
    orders = _orders(box)
    moves = _moves([o.pk for o in orders])
    shown = [_past(o, moves) for o in orders]
    current = next((o for o in orders if _is_next(o, edition)), None)
    past = [one for one in shown if one.order is not current]
    skips = {s.cycle_id: s for s in box.skips.select_related("cycle")}
    family = _family(box)
    return Portal(
        box=box,
        edition=edition,
        order=current,
        skipped=bool(current and current.state == OrderState.SKIPPED),
        waits=_waits(box, edition),
        past=past,
        under_way=next((o for o in past if o.order.state not in FINAL and o.order.state not in PLANNED), None),
        coming=[Coming(c, c.pk in skips) for c in cycles if not edition or c.cutoff_at > edition.cycle.cutoff_at][:3],
        variants=list(BoxVariant.objects.filter(plan=box.plan_id, active=True)),
        credits=next((one.unspent for one in family if one.pk == box.pk), 0),
        rests_until=_rests_until(box),
        skips_left=_left(box, edition, [s.cycle.cutoff_at for s in skips.values() if not s.cause]),
        others=[one for one in family if one.pk != box.pk],
        parts=[part for ask in hooks.portal_parts if (part := ask(box, edition.cycle if edition else None))],
    )


def _cycles(box: BoxSubscription) -> list[Cycle]:
    """The editions that can still be changed, the nearest first; none for what is over."""
    if box.state not in RUNNING:
        return []
    rows = Cycle.objects.filter(plan=box.plan_id, state__in=[CycleState.PLANNED, CycleState.OPEN])
    found = list(rows.filter(cutoff_at__gt=clock.now()).order_by("cutoff_at")[:5])
    charged = [c for c in found if not leaves_before(box, c)]
    if len(charged) == len(found):
        return found
    paid = unspent(box)  # who leaves still gets what is paid
    return [c for c in found if c in charged or found.index(c) - len(charged) < paid]


def _edition(box: BoxSubscription, cycles: list[Cycle]) -> Edition | None:
    """The next one with what lies in it; what it costs is the subscription's to say."""
    cycle = next((c for c in cycles if c.state == CycleState.OPEN), None)
    if cycle is None:
        return None
    cycle.plan = box.plan
    return Edition(cycle, list(cycle.slots.select_related("item")))


def _waits(box: BoxSubscription, edition: Edition | None) -> bool:
    """True while these paid boxes wait for another subscription of the same plan."""
    found = BoxSubscription.objects.filter(waits(edition.cycle if edition else None), pk=box.pk)
    return box.state == BoxState.PREPAID_ONLY and found.exists()


def _rests_until(box: BoxSubscription) -> datetime | None:
    if box.state != BoxState.PAUSED:
        return None
    pause = Pause.objects.filter(subscription=box.billing_id, ended_at=None).first()
    return pause.until if pause else None


PLANNED = (OrderState.PROJECTED, OrderState.SKIPPED)


def _is_next(order: BoxOrder, edition: Edition | None) -> bool:
    return bool(edition and order.cycle_id == edition.cycle.pk and order.kind == OrderKind.CYCLE)


def _orders(box: BoxSubscription) -> list[BoxOrder]:
    rows = BoxOrder.objects.filter(subscription=box).select_related("cycle", "variant", "rating")
    things = Prefetch("items", OrderItem.objects.select_related("item").order_by("pk"))
    return list(rows.prefetch_related(things).order_by("-cycle__cutoff_at", "-pk")[:SHOWN_BEFORE])


def _past(order: BoxOrder, moves: dict[int, list[Move]]) -> PastBox:
    rating = getattr(order, "rating", None)
    return PastBox(order, list(order.items.all()), _steps(moves.get(order.pk, [])), rating.stars if rating else 0)


def _moves(order_ids: list[int]) -> dict[int, list[Move]]:
    found: dict[int, list[Move]] = {}
    for row in Move.objects.filter(subject__in=[f"order:{pk}" for pk in order_ids]).order_by("at", "pk"):
        found.setdefault(int(row.subject.partition(":")[2]), []).append(row)
    return found


def _steps(moves: list[Move]) -> list[dict[str, Any]]:
    """The way of a box. A step that was taken back and taken again is told once, as it was the last time."""
    shown: list[Move] = []
    for row in moves:
        if row.before == row.after:
            continue  # a note of staff's: it moved nothing
        again = next((i for i, m in enumerate(shown) if m.after == row.after), None)
        if again is not None:
            del shown[again:]
        if row.after != OrderState.PROJECTED:
            shown.append(row)
        else:
            shown.clear()
    return [
        {"label": OrderState(m.after).label, "at": m.at, "current": i == len(shown) - 1} for i, m in enumerate(shown)
    ]


def _left(box: BoxSubscription, edition: Edition | None, skipped_at: list[datetime]) -> int | None:
    """Skips that are left for the next edition; None: as many as one likes."""
    return skipping.left_of(box, edition.cycle.cutoff_at, skipped_at) if edition else None


def _family(box: BoxSubscription) -> list[Any]:
    """The account's boxes that run, and this one in any case, each with its `unspent` credits. One query."""
    free = Count("credits", filter=Q(credits__order=None, credits__withdrawn_at=None))
    rows = BoxSubscription.objects.filter(account=box.account_id).filter(Q(state__in=RUNNING) | Q(pk=box.pk))
    return list(rows.select_related("plan").annotate(unspent=free).order_by("-pk"))
