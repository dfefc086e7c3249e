"""What lies in parcels: the box's own things, and what was bought beside it."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from subscriptions.boxes import hooks
from subscriptions.boxes.models import BoxOrder, Item, OrderItem


@dataclass(frozen=True, slots=True)
class Thing:
    """So many of an item. `beside`: it was bought beside the box."""

    item: Item
    count: int
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """What customs want to know of one heading: together `quantity` pieces, `value` in minor units, `weight` in grams."""

    hs6: str
    origin: str
    quantity: int
    value: int
    currency: str
    weight: int
    words: str

    @property
    def data(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {name: getattr(self, name) for name in self.__slots__}


def things_in(orders: list[BoxOrder]) -> dict[int, list[Thing]]:
    """What is packed for each order, by SKU, nothing digital: `{order id: [Thing, …]}`. A constant number of queries."""
    found: dict[int, list[Thing]] = {o.pk: [] for o in orders}
    rows = OrderItem.objects.filter(order__in=list(found), item__digital=False).select_related("item")
    for row in rows.order_by("item__sku"):
        found[row.order_id].append(Thing(row.item, row.quantity))
    beside: dict[int, Counter[int]] = defaultdict(Counter)
    for source in hooks.order_contents:
        for pk, counted in source(orders).items():
            beside[pk].update(counted)
    items = {i.pk: i for i in Item.objects.filter(pk__in={pk for c in beside.values() for pk in c})} if beside else {}
    for pk, counted in beside.items():
        more = sorted((items[i].sku, items[i], n) for i, n in counted.items() if n and not items[i].digital)
        found[pk] += [Thing(item, n, beside=True) for _sku, item, n in more]
    return found


def weight_of(things: list[Thing]) -> int:
    """Grams of all of it, without the box."""
    return sum(t.item.weight * t.count for t in things)


def headings(things: list[Thing]) -> list[Heading]:
    """The customs lines: one for each heading, origin and currency."""
    grouped: dict[tuple[str, str, str], list[Thing]] = defaultdict(list)
    for thing in things:
        grouped[thing.item.hs6, thing.item.origin.upper(), thing.item.currency].append(thing)
    return [
        Heading(
            hs6=hs6, origin=origin, currency=currency, quantity=sum(t.count for t in group),
            value=sum(t.item.value * t.count for t in group), weight=weight_of(group),
            words=", ".join(t.item.name_en for t in group)[:120],
        )
        for (hs6, origin, currency), group in sorted(grouped.items())
    ]  # fmt: skip
