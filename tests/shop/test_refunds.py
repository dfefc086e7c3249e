"""Money that goes back: for one of several on an invoice, refused by the bank, and never with the goods as well."""

from datetime import timedelta

import pytest
from django.db import transaction

from accounts.models import User
from ground import clock
from subscriptions.billing import outbox, paying, sync
from subscriptions.billing.enums import CallState
from subscriptions.billing.models import Invoice, OutboxCall
from subscriptions.boxes.actions import credits, cycles
from subscriptions.boxes.enums import CycleState, OrderState
from subscriptions.boxes.models import BoxOrder, BoxPlan, BoxSubscription, Cycle, Item
from subscriptions.shop.actions import going, refunding, sending
from subscriptions.shop.actions.moving import NotAllowed
from subscriptions.shop.enums import Flag, SaleState
from subscriptions.shop.models import Sale
from tests.boxes.conftest import plan  # noqa: F401
from tests.factories.shop import article, edition
from tests.shop.conftest import Counter

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db(transaction=True)]
S = SaleState
FAILS = "4000000000005126"
"""A card that pays, and to which nothing can be given back."""


@pytest.fixture
def two(counter: Counter, plan: BoxPlan, reader: User) -> tuple[Sale, Sale]:  # noqa: F811
    """Two things of different prices that rode in one box: one invoice for both."""
    brush = article("brush", kind="along", on_hand=3, amount=4800)
    soap = article("soap", kind="along", on_hand=3, amount=1000)
    counter.till.join(reader, "box-monthly")
    cycles.run_due(clock.now())
    box = BoxSubscription.objects.get()
    brush_sale, soap_sale = (
        going.add(account=reader, box=box, article=thing, quantity=1, actor="a") for thing in (brush, soap)
    )
    cycles.lock(Cycle.objects.get(state=CycleState.OPEN), actor="test")
    credits.grant(box=box, count=1, kind="goodwill", source="test", why="test", actor="test")
    counter.till.deliver()
    for sale in (brush_sale, soap_sale):
        sale.refresh_from_db()
        assert sale.state == S.PAID and sale.order_id
    assert brush_sale.invoice_id == soap_sale.invoice_id
    return brush_sale, soap_sale


def states(*sales: Sale) -> list[str]:
    for sale in sales:
        sale.refresh_from_db()
    return [sale.state for sale in sales]


def again(sale: Sale) -> None:
    """The same news once more, as from a late webhook or the nightly look."""
    for _ in range(3):
        sync.invoice(sale.invoice_id)


def test_one_of_two_on_an_invoice_is_given_back_and_stays_given_back(counter: Counter, two: tuple[Sale, Sale]) -> None:
    brush, soap = two
    refunding.refund(sale=brush, actor="staff:1")
    counter.till.deliver()
    again(brush)
    assert states(brush, soap) == [S.REFUNDED, S.PAID] and not brush.flag
    with pytest.raises(NotAllowed):
        refunding.refund(sale=brush, actor="staff:1")  # a second click
    assert Item.objects.get(pk=brush.article.item_id).allocated == 0
    assert going.order_contents([soap.order]) == {soap.order_id: {soap.article.item_id: 1}}  # type: ignore[list-item]
    refunding.refund(sale=soap, actor="staff:1")
    counter.till.deliver()
    again(soap)
    assert states(brush, soap) == [S.REFUNDED, S.REFUNDED]
    assert sum(r.amount for r in Invoice.objects.get(stripe_id=soap.invoice_id).refunds.all()) == 5800


def test_while_the_second_refund_is_under_way_the_first_stands(counter: Counter, two: tuple[Sale, Sale]) -> None:
    brush, soap = two
    refunding.refund(sale=brush, actor="staff:1")
    counter.till.deliver()
    counter.till.sandbox.control("fault", api="unavailable", times=9, path="/v1/refunds")
    refunding.refund(sale=soap, actor="staff:1")
    again(soap)
    assert states(brush, soap) == [S.REFUNDED, S.OWED] and not brush.flag and not soap.flag
    counter.till.sandbox.control("fault", api=None)
    OutboxCall.objects.update(due_at="2020-01-01T00:00Z")
    outbox.run_due()
    assert states(brush, soap) == [S.REFUNDED, S.REFUNDED]


def test_what_came_back_and_was_given_back_is_never_paid_again(counter: Counter, two: tuple[Sale, Sale]) -> None:
    brush, soap = two
    Sale.objects.filter(pk=brush.pk).update(state=S.PACKED, order=None, ride=None)
    sending.ship(sale=brush, actor="s")
    sending.take_back(sale=brush, actor="s", why="came back")
    brush.refresh_from_db()
    refunding.refund(sale=brush, actor="staff:1")
    counter.till.deliver()
    again(brush)
    assert states(brush, soap) == [S.REFUNDED, S.PAID]
    assert Item.objects.get(pk=brush.article.item_id).free == 3


