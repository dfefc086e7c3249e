"""Money -> credits -> boxes."""

from django.db import transaction

from ground import clock
from subscriptions.billing.enums import PlanKind
from subscriptions.billing.models import InvoiceLine
from subscriptions.boxes.actions.moving import move
from subscriptions.boxes.enums import WAITING_FOR_MONEY, OrderState
from subscriptions.boxes.models import BoxOrder, BoxSubscription, Credit


def line_paid(line: InvoiceLine) -> None:
    """A paid invoice line gives one credit per piece, once. A line of nothing gives nothing: a $0 invoice is paid too."""
    price = line.price
    if price is None or price.plan.kind != PlanKind.BOX or line.amount <= 0 or line.proration:
        return
    box = BoxSubscription.objects.filter(billing=line.invoice.subscription).first()
    if box is None:
        return
    now = clock.now()
    rows = [Credit(subscription=box, source=line.stripe_id, seq=n + 1, granted_at=now) for n in range(line.quantity)]
    Credit.objects.bulk_create(rows, ignore_conflicts=True)
    spend(box, actor="billing", cause=f"invoice {line.invoice.stripe_id}")


@transaction.atomic
def spend(box: BoxSubscription, *, actor: str, cause: str) -> int:
    """Pay the oldest waiting orders with the oldest credits; answers how many were paid."""
    BoxSubscription.objects.select_for_update().get(pk=box.pk)
    orders = BoxOrder.objects.select_for_update(of=("self",)).filter(subscription=box, state__in=WAITING_FOR_MONEY)
    waiting = list(orders.select_related("cycle").order_by("cycle__cutoff_at"))
    credits = list(Credit.objects.filter(subscription=box, order=None).order_by("pk")[: len(waiting)])
    for order, credit in zip(waiting, credits, strict=False):
        credit.order = order
        credit.save(update_fields=["order"])
        move(order, OrderState.PAID, actor=actor, cause=cause)
    for order in waiting[len(credits) :]:
        if order.state == OrderState.LOCKED:
            move(order, OrderState.AWAITING_PAYMENT, actor=actor, cause="no credit yet")
    return len(credits)
