"""Money for a box that went wrong, on a real sandbox: given back once, only what this box was paid with."""

from datetime import timedelta

import pytest

from accounts.models import User
from subscriptions.billing.models import OutboxCall, Refund
from subscriptions.boxes.actions import fulfilment
from subscriptions.boxes.actions.moving import NotAllowed
from subscriptions.boxes.enums import OrderState
from subscriptions.boxes.models import BoxOrder, BoxPlan, BoxSubscription
from subscriptions.parcels.actions import troubles
from tests.billing.conftest import Till, reader, sandbox, till
from tests.boxes.conftest import plan

__all__ = ["plan", "reader", "sandbox", "till"]
pytestmark = pytest.mark.sandbox


def test_a_lost_box_is_paid_back_once(
    till: Till, plan: BoxPlan, reader: User, django_capture_on_commit_callbacks
) -> None:
    box = BoxSubscription.objects.get(billing=till.join(reader, "box-monthly"))
    cycle = plan.cycles.order_by("cutoff_at").first()
    till.advance(to=int((cycle.billed_by + timedelta(minutes=1)).timestamp()))
    cycle.refresh_from_db()
    fulfilment.approve(cycle, actor="test")
    fulfilment.pack(cycle, actor="test")
    fulfilment.ship(cycle, actor="test")
    order = BoxOrder.objects.select_related("cycle", "subscription").get(cycle=cycle, subscription=box)
    with pytest.raises(NotAllowed):
        troubles.refund(order=order, actor="staff:1", why="")
    troubles.report(order=order, what="lost", actor="staff:1", why="")
    paid = troubles.paid_with(order)
    assert paid and paid[1] == paid[0].amount > 0
    with django_capture_on_commit_callbacks(execute=True):
        troubles.refund(order=order, actor="staff:1", why="lost on the way")
    assert Refund.objects.get().amount == paid[1]
    assert BoxOrder.objects.get(pk=order.pk).state == OrderState.REFUNDED
    with pytest.raises(NotAllowed):
        troubles.refund(order=order, actor="staff:1", why="")
    assert OutboxCall.objects.filter(kind="invoice.refund").count() == 1
