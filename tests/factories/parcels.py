"""Boxes on the packing table."""

from ground import clock
from subscriptions.boxes import calendar, demo
from subscriptions.boxes.actions import allocation, cycles
from subscriptions.boxes.enums import CycleState, OrderState
from subscriptions.boxes.models import BoxOrder, BoxPlan, Cycle, Item, OrderItem
from tests.factories.boxes import paid_orders

HANGZHOU = {"recipient": "Ning", "phone": "+86 571 1", "line1": "Hefang Street 12", "line2": "", "city": "Hangzhou",
            "region": "Zhejiang", "postal_code": "310000", "country": "CN"}  # fmt: skip


def shelf(slug: str = "table") -> Cycle:
    """One open edition with plenty in stock, without money."""
    plan = BoxPlan.objects.create(slug=slug, name_zh="架", name_en="Shelf")
    when = calendar.cycle_at(clock.now(), plan.cutoff_day, plan.zone)
    demo._edition(plan, when, demo.THEMES[0], demo._items())
    cycles.run_due(clock.now())
    Item.objects.update(on_hand=500)
    return Cycle.objects.get(plan=plan)


def on_the_table(cycle: Cycle, count: int, **address: str) -> list[BoxOrder]:
    """So many allocated boxes of a cycle whose packing has begun."""
    orders = paid_orders(cycle, count)
    BoxOrder.objects.filter(pk__in=[o.pk for o in orders]).update(address={**HANGZHOU, **address})
    _allocate(cycle)
    Cycle.objects.filter(pk=cycle.pk).update(state=CycleState.PACKING)
    cycle.refresh_from_db()
    return list(BoxOrder.objects.filter(pk__in=[o.pk for o in orders]).select_related("cycle").order_by("pk"))


def _allocate(cycle: Cycle) -> None:
    allocation.allocate(cycle, actor="test")


def packed(cycle: Cycle, count: int, **address: str) -> list[BoxOrder]:
    """So many packed ones."""
    orders = on_the_table(cycle, count, **address)
    BoxOrder.objects.filter(pk__in=[o.pk for o in orders]).update(state=OrderState.PACKED)
    for order in orders:
        order.state = OrderState.PACKED
    return orders


def without(order: BoxOrder, sku: str) -> None:
    """Take a thing out of an allocated box, for a stack of its own."""
    row = OrderItem.objects.select_related("item").get(order=order, item__sku=sku)
    Item.objects.filter(pk=row.item_id).update(allocated=row.item.allocated - 1)
    row.delete()
