"""Money for a box that went wrong, on a real sandbox: given back once, only what this box was paid with."""

from datetime import timedelta
from uuid import uuid4

import pytest

from accounts.models import User
from ground import clock
from ground.money import Money
from subscriptions.billing.models import Checkout, Invoice, InvoiceLine, OutboxCall, Refund
from subscriptions.boxes.actions import credits, fulfilment
from subscriptions.boxes.actions.moving import NotAllowed
from subscriptions.boxes.enums import OrderState
from subscriptions.boxes.models import BoxOrder, BoxPlan, BoxSubscription, Credit, Cycle
from subscriptions.parcels.actions import troubles
from tests.billing.conftest import Till, reader, sandbox, till
from tests.boxes.conftest import plan
from tests.boxes.test_plans import buy, plans, to
from tests.factories.boxes import paid_orders

__all__ = ["plan", "plans", "reader", "sandbox", "till"]
pytestmark = [pytest.mark.sandbox, pytest.mark.django_db]


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


def paid_for_by(cycle: Cycle, source: str, count: int, **invoice: int) -> list[BoxOrder]:
    """That many lost boxes of one subscriber, with the credits of one source; an invoice of 9,000 for three boxes beside one
    of 3,000 for something else, of which so much was paid."""
    orders, now = paid_orders(cycle, count), clock.now()
    for seq, order in enumerate(orders, start=1):
        BoxOrder.objects.filter(pk=order.pk).update(state=OrderState.LOST)
        Credit.objects.create(subscription=order.subscription, source=source, seq=seq, order=order, granted_at=now)
        order.refresh_from_db()
    box = orders[0].subscription
    bill = Invoice.objects.create(
        stripe_id="in_1", account=box.account, subscription=box.billing, status="paid", currency="CNY", created_at=now,
        fetched_at=now, **invoice,
    )  # fmt: skip
    for name, amount in (("il_boxes", 9000), ("il_other", 3000), ("il_credit", -500)):
        price = box.billing.price if name == "il_boxes" else None
        InvoiceLine.objects.create(
            stripe_id=name, invoice=bill, amount=amount, price=price, period_start=now, period_end=now
        )
    return orders


def test_half_off_a_quarter_gives_back_a_third_of_what_was_paid_for_it(cycle: Cycle) -> None:
    orders = paid_for_by(cycle, "il_boxes", 3, total=6001, amount_paid=6001)
    parts = [troubles.paid_with(order)[1] for order in orders]  # type: ignore[index]
    assert parts == [1501, 1500, 1500]
    for order in orders:
        troubles.refund(order=order, actor="staff:1", why="lost")
    assert sum(call.params["amount"] for call in OutboxCall.objects.all()) == 4501


def test_what_cost_nothing_is_not_given_back(cycle: Cycle) -> None:
    order = paid_for_by(cycle, "il_boxes", 1, total=0, amount_paid=0)[0]
    assert troubles.paid_with(order) is None


def test_a_box_that_was_paid_ahead_is_paid_back_by_its_part(cycle: Cycle) -> None:
    key = uuid4()
    orders = paid_for_by(cycle, f"ahead:{key}", 3, total=12000, amount_paid=12000)
    billing = orders[0].subscription.billing
    Checkout.objects.create(
        key=key, account=billing.account, kind="once", price=billing.price, slot="x", state="completed", language="en",
        invoice_id="in_1", created_at=clock.now(), expires_at=clock.now(),
    )  # fmt: skip
    line, amount = troubles.paid_with(orders[0])  # type: ignore[misc]
    assert (line.stripe_id, amount) == ("il_boxes", 3000)
    Credit.objects.filter(order=orders[1]).update(source="ahead:nonsense")
    assert troubles.paid_with(orders[1]) is None


def test_the_money_of_a_box_that_was_paid_ahead_goes_back_and_the_others_still_come(
    till: Till, plans: BoxPlan, reader: User, django_capture_on_commit_callbacks
) -> None:
    buy(till, reader, "box-tea-3")
    box = BoxSubscription.objects.get(account=reader)
    order, bill = box.orders.select_related("cycle").get(), Invoice.objects.get(account=reader)
    to(till, order.cycle.cutoff_at + timedelta(seconds=1))
    BoxOrder.objects.filter(pk=order.pk).update(state=OrderState.LOST)
    order.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        troubles.refund(order=order, actor="staff:1", why="lost")
    till.deliver()
    assert Refund.objects.get().amount == Money(bill.amount_paid, bill.currency).split([1, 1, 1])[0].amount
    assert credits.unspent(box) == 2