def test_what_lies_packed_in_a_box_is_not_given_back_before_it_is_unpacked(
    counter: Counter, two: tuple[Sale, Sale]
) -> None:
    brush, soap = two
    order = BoxOrder.objects.get(pk=brush.order_id)
    BoxOrder.objects.filter(pk=order.pk).update(state=OrderState.PACKED)
    with transaction.atomic():
        going.orders_moved([order], OrderState.ALLOCATED, OrderState.PACKED, "test")
    brush.refresh_from_db()
    with pytest.raises(refunding.InBox):
        refunding.refund(sale=brush, actor="staff:1")
    assert states(brush, soap) == [S.PACKED, S.PACKED] and not OutboxCall.objects.filter(kind=outbox.REFUND).exists()
    with transaction.atomic():
        going.orders_moved([order], OrderState.PACKED, OrderState.ALLOCATED, "test")
    refunding.refund(sale=brush, actor="staff:1")
    assert states(brush, soap) == [S.REFUNDED, S.PAID]


def test_a_refund_that_the_bank_sends_back_is_flagged_and_tried_again(counter: Counter, reader: User) -> None:
    bowls = edition(1)
    sale = counter.buy(reader, bowls, card=FAILS)
    refunding.refund(sale=sale, actor="staff:1")
    counter.till.deliver()
    assert states(sale) == [S.REFUNDED]
    counter.till.advance(seconds=5)
    again(sale)
    assert states(sale) == [S.OWED] and sale.flag == Flag.NOT_BACK
    assert bowls.units.get().state == "free"  # not sold again, not kept again
    refunding.again(sale=sale, actor="staff:1")
    counter.till.deliver()
    assert states(sale) == [S.REFUNDED] and not sale.flag
    assert OutboxCall.objects.filter(kind=outbox.REFUND).count() == 2
    counter.till.advance(seconds=5)
    assert states(sale) == [S.OWED] and sale.flag == Flag.NOT_BACK
    refunding.by_hand(sale=sale, actor="staff:1", why="by bank transfer")
    again(sale)
    assert states(sale) == [S.REFUNDED] and not sale.flag
    with pytest.raises(NotAllowed):
        refunding.again(sale=sale, actor="staff:1")


def test_a_refund_that_stripe_refuses_is_flagged_and_not_forgotten(counter: Counter, two: tuple[Sale, Sale]) -> None:
    brush, soap = two
    counter.till.sandbox.control("dispute", invoice=brush.invoice_id)  # Stripe gives nothing back meanwhile
    refunding.refund(sale=brush, actor="staff:1")
    call = OutboxCall.objects.get(kind=outbox.REFUND)
    assert call.state == CallState.FAILED
    assert states(brush, soap) == [S.OWED, S.PAID] and brush.flag == Flag.NOT_BACK and not soap.flag


def test_money_given_back_elsewhere_settles_what_was_refused(counter: Counter, two: tuple[Sale, Sale]) -> None:
    brush, soap = two
    invoice = Invoice.objects.get(stripe_id=brush.invoice_id)
    OutboxCall.objects.create(key=f"refund:{invoice.stripe_id}:sale:{brush.key}", object_id=invoice.stripe_id, params={},
                              kind=outbox.REFUND, state=CallState.FAILED, due_at=clock.now(), created_at=clock.now())  # fmt: skip
    refunding.refund(sale=brush, actor="staff:1")
    again(brush)
    assert states(brush) == [S.OWED] and brush.flag == Flag.NOT_BACK
    paying.refund(invoice=invoice, amount=4800, reason="", token="desk", end=False, actor="admin")
    counter.till.deliver()
    assert states(brush, soap) == [S.REFUNDED, S.PAID] and not brush.flag


def test_of_two_refunds_the_one_that_failed_is_flagged(counter: Counter, two: tuple[Sale, Sale]) -> None:
    brush, soap = two
    for sale in two:
        refunding.refund(sale=sale, actor="staff:1")
    counter.till.deliver()
    assert states(brush, soap) == [S.REFUNDED, S.REFUNDED]
    invoice = Invoice.objects.get(stripe_id=brush.invoice_id)
    invoice.refunds.filter(amount=1000).update(status="failed", fetched_at=clock.now() + timedelta(days=1))
    again(brush)
    assert states(brush, soap) == [S.REFUNDED, S.OWED] and soap.flag == Flag.NOT_BACK and not brush.flag


def test_a_question_that_is_answered_well_gives_nothing_back(counter: Counter, two: tuple[Sale, Sale]) -> None:
    brush, soap = two
    Sale.objects.filter(pk=brush.pk).update(state=S.PACKED, order=None, ride=None)
    sending.ship(sale=brush, actor="s")
    sending.take_back(sale=brush, actor="s", why="came back")
    dispute = counter.till.sandbox.control("dispute", invoice=brush.invoice_id)
    counter.till.deliver()
    assert states(brush, soap) == [S.RETURNED, S.STOPPED]
    counter.till.sandbox.control("dispute", dispute=dispute["id"], close="won")
    counter.till.deliver()
    assert states(brush, soap) == [S.RETURNED, S.PAID]


def test_what_was_never_paid_cannot_be_given_back(counter: Counter, reader: User) -> None:
    sale, _url = counter.page(reader, article())
    with pytest.raises(NotAllowed):
        refunding.refund(sale=sale, actor="staff:1")
