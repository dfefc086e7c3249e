"""Every paid order gets its things, first paid first, while stock lasts."""

from collections import Counter
from collections.abc import Sequence

from django.db import transaction

from subscriptions.billing.models import DriftReport
from subscriptions.boxes import hooks
from subscriptions.boxes.actions.moving import move
from subscriptions.boxes.actions.stock import lock_stock, promise, send_out, unpromise
from subscriptions.boxes.enums import TO_ALLOCATE, OrderState
from subscriptions.boxes.models import BoxOrder, Cycle, OrderItem


class Drift(Exception):
    """Stripe and we differ: nothing is allocated before that is mended."""


def allocate(cycle: Cycle, *, actor: str) -> tuple[int, int]:
    """Give every paid order of the cycle its things; answers (allocated, short). Safe to repeat: orders paid since form
    the late batch, and what was short is looked for again. Raises `Drift`."""
    return allocate_all([cycle], actor=actor)[cycle.pk]


@transaction.atomic
def allocate_all(cycles: Sequence[Cycle], *, actor: str) -> dict[int, tuple[int, int]]:
    """The same for several cycles that share a shelf: what they want is summed before anybody is served."""
    if not cycles:
        return {}
    refuse_drift()
    for allocator in hooks.allocators[:1]:
        return allocator(cycles, actor)
    return {cycle.pk: _as_shown(cycle, actor) for cycle in cycles}


def _as_shown(cycle: Cycle, actor: str) -> tuple[int, int]:
    """Without a curation everybody gets what the slots show, first paid first."""
    contents = list(cycle.slots.values_list("item_id", "item__digital"))
    stocked = [item for item, digital in contents if not digital]
    items = lock_stock(stocked)
    paid = BoxOrder.objects.filter(cycle=cycle, state__in=TO_ALLOCATE).select_related("cycle")
    orders = list(paid.order_by("credit__granted_at", "pk"))
    room = min((items[i].on_hand - items[i].allocated for i in stocked), default=len(orders))
    served, short = orders[: max(0, room)], orders[max(0, room) :]
    promise(Counter({i: len(served) for i in stocked}))
    for order in served:
        rows = [OrderItem(order=order, item_id=item) for item, _ in contents]
        OrderItem.objects.bulk_create(rows, ignore_conflicts=True)
        move(order, OrderState.ALLOCATED, actor=actor, cause="stock at hand")
    for order in short:
        if order.state != OrderState.SHORT:
            move(order, OrderState.SHORT, actor=actor, cause="not enough stock")
    return len(served), len(short)


def refuse_drift() -> None:
    """Raises `Drift` while the newest reconciliation has findings that were not mended."""
    newest = DriftReport.objects.order_by("-made_at").first()
    if newest and len(newest.findings) > newest.mended:
        raise Drift(str(newest))


def contents(order: BoxOrder) -> Counter[int]:
    """What of it lies on the shelf: `{item id: how many}`, nothing digital."""
    rows = order.items.filter(item__digital=False).values_list("item_id", "quantity")
    found: Counter[int] = Counter()
    for item_id, count in rows:
        found[item_id] += count
    return found


def ship_out(order: BoxOrder, *, actor: str) -> None:
    """What left the house is neither promised nor on hand any more."""
    send_out(contents(order), actor=actor, subject=f"order:{order.pk}")


def free(order: BoxOrder) -> None:
    """Give the promise back."""
    unpromise(contents(order))
    order.items.all().delete()
