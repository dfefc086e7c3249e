"""Reads of the review: sums over a cycle's drafts, and its boxes page by page."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Avg, Count, F, Prefetch, Q, QuerySet

from subscriptions.boxes.enums import TO_ALLOCATE, OrderState
from subscriptions.boxes.models import BoxOrder, Cycle, CycleSlot, Item
from subscriptions.curation.enums import Answer, How, Why
from subscriptions.curation.models import Draft, DraftLine, Run

MANY_HEADINGS = 4  # customs forms have so few lines


@dataclass(frozen=True)
class SlotSum:
    """One compartment over all boxes: what lies in it, how it was chosen, why it is empty."""

    slot: CycleSlot
    items: list[tuple[Item, str, int, int]]  # item, how, boxes, share of all in percent
    empty: list[tuple[str, int]]
    short: int
    whole: int


@dataclass(frozen=True)
class Review:
    """What staff look over before they approve."""

    boxes: int
    short: int
    waiting: int
    slots: list[SlotSum]
    how: list[tuple[str, str, int]]
    headings: list[tuple[int, int, int, bool]]
    many: int
    fairness: dict[str, Any]
    runs: list[Run]
    shelf: list[dict[str, Any]] = field(default_factory=list)


def review(cycle: Cycle) -> Review:
    """Everything on the page but the list of boxes; a constant number of queries."""
    slots = list(cycle.slots.select_related("item"))
    rows = list(
        DraftLine.objects.filter(slot__in=slots).values("slot", "item", "how", "why").annotate(n=Count("pk")).order_by()
    )
    items = {
        i.pk: i for i in Item.objects.filter(pk__in={r["item"] for r in rows if r["item"]} | {s.item_id for s in slots})
    }
    heads = list(_standing(cycle).values("headings").annotate(n=Count("pk")).order_by("headings"))
    boxes = sum(row["n"] for row in heads)
    sums = _standing(cycle).aggregate(
        lacking=Count("pk", filter=Q(missing__gt=0) & Q(order__state=OrderState.SHORT)),
        earlier=Count("pk", filter=Q(ahead=True)),
        earlier_whole=Count("pk", filter=Q(ahead=True, missing=0, substitutes=0)),
        with_substitute=Count("pk", filter=Q(substitutes__gt=0)),
        kinds=Avg("families"), new_kinds=Avg("fresh"),
    )  # fmt: skip
    how: Counter[str] = Counter()
    for row in rows:
        how[row["how"]] += row["n"]
    return Review(
        boxes=boxes, short=sums["lacking"], waiting=BoxOrder.objects.filter(cycle=cycle, state__in=TO_ALLOCATE).count(),
        slots=[_slot(slot, [r for r in rows if r["slot"] == slot.pk], items) for slot in slots],  # type: ignore[misc]
        how=[(name, str(How(name).label), how[name]) for name in How.values if how[name]],
        headings=[(r["headings"], r["n"], _share(r["n"], boxes), r["headings"] >= MANY_HEADINGS) for r in heads],
        many=sum(r["n"] for r in heads if r["headings"] >= MANY_HEADINGS),
        fairness=sums, runs=list(cycle.runs.all()[:5]), shelf=_shelf(rows, items, slots),  # type: ignore[arg-type]
    )  # fmt: skip


def _standing(cycle: Cycle) -> QuerySet[Draft]:
    """Drafts of boxes that were not given up."""
    return cycle.drafts.exclude(order__state=OrderState.CANCELLED)


def _slot(slot: CycleSlot, rows: list[dict[str, Any]], items: dict[int, Item]) -> SlotSum:
    whole = sum(row["n"] for row in rows)
    lying: Counter[tuple[int, str]] = Counter()
    empty: Counter[str] = Counter()
    for row in rows:
        if row["item"]:
            lying[row["item"], row["how"]] += row["n"]
        else:
            empty[row["why"]] += row["n"]
    listed = [
        (items[pk], str(How(how).label), n, _share(n, whole)) for (pk, how), n in lying.most_common() if pk in items
    ]
    return SlotSum(slot, listed, [(str(Why(why).label), n) for why, n in empty.most_common()], empty.total(), whole)


def _shelf(rows: list[dict[str, Any]], items: dict[int, Item], slots: list[CycleSlot]) -> list[dict[str, Any]]:
    """Every item of the edition: how many boxes have it, how many are free, how many compartments lack it."""
    lying: Counter[int] = Counter()
    lack: Counter[int] = Counter()
    shown = {slot.pk: slot.item_id for slot in slots}
    for row in rows:
        if row["item"]:
            lying[row["item"]] += row["n"]
        elif row["why"] == Why.STOCK:
            lack[shown[row["slot"]]] += row["n"]
    found = [
        {"item": item, "given": lying[pk], "short": lack[pk], "demand": lying[pk] + lack[pk],
         "share": _share(lying[pk], lying[pk] + lack[pk])}
        for pk, item in items.items()
    ]  # fmt: skip
    return sorted(found, key=lambda row: (-row["short"], row["item"].sku))


def _share(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0


def refused_since(cycle: Cycle) -> QuerySet[DraftLine]:
    """Lines of boxes not yet packed with something that the reader has said never to, after it was chosen."""
    return DraftLine.objects.filter(
        draft__cycle=cycle, draft__order__state=OrderState.ALLOCATED,
        item__traits__trait__stances__stance=Answer.NEVER,
        item__traits__trait__stances__account=F("draft__order__subscription__account"),
    )  # fmt: skip


def boxes(cycle: Cycle, show: str) -> QuerySet[Draft]:
    """The cycle's boxes, in their turn, narrowed by `show`."""
    rows = _standing(cycle)
    if show == "short":
        rows = rows.filter(missing__gt=0, order__state=OrderState.SHORT)
    elif show == "substitute":
        rows = rows.filter(substitutes__gt=0)
    elif show == "headings":
        rows = rows.filter(headings__gte=MANY_HEADINGS)
    elif show == "ahead":
        rows = rows.filter(ahead=True)
    elif show == "staff":
        rows = rows.filter(pk__in=DraftLine.objects.filter(slot__cycle=cycle, how=How.STAFF).values("draft"))
    elif show == "refused":
        rows = rows.filter(pk__in=refused_since(cycle).values("draft"))
    lines = DraftLine.objects.select_related("slot", "item").order_by("slot__order", "slot")
    return (
        rows.select_related("order__cycle", "order__subscription__account")
        .prefetch_related(Prefetch("lines", lines))
        .order_by("place", "pk")
    )
