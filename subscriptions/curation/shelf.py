"""Reads of the shelf: the list, an item's book and its picture, what has promised it; what goes into an edition."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from subscriptions.boxes.enums import OrderState
from subscriptions.boxes.models import BoxOrder, Cycle, Hold, Item, OrderItem, StockEntry
from subscriptions.curation.actions.candidates import candidates
from subscriptions.curation.enums import How
from subscriptions.curation.models import DraftLine, SlotChoice

POINTS = 400
EXPECTED = (
    OrderState.PROJECTED, OrderState.LOCKED, OrderState.AWAITING_PAYMENT, OrderState.PAID, OrderState.SHORT,
    OrderState.ALLOCATED, OrderState.PACKED,
)  # fmt: skip


@dataclass(frozen=True)
class Curve:
    """The count over time as an SVG path in a field of 100 by 100, with the words at its sides."""

    line: str
    area: str
    most: int
    first: Any
    last: Any


def items(text: str, show: str) -> QuerySet[Item]:
    """The list, narrowed by words and by what is low or gone."""
    rows = Item.objects.select_related("supplier").order_by("sku")
    if text:
        rows = rows.filter(
            Q(sku__icontains=text) | Q(name_zh__icontains=text) | Q(name_en__icontains=text) | Q(family=text)
        )
    if show == "low":
        rows = rows.filter(digital=False, reorder_at__gt=0, on_hand__lt=F("allocated") + F("reorder_at"))
    elif show == "gone":
        rows = rows.filter(digital=False, on_hand__lte=F("allocated"))
    return rows


def curve(item: Item) -> Curve | None:
    """The last changes of the count as steps; None where the book has fewer than two lines."""
    rows = list(StockEntry.objects.filter(item=item).order_by("-pk").values_list("at", "delta")[:POINTS])
    if len(rows) < 2:
        return None
    count, steps = item.on_hand, []
    for at, delta in rows:
        steps.append((at, count))
        count -= delta
    steps.reverse()
    first, last = steps[0][0], steps[-1][0]
    span, most = (last - first).total_seconds() or 1.0, max(1, *(n for _at, n in steps))
    points, before = [], 100 - 100 * count / most
    for at, n in steps:
        x, y = 100 * (at - first).total_seconds() / span, 100 - 100 * n / most
        points += [f"{x:.2f} {before:.2f}", f"{x:.2f} {y:.2f}"]
        before = y
    line = "M" + " L".join([*points, f"100 {before:.2f}"])
    return Curve(line, f"{line} L100 100 L0 100 Z", most, first, last)


def promised(item: Item) -> list[dict[str, Any]]:
    """What has promised it: boxes by edition, short boxes that keep it, holds, and the rest (what was sold)."""
    boxes = OrderItem.objects.filter(item=item, order__state__in=[OrderState.ALLOCATED, OrderState.PACKED])
    kept = DraftLine.objects.filter(item=item, draft__order__state=OrderState.SHORT)
    by_cycle = dict(boxes.values_list("order__cycle").annotate(n=Sum("quantity")).order_by())
    by_short = dict(kept.values_list("draft__cycle").annotate(n=Count("pk")).order_by())
    cycles = Cycle.objects.select_related("plan").in_bulk(set(by_cycle) | set(by_short))
    found: list[dict[str, Any]] = [{"cycle": cycles[pk], "n": n, "short": False} for pk, n in by_cycle.items()]
    found += [{"cycle": cycles[pk], "n": n, "short": True} for pk, n in by_short.items()]
    held = Hold.objects.filter(item=item).aggregate(n=Sum("quantity"))["n"] or 0
    rest = item.allocated - held - sum(row["n"] for row in found)
    if held:
        found.append({"held": True, "n": held})
    if rest > 0:
        found.append({"rest": True, "n": rest})
    return found


def inside(cycle: Cycle) -> list[dict[str, Any]]:
    """Every compartment with its candidates: how many boxes are expected, how many are free. A constant number of queries."""
    slots = list(cycle.slots.select_related("item"))
    offered = candidates(slots)
    things = Item.objects.in_bulk({c.item_id for c in offered})
    variants = {v.pk: v for v in cycle.plan.variants.all()}
    choices = {(c.slot_id, c.item_id, c.variant_id): c for c in SlotChoice.objects.filter(slot__in=slots)}
    boxes = BoxOrder.objects.filter(cycle=cycle, state__in=EXPECTED)
    needed = boxes.count()
    given: dict[tuple[int, int], int] = {}
    lines = DraftLine.objects.filter(slot__in=slots, item__isnull=False, draft__order__state__in=EXPECTED)
    for slot_id, item_id, n in lines.values_list("slot", "item").annotate(n=Count("pk")).order_by():
        given[slot_id, item_id] = n
    kinds = [s.item.family for s in slots if s.item.family]
    found = []
    for slot in slots:
        mine: list[dict[str, Any]] = [
            {"item": things[c.item_id], "variant": variants.get(c.variant_id or 0), "how": How(c.how).label,
             "given": given.get((slot.pk, c.item_id), 0), "choice": choices.get((slot.pk, c.item_id, c.variant_id))}
            for c in offered if c.slot_id == slot.pk
        ]  # fmt: skip
        room = sum(row["item"].free + row["given"] for row in {r["item"].pk: r for r in mine}.values())
        endless = any(row["item"].digital for row in mine)
        found.append({
            "slot": slot, "candidates": mine, "needed": needed, "room": room, "endless": endless,
            "lacks": 0 if endless else max(0, needed - room), "again": kinds.count(slot.item.family) > 1,
        })  # fmt: skip
    return found
