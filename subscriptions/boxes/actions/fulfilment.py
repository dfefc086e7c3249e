"""What staff do with a cycle: approve, pack, ship, reopen."""

from django.db import transaction

from accounts.notices import notify
from subscriptions.boxes.actions import allocation
from subscriptions.boxes.actions.moving import NotAllowed, move
from subscriptions.boxes.enums import CycleState, OrderState
from subscriptions.boxes.models import BoxOrder, Cycle


@transaction.atomic
def approve(cycle: Cycle, *, actor: str) -> None:
    """The review is good: packing begins. Raises `NotAllowed`."""
    move(cycle, CycleState.PACKING, actor=actor, cause="review approved")


@transaction.atomic
def reopen(cycle: Cycle, *, actor: str, reason: str) -> None:
    """Back from the review to allocating, with a reason; promises are given back. Raises `NotAllowed`."""
    if not reason.strip():
        raise NotAllowed("a reason is needed")
    move(cycle, CycleState.ALLOCATING, actor=actor, cause=reason)
    for order in BoxOrder.objects.filter(cycle=cycle, state=OrderState.ALLOCATED):
        allocation.free(order)
        move(order, OrderState.PAID, actor=actor, cause=reason)


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
    """Mark every allocated order packed; answers how many. From here contents do not change."""
    orders = list(BoxOrder.objects.filter(cycle=cycle, state=OrderState.ALLOCATED).select_related("cycle"))
    for order in orders:
        move(order, OrderState.PACKED, actor=actor, cause="packed")
    return len(orders)


@transaction.atomic
def ship(cycle: Cycle, *, actor: str) -> int:
    """Hand every packed order to the carrier; answers how many. Stock goes down; subscribers are told."""
    if cycle.state == CycleState.PACKING:
        move(cycle, CycleState.SHIPPING, actor=actor, cause="first parcels left")
    orders = list(
        BoxOrder.objects.filter(cycle=cycle, state=OrderState.PACKED).select_related("cycle", "subscription__account")
    )
    for order in orders:
        move(order, OrderState.SHIPPED, actor=actor, cause="handed to the carrier")
        allocation.ship_out(order, actor=actor)
        notify(
            account=order.subscription.account,
            kind="boxes.shipped",
            subject_key=cycle.key,
            context={"theme_zh": cycle.theme_zh, "theme_en": cycle.theme_en, "number": order.number},
            dedupe=f"order:{order.pk}",
        )
    return len(orders)
