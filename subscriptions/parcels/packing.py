"""Reads of the packing table: what is alike packed together, what to fetch from which shelf."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import segno
from django.conf import settings
from django.urls import reverse

from ground.money import Money
from subscriptions.boxes import hooks
from subscriptions.boxes.enums import OrderState
from subscriptions.boxes.models import BoxOrder, Cycle, Item, OrderItem
from subscriptions.parcels.contents import Thing, headings, things_in, weight_of
from subscriptions.parcels.models import Zone

TO_PACK = (OrderState.ALLOCATED, OrderState.PACKED)
A_PAGE = 100  # slips on one print page
Signature = tuple[tuple[int, int], ...]


@dataclass(slots=True)
class Stack:
    """Boxes with the same things in them. `zones`: where they go, `{name: how many}`; `ids` in packing order."""

    number: int
    signature: Signature
    things: list[tuple[Item, int]]
    ids: list[int] = field(default_factory=list)
    packed: int = 0
    zones: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Slip:
    """One box on paper."""

    order: BoxOrder
    things: list[Thing]
    qr: str
    weight: int
    customs: list[dict[str, object]]


def stacks(cycle: Cycle) -> list[Stack]:
    """Boxes to pack or packed, the most alike first, each stack by zone, country and number. A constant number of
    queries however many there are."""
    orders = list(
        BoxOrder.objects.filter(cycle=cycle, state__in=TO_PACK)
        .order_by("pk")
        .only("pk", "state", "address", "cycle_id")
    )
    contents, zone_of = _signatures(cycle, orders), _zones()
    items = {i.pk: i for i in Item.objects.filter(pk__in={pk for s in contents.values() for pk, _n in s})}
    grouped: dict[Signature, list[BoxOrder]] = defaultdict(list)
    for order in orders:
        grouped[contents.get(order.pk, ())].append(order)
    found = []
    for number, (signature, group) in enumerate(sorted(grouped.items(), key=lambda g: (-len(g[1]), g[0])), start=1):
        group.sort(key=lambda o: (zone_of.get(country_of(o), "~"), country_of(o), o.pk))
        things = sorted(((items[pk], n) for pk, n in signature), key=lambda row: row[0].sku)
        stack = Stack(number, signature, things, [o.pk for o in group])
        stack.packed = sum(o.state == OrderState.PACKED for o in group)
        stack.zones = Counter(zone_of.get(country_of(o)) or country_of(o) or "—" for o in group)
        found.append(stack)
    return found


def country_of(order: BoxOrder) -> str:
    """Two letters, or nothing."""
    return str(order.address.get("country") or "").upper()


def _signatures(cycle: Cycle, orders: Sequence[BoxOrder]) -> dict[int, Signature]:
    rows = OrderItem.objects.filter(order__cycle=cycle, order__state__in=TO_PACK, item__digital=False)
    counted: dict[int, Counter[int]] = defaultdict(Counter)
    for order_id, group in groupby(
        rows.order_by("order_id").values_list("order_id", "item_id", "quantity").iterator(5000), key=lambda r: r[0]
    ):
        for _order, item, quantity in group:
            counted[order_id][item] += quantity
    for source in hooks.order_contents:
        for pk, more in source(list(orders)).items():
            counted[pk].update(more)
    return {pk: tuple(sorted(c.items())) for pk, c in counted.items()}


def _zones() -> dict[str, str]:
    """`{country: name of its zone}`, with the zone's place before the name so that zones keep their order."""
    return {code: str(zone.name) for zone in Zone.objects.all() for code in zone.codes}


def pick_list(cycle: Cycle) -> list[tuple[Item, int, int]]:
    """What to fetch for what is still to be packed, by SKU: (item, how many, how many lie there). Constant queries."""
    counted: Counter[int] = Counter()
    orders = list(BoxOrder.objects.filter(cycle=cycle, state=OrderState.ALLOCATED).only("pk", "cycle_id"))
    rows = OrderItem.objects.filter(order__cycle=cycle, order__state=OrderState.ALLOCATED, item__digital=False)
    for item, quantity in rows.values_list("item_id", "quantity").iterator(5000):
        counted[item] += quantity
    for source in hooks.order_contents:
        for more in source(orders).values():
            counted.update(more)
    items = Item.objects.filter(pk__in=list(counted), digital=False).order_by("sku")
    return [(item, counted[item.pk], item.on_hand) for item in items if counted[item.pk]]


def slips(ids: Sequence[int]) -> list[Slip]:
    """These boxes for print, in the given order. A constant number of queries."""
    rows = BoxOrder.objects.filter(pk__in=ids).select_related("cycle__plan", "variant", "subscription__account")
    by_id = {o.pk: o for o in rows}
    orders = [by_id[pk] for pk in ids if pk in by_id]
    things = things_in(orders)
    return [Slip(o, things[o.pk], qr_of(o), weight_of(things[o.pk]), customs_of(o, things[o.pk])) for o in orders]


def customs_of(order: BoxOrder, things: Iterable[Thing]) -> list[dict[str, object]]:
    """Customs lines of a box that leaves the country; empty at home."""
    home = settings.SHIPPING_COUNTRIES[0]
    if country_of(order) in ("", home):
        return []
    return [{**h.data, "shown": Money(h.value, h.currency).format()} for h in headings(list(things))]


def pack_address(order: BoxOrder) -> str:
    """The whole address of the page where this box is marked packed."""
    return settings.PUBLIC_URL + reverse("parcels_admin:pack", args=[order.number])


def qr_of(order: BoxOrder) -> str:
    """A picture of that address for a phone's camera, as a data address."""
    return str(segno.make(pack_address(order), error="m", micro=False).svg_data_uri(scale=4, border=2, dark="#000"))
