"""Open once more: a cycle that locked, before anything of it was packed."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from ground import clock, facts
from subscriptions.boxes import hooks
from subscriptions.boxes.actions import stock
from subscriptions.boxes.actions.moving import Refusal, move, move_orders
from subscriptions.boxes.enums import CycleState, OrderState
from subscriptions.boxes.models import BoxOrder, Credit, Cycle, OrderItem

BACK_TO_PLANNED = (OrderState.LOCKED, OrderState.AWAITING_PAYMENT, OrderState.UNPAID, OrderState.ON_HOLD)
BACK_TO_PAID = (OrderState.ALLOCATED, OrderState.SHORT)


@transaction.atomic
def open_again(cycle: Cycle, *, actor: str, reason: str, until: datetime) -> None:
    """Subscribers can change their box once more until that moment. What is paid stays paid, and held where staff hold it;
    what was promised is free.

    Raises `NotAllowed` without a reason, for a moment that has passed, after the next edition's cut-off, and once
    packing began.
    """
    if not reason.strip():
        raise Refusal(_("a reason is needed"))
    if until <= clock.now():
        raise Refusal(_("that moment has passed"))
    following = Cycle.objects.filter(plan=cycle.plan_id, cutoff_at__gt=cycle.cutoff_at).order_by("cutoff_at").first()
    if following and until >= following.cutoff_at:
        raise Refusal(_("the next edition's cut-off comes first"))
    late = max(cycle.billed_by, until + (cycle.billed_by - cycle.cutoff_at))
    move(cycle, CycleState.OPEN, actor=actor, cause=reason, cutoff_at=until, billed_by=late, reopened=F("reopened") + 1)
    orders = list(BoxOrder.objects.select_for_update().filter(cycle=cycle).order_by("pk"))
    if any(o.state == OrderState.PACKED for o in orders):
        raise Refusal(_("some of its boxes are packed"))
    free_all([o.pk for o in orders if o.state in BACK_TO_PAID])
    move_orders([o for o in orders if o.state in BACK_TO_PAID], OrderState.PAID, actor=actor, cause=reason)
    paid = set(Credit.objects.filter(order__cycle=cycle).values_list("order", flat=True))
    planned = [o for o in orders if o.state in BACK_TO_PLANNED and o.pk not in paid]
    move_orders(planned, OrderState.PROJECTED, actor=actor, cause=reason)
    cycle.refresh_from_db()
    for reopened in hooks.cycle_reopened:
        reopened(cycle, actor)
    transaction.on_commit(lambda: facts.offers_changed.send(sender=Cycle, reason=f"{cycle} open again"))


def free_all(order_ids: list[int]) -> None:
    """Give back what was promised to these orders, which the caller has locked, and take it out of them."""
    rows = OrderItem.objects.filter(order__in=order_ids, order__state=OrderState.ALLOCATED, item__digital=False)
    demand: dict[int, int] = {}
    for item_id, count in rows.values_list("item_id", "quantity"):
        demand[item_id] = demand.get(item_id, 0) + count
    stock.unpromise(demand)
    OrderItem.objects.filter(order__in=order_ids).delete()
