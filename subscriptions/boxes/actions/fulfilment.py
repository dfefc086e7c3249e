"""What staff do with a cycle and with one box of it: approve, pack, ship, deliver, close."""

from collections import Counter
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from subscriptions.boxes.actions import allocation
from subscriptions.boxes.actions.moving import CHUNK, NotAllowed, Refusal, move, move_many, move_orders
from subscriptions.boxes.actions.reopening import free_all
from subscriptions.boxes.actions.stock import send_out
from subscriptions.boxes.enums import AT_HAND, CycleState, OrderState
from subscriptions.boxes.models import BoxOrder, Cycle, OrderItem

PACKING_TIME = (CycleState.PACKING, CycleState.SHIPPING, CycleState.CLOSED)  # closed: what is sent again


@transaction.atomic
def approve(cycle: Cycle, *, actor: str) -> None:
    """The review is good: packing begins. Raises `NotAllowed`."""
    move(cycle, CycleState.PACKING, actor=actor, cause="review approved")


@transaction.atomic
def reopen(cycle: Cycle, *, actor: str, reason: str) -> None:
    """Back from the review to allocating, with a reason; promises are given back. Raises `NotAllowed`."""
    if not reason.strip():
        raise Refusal(_("a reason is needed"))
    move(cycle, CycleState.ALLOCATING, actor=actor, cause=reason)
    rows = BoxOrder.objects.select_for_update(of=("self",)).select_related("cycle")
    orders = list(rows.filter(cycle=cycle, state=OrderState.ALLOCATED).order_by("pk"))
    free_all([order.pk for order in orders])
    move_orders(orders, OrderState.PAID, actor=actor, cause=reason)


@transaction.atomic
def allocate_again(cycle: Cycle, *, actor: str) -> tuple[int, int]:
    """The late batch, or a reopened cycle; answers (allocated, short). Raises `allocation.Drift`, `NotAllowed`."""
    if cycle.state not in (CycleState.ALLOCATING, CycleState.REVIEW, CycleState.PACKING, CycleState.SHIPPING):
        raise NotAllowed(f"cycle is {cycle.state}")
    found = allocation.allocate(cycle, actor=actor)
    if cycle.state == CycleState.ALLOCATING:
        move(cycle, CycleState.REVIEW, actor=actor, cause="allocated")
    return found


@transaction.atomic
def pack(cycle: Cycle, *, actor: str) -> int:
    """Mark every allocated order packed; answers how many. From here contents do not change. Raises `NotAllowed`."""
    _in_packing(cycle)
    orders = BoxOrder.objects.filter(cycle=cycle)
    return len(move_many(orders, OrderState.ALLOCATED, OrderState.PACKED, actor=actor, cause="packed"))


@transaction.atomic
def ship(cycle: Cycle, *, actor: str) -> int:
    """Hand every packed order to the carrier; answers how many. Stock goes down by one sum for each item; who is told of
    it is found by a sweep. Raises `NotAllowed`."""
    _in_packing(cycle)
    _first_leaves(cycle, actor)
    orders = BoxOrder.objects.filter(cycle=cycle)
    ids = move_many(orders, OrderState.PACKED, OrderState.SHIPPED, actor=actor, cause="handed to the carrier")
    send_out(contents_of(ids), actor=actor, subject=f"cycle:{cycle.pk}")
    return len(ids)


@transaction.atomic
def pack_one(order: BoxOrder, *, actor: str) -> None:
    """This box is packed. Raises `NotAllowed`: it is not allocated, or its cycle was not approved."""
    _in_packing(order.cycle)
    move(order, OrderState.PACKED, actor=actor, cause="packed")


@transaction.atomic
def unpack_one(order: BoxOrder, *, actor: str) -> None:
    """It was not packed after all. Raises `NotAllowed` once it has left."""
    move(order, OrderState.ALLOCATED, actor=actor, cause="not packed after all")


@transaction.atomic
def ship_one(order: BoxOrder, *, actor: str, cause: str = "handed to the carrier") -> None:
    """This packed box left the house. Raises `NotAllowed`."""
    _first_leaves(order.cycle, actor)
    move(order, OrderState.SHIPPED, actor=actor, cause=cause)
    allocation.ship_out(order, actor=actor)


@transaction.atomic
def deliver_one(order: BoxOrder, *, actor: str, cause: str = "marked delivered") -> None:
    """This box arrived. Raises `NotAllowed`."""
    move(order, OrderState.DELIVERED, actor=actor, cause=cause)


@transaction.atomic
def close(cycle: Cycle, *, actor: str) -> int:
    """The cycle is history, and so are the boxes of it that arrived; answers how many. Raises `NotAllowed` while a box of
    it is still to be packed or sent."""
    left = BoxOrder.objects.filter(cycle=cycle, state__in=AT_HAND).count()
    if left:
        raise Refusal(ngettext("%(n)s box is still here", "%(n)s boxes are still here", left) % {"n": left})
    move(cycle, CycleState.CLOSED, actor=actor, cause="everything has left")
    orders = BoxOrder.objects.filter(cycle=cycle)
    return len(move_many(orders, OrderState.DELIVERED, OrderState.CLOSED, actor=actor, cause="cycle closed"))


def contents_of(order_ids: Iterable[int]) -> Counter[int]:
    """What of these boxes lies on the shelf, summed: `{item id: how many}`, nothing digital."""
    ids, found = list(order_ids), Counter[int]()
    for start in range(0, len(ids), CHUNK):
        rows = OrderItem.objects.filter(order__in=ids[start : start + CHUNK], item__digital=False)
        found.update(Counter(dict(rows.values_list("item").annotate(n=Sum("quantity")).order_by())))
    return found


def _in_packing(cycle: Cycle) -> None:
    if cycle.state not in PACKING_TIME:
        raise NotAllowed(f"cycle is {cycle.state}")


def _first_leaves(cycle: Cycle, actor: str) -> None:
    """The first parcel moves the cycle along; of two first ones at once, one does."""
    if cycle.state == CycleState.PACKING:
        try:
            move(cycle, CycleState.SHIPPING, actor=actor, cause="first parcels left")
        except NotAllowed:
            cycle.refresh_from_db(fields=["state"])
