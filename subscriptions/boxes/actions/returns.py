"""Money that went back, or is disputed: what was bought with it and is still here does not go out."""

from collections.abc import Collection

from django.db import transaction

from ground import clock
from subscriptions.billing.enums import PlanKind
from subscriptions.billing.models import Invoice
from subscriptions.boxes.actions import credits, stock
from subscriptions.boxes.actions.allocation import contents
from subscriptions.boxes.actions.moving import move
from subscriptions.boxes.enums import ORDER_MOVES, OrderState
from subscriptions.boxes.models import BoxOrder, Credit

FLAG = "its money went back"
OVER = frozenset({OrderState.CANCELLED, OrderState.REFUNDED})


def settled(invoice: Invoice, stands: bool) -> None:
    """Hook of billing: an invoice's money is ours, or it is not. Idempotent."""
    if invoice.subscription is None or invoice.subscription.plan.kind != PlanKind.BOX:
        return
    sources = list(invoice.lines.values_list("stripe_id", flat=True))
    touched = Credit.objects.filter(source__in=sources)
    if stands:
        restore(sources=sources, why="the money is ours after all")
    else:
        for source in list(touched.values_list("source", flat=True).distinct()):
            take_back(source=source, why="money given back")


@transaction.atomic
def restore(*, sources: Collection[str], why: str) -> int:
    """The money of these sources is ours after all: what was withdrawn counts again, and no box is flagged for it any more.
    Answers how many credits count again. Idempotent."""
    withdrawn = Credit.objects.filter(source__in=sources).exclude(withdrawn_at=None)
    found = sum(credits.restore(source=one, why=why) for one in sorted(set(withdrawn.values_list("source", flat=True))))
    BoxOrder.objects.filter(credit__source__in=sources, flag=FLAG).update(flag="")
    return found


@transaction.atomic
def take_back(*, source: str, why: str) -> None:
    """Withdraw what was not spent; a box that is not packed does not come, one that is gets a flag: nothing is recalled."""
    _, orders = credits.withdraw(source=source, why=why)
    for order in orders:
        row = BoxOrder.objects.select_for_update(of=("self",)).get(pk=order.pk)
        if OrderState.CANCELLED in ORDER_MOVES[row.state]:
            stop(row, actor="billing", cause=why)
            credits.unpay(row, why=why)
        elif row.state not in OVER and not row.flag:
            BoxOrder.objects.filter(pk=row.pk).update(flag=FLAG, changed_at=clock.now())


@transaction.atomic
def stop(order: BoxOrder, *, actor: str, cause: str) -> None:
    """A box that is not packed does not go out; what was promised for it is free again, and what paid for it stays with it.

    `making_good.cancel` gives that back as well. Raises `NotAllowed`; nothing is written then.
    """
    if order.state == OrderState.ALLOCATED:
        stock.unpromise(contents(order))
    move(order, OrderState.CANCELLED, actor=actor, cause=cause)
    order.items.all().delete()
