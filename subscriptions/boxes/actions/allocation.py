"""Stock: promised under one lock, never more than there is.

`lock_stock` is taken once per transaction, in the order of ids, before anything about stock is read; demand is summed
per item first; each promise is a conditional UPDATE whose row count is looked at; and the table's CHECK stands behind
all of it. Freeing needs no lock.
"""

from collections import Counter
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F

from subscriptions.billing.models import DriftReport
from subscriptions.boxes.actions.moving import move
from subscriptions.boxes.enums import TO_ALLOCATE, OrderState
from subscriptions.boxes.models import BoxOrder, Cycle, Item, OrderItem


class Drift(Exception):
    """Stripe and we differ: nothing is allocated before that is mended."""


def lock_stock(item_ids: Iterable[int]) -> dict[int, Item]:
    """Lock these items' rows in the order of their ids; answers them as they are under the lock."""
    ids = sorted(set(item_ids))
    return {i.pk: i for i in Item.objects.select_for_update().filter(pk__in=ids).order_by("pk")}


@transaction.atomic
def allocate(cycle: Cycle, *, actor: str) -> tuple[int, int]:
    """Give every paid order of the cycle its things, first paid first; answers (allocated, short). Safe to repeat:
    orders paid since form the late batch. Raises `Drift`."""
    refuse_drift()
    contents = list(cycle.slots.values_list("item_id", "item__digital"))
    stocked = [item for item, digital in contents if not digital]
    items = lock_stock(stocked)
    paid = BoxOrder.objects.filter(cycle=cycle, state__in=TO_ALLOCATE).select_related("cycle")
    orders = list(paid.order_by("credit__granted_at", "pk"))
    room = min((items[i].on_hand - items[i].allocated for i in stocked), default=len(orders))
    served, short = orders[: max(0, room)], orders[max(0, room) :]
    _take(Counter({i: len(served) for i in stocked}))
    for order in served:
        rows = [OrderItem(order=order, item_id=item) for item, _ in contents]
        OrderItem.objects.bulk_create(rows, ignore_conflicts=True)
        move(order, OrderState.ALLOCATED, actor=actor, cause="stock at hand")
    for order in short:
        if order.state != OrderState.SHORT:
            move(order, OrderState.SHORT, actor=actor, cause="not enough stock")
    return len(served), len(short)


def _take(demand: Counter[int]) -> None:
    for item_id, count in sorted(demand.items()):
        enough = Item.objects.filter(pk=item_id, on_hand__gte=F("allocated") + count)
        if count and not enough.update(allocated=F("allocated") + count):
            raise RuntimeError(f"item {item_id}: {count} promised under the lock are no longer there")


def refuse_drift() -> None:
    """Raises `Drift` while the newest reconciliation has findings that were not mended."""
    newest = DriftReport.objects.order_by("-made_at").first()
    if newest and len(newest.findings) > newest.mended:
        raise Drift(str(newest))


def ship_out(order: BoxOrder) -> None:
    """What left the house is neither promised nor on hand any more."""
    for row in order.items.select_related("item").order_by("item_id"):
        if not row.item.digital:
            Item.objects.filter(pk=row.item_id).update(
                allocated=F("allocated") - row.quantity, on_hand=F("on_hand") - row.quantity
            )


def free(order: BoxOrder) -> None:
    """Give the promise back."""
    for row in order.items.select_related("item").order_by("item_id"):
        if not row.item.digital:
            Item.objects.filter(pk=row.item_id).update(allocated=F("allocated") - row.quantity)
    order.items.all().delete()
