"""Things that go along: chosen until the cut-off, charged when the box is, never sent unpaid and never lost."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.actions import erase_account
from accounts.models import Notice, User
from ground import clock
from subscriptions.billing import gateway, outbox
from subscriptions.billing.models import Invoice
from subscriptions.boxes import hooks
from subscriptions.boxes.actions import credits, cycles, fulfilment, skipping, stock
from subscriptions.boxes.enums import CycleState, OrderState
from subscriptions.boxes.models import BoxOrder, BoxPlan, BoxSubscription, Cycle, Item
from subscriptions.shop import along
from subscriptions.shop.actions import ahead, going, keeping, refunding, sending, waiting
from subscriptions.shop.enums import SaleState
from subscriptions.shop.models import Article, Sale
from tests.boxes.conftest import plan  # noqa: F401
from tests.factories.accounts import person
from tests.factories.shop import article
from tests.shop.conftest import Counter

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db(transaction=True)]
S = SaleState


@pytest.fixture
def brush(counter: Counter, plan: BoxPlan) -> Article:  # noqa: F811
    return article("brush", kind="along", on_hand=3, amount=4800, most=2)


@pytest.fixture
def box(counter: Counter, brush: Article, reader: User) -> BoxSubscription:
    counter.till.join(reader, "box-monthly")
    cycles.run_due(clock.now())
    return BoxSubscription.objects.get()


def drifts() -> list[stock.StockDrift]:
    """Promises that are not what their rows say; the demo's shelf was filled without a book."""
    return [found for found in stock.verify_stock() if found.allocated_by_rows != found.item.allocated]


def add(box: BoxSubscription, thing: Article, quantity: int = 1) -> Sale:
    return going.add(account=box.account, box=box, article=thing, quantity=quantity, actor="a")


def to_billing(counter: Counter) -> Cycle:
    """Past the cut-off and the renewal."""
    counter.till.advance(until="next_renewal")
    counter.till.deliver()
    outbox.run_due()
    counter.till.deliver()
    return Cycle.objects.exclude(state=CycleState.OPEN).exclude(state=CycleState.PLANNED).latest("cutoff_at")


def test_it_is_held_charged_with_the_box_packed_and_sent_with_it(
    counter: Counter, box: BoxSubscription, brush: Article
) -> None:
    sale = add(box, brush, 2)
    assert sale.state == S.HELD and not drifts() and not Invoice.objects.filter(total=9600).exists()
    to_billing(counter)
    sale.refresh_from_db()
    order = BoxOrder.objects.get(pk=sale.order_id)
    assert sale.state == S.PAID and Invoice.objects.get(stripe_id=sale.invoice_id).amount_paid == 9600
    assert going.order_contents([order]) == {order.pk: {brush.item_id: 2}}
    cycle = order.cycle
    cycles.run_due(cycle.billed_by + timedelta(minutes=1))
    cycle.refresh_from_db()
    assert cycle.state == CycleState.REVIEW
    fulfilment.approve(cycle, actor="s")
    fulfilment.pack(cycle, actor="s")
    sale.refresh_from_db()
    assert sale.state == S.PACKED and not drifts()
    fulfilment.ship(cycle, actor="s")
    sale.refresh_from_db()
    assert sale.state == S.SHIPPED and Item.objects.get(pk=brush.item_id).on_hand == 1 and not drifts()
    assert Notice.objects.filter(kind="shop.bought").count() == 1


def test_until_the_cutoff_it_is_taken_out_and_after_it_not(
    counter: Counter, box: BoxSubscription, brush: Article
) -> None:
    sale = add(box, brush)
    assert going.remove(sale=sale, actor="a") and not going.remove(sale=sale, actor="a")
    assert not drifts() and Item.objects.get(pk=brush.item_id).allocated == 0
    again = add(box, brush)
    cycle = Cycle.objects.get(state=CycleState.OPEN)
    Cycle.objects.filter(pk=cycle.pk).update(cutoff_at=clock.now())
    with pytest.raises(going.TooLate):
        going.remove(sale=again, actor="a")
    with pytest.raises(going.TooLate):
        add(box, brush, 2)


def test_a_skip_takes_it_to_the_next_box_uncharged(counter: Counter, box: BoxSubscription, brush: Article) -> None:
    sale = add(box, brush)
    cycle = Cycle.objects.filter(state=CycleState.OPEN).get()
    skipping.skip(box=box, cycle=cycle, actor="a")
    to_billing(counter)
    sale.refresh_from_db()
    assert sale.state == S.HELD and sale.order_id is None and not Invoice.objects.filter(total=4800).exists()
    going.tidy(clock.now())
    sale.refresh_from_db()
    assert sale.state == S.HELD and sale.held_until > clock.now() + timedelta(days=30)
    cycles.run_due(clock.now())
    to_billing(counter)
    sale.refresh_from_db()
    assert sale.state == S.PAID and sale.order.cycle != cycle and Invoice.objects.filter(total=4800).count() == 1


def test_a_box_that_is_not_paid_charges_nothing_beside_it(
    counter: Counter, box: BoxSubscription, brush: Article
) -> None:
    sale = add(box, brush)
    counter.till.sandbox.control("fault", payment="card_declined", times=1)
    to_billing(counter)
    sale.refresh_from_db()
    assert sale.state == S.HELD and not Invoice.objects.filter(total=4800).exists()
    counter.till.advance(until="next_retry")
    counter.till.deliver()
    sale.refresh_from_db()
    order = BoxOrder.objects.get(subscription=box, cycle__state__in=[CycleState.BILLING, CycleState.REVIEW])
    assert order.state in (OrderState.PAID, OrderState.ALLOCATED)
    assert (sale.state, sale.order_id) == (S.PAID, order.pk)  # with the box's money, and not before it
    assert Invoice.objects.filter(total=4800).count() == 1 and not drifts()


def charged_in_vain(counter: Counter, box: BoxSubscription, brush: Article) -> Sale:
    """The box is paid by a credit, and the card beside it is refused."""
    sale, cycle = add(box, brush), Cycle.objects.get(state=CycleState.OPEN)
    cycles.lock(cycle, actor="test")
    counter.till.sandbox.control("fault", payment="card_declined", times=1)
    credits.grant(box=box, count=1, kind="goodwill", source="test", why="test", actor="test")
    sale.refresh_from_db()
    return sale


def test_a_refused_charge_is_told_and_the_thing_is_not_sent(
    counter: Counter, box: BoxSubscription, brush: Article
) -> None:
    sale = charged_in_vain(counter, box, brush)
    order = BoxOrder.objects.get(subscription=box)
    assert order.state == OrderState.PAID and sale.state == S.CHARGING
    assert Notice.objects.filter(kind="shop.unpaid").count() == 1
    assert going.order_contents([order]) == {}
    ahead.give_up_due(sale.held_until + timedelta(minutes=1))
    counter.till.deliver()
    sale.refresh_from_db()
    assert sale.state == S.LAPSED and Item.objects.get(pk=brush.item_id).allocated == 0
    assert Notice.objects.filter(kind="shop.dropped").count() == 1 and not drifts()


def test_an_invoice_that_is_voided_sends_nothing_and_loses_no_piece(
    counter: Counter, box: BoxSubscription, brush: Article
) -> None:
    sale = charged_in_vain(counter, box, brush)
    gateway.void_invoice(Invoice.objects.get(total=4800).stripe_id, key="void-by-hand")
    counter.till.deliver()
    sale.refresh_from_db()
    assert sale.state == S.LAPSED and sale.order is not None and going.order_contents([sale.order]) == {}
    assert Item.objects.get(pk=brush.item_id).allocated == 0 and not drifts()


def test_a_charge_that_is_paid_by_hand_after_packing_takes_the_next_box(
    counter: Counter, box: BoxSubscription, brush: Article
) -> None:
    sale = charged_in_vain(counter, box, brush)
    BoxOrder.objects.filter(pk=sale.order_id).update(state=OrderState.PACKED)
    counter.till.pay(Invoice.objects.get(total=4800).pay_url)
    counter.till.deliver()
    going.tidy(clock.now())
    sale.refresh_from_db()
    assert sale.state == S.PAID and sale.order_id is None and sale.ride_id == box.pk and not drifts()


def test_what_is_bought_on_a_page_can_ride_and_what_strands_goes_alone(
    counter: Counter, box: BoxSubscription, reader: User
) -> None:
    cup = article("cup", on_hand=2)
    sale = counter.buy(reader, cup, ride=box)
    assert sale.state == S.PAID and sale.ride_id == box.pk
    to_billing(counter)
    sale.refresh_from_db()
    assert sale.order_id and sale.order.subscription_id == box.pk
    BoxOrder.objects.filter(pk=sale.order_id).update(state=OrderState.CANCELLED)
    going.orders_moved([BoxOrder.objects.get(pk=sale.order_id)], OrderState.PAID, OrderState.CANCELLED, "test")
    BoxSubscription.objects.filter(pk=box.pk).update(state="ended")
    going.tidy(clock.now())
    sale.refresh_from_db()
    assert sale.order_id is None and sale.ride_id is None and sale.address["line1"]


def test_a_box_that_ends_lets_go_of_what_was_chosen(counter: Counter, box: BoxSubscription, brush: Article) -> None:
    sale = add(box, brush)
    BoxSubscription.objects.filter(pk=box.pk).update(state="ended")
    for _ in range(2):
        going.tidy(clock.now())
    sale.refresh_from_db()
    assert sale.state == S.LAPSED and Notice.objects.filter(kind="shop.dropped").count() == 1
    assert not drifts()


def test_the_page_shows_the_sum_and_costs_the_same_with_more(
    counter: Counter, box: BoxSubscription, brush: Article, django_assert_max_num_queries: object
) -> None:
    cycle = Cycle.objects.get(state=CycleState.OPEN)
    for n in range(3):
        add(box, article(f"soap-{n}", kind="along", on_hand=2, amount=1000))
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        found = along.panel(box, cycle)
    assert found and [str(m.amount) for m in found["along"].sums] == ["3000"] and len(found["along"].offers) == 1
    assert along.part in hooks.portal_parts
    client = Client()
    client.force_login(box.account)
    page = client.get("/en/boxes/").content.decode()
    assert "Along with it" in page and "Take out" in page


def test_over_http_only_ones_own_box_takes_things(counter: Counter, box: BoxSubscription, brush: Article) -> None:
    client, stranger = Client(), Client()
    client.force_login(box.account)
    stranger.force_login(person())
    form = {"article": "brush", "quantity": "1"}
    assert stranger.post(f"/en/shop/along/{box.pk}/add/", form).status_code == 404
    for _ in range(2):
        assert client.post(f"/en/shop/along/{box.pk}/add/", form).status_code == 302
    sale = Sale.objects.get()
    assert sale.quantity == 1 and client.post(f"/en/shop/along/{box.pk}/add/", {"article": "none"}).status_code == 404
    assert client.post(f"/en/shop/along/{box.pk}/add/", {**form, "quantity": "7"}).status_code == 302
    assert stranger.post(f"/en/shop/along/{box.pk}/remove/{sale.pk}/").status_code == 404
    client.post(f"/en/shop/along/{box.pk}/remove/{sale.pk}/")
    sale.refresh_from_db()
    assert sale.state == S.CANCELLED and keeping.left(Article.objects.get(pk=brush.pk)) == 3


def test_after_the_cutoff_it_is_said_that_it_goes_with_the_one_after(
    counter: Counter, box: BoxSubscription, brush: Article
) -> None:
    cycle = Cycle.objects.get(state=CycleState.OPEN)
    Cycle.objects.filter(pk=cycle.pk).update(cutoff_at=clock.now(), opens_at=clock.now() - timedelta(days=20))
    cycles.run_due(clock.now())
    client = Client()
    client.force_login(box.account)
    page = client.post(
        f"/en/shop/along/{box.pk}/add/", {"article": "brush", "quantity": "1"}, follow=True
    ).content.decode()
    sale = Sale.objects.get()
    assert "it goes along with the one after" in page and sale.state == S.HELD and sale.order_id is None
    assert BoxOrder.objects.get(cycle=cycle, subscription=box).state == OrderState.AWAITING_PAYMENT


def test_what_others_wait_for_is_not_taken_along_before_them(counter: Counter, box: BoxSubscription) -> None:
    cup, su = article("cup", on_hand=0), person("Su")
    waiting.join(account=su, article=cup)
    stock.receive(item=cup.item, quantity=1, code="second", actor="s")
    with pytest.raises(keeping.SoldOut):
        add(box, cup)
    stock.receive(item=cup.item, quantity=1, code="third", actor="s")
    waiting.pass_on(cup)
    assert add(box, cup).state == S.HELD and Sale.objects.filter(account=su, article=cup, state=S.HELD).exists()


def test_the_number_of_what_goes_along_is_changed_in_one_step(
    counter: Counter, box: BoxSubscription, brush: Article
) -> None:
    client = Client()
    client.force_login(box.account)
    sale = add(box, brush)
    page = client.get("/en/boxes/").content.decode()
    assert 'name="quantity" type="number" min="1" max="2" value="1"' in page
    for asked, stands in (("2", 2), ("3", 2), ("0", 2), ("x", 2), ("1", 1)):
        client.post(f"/en/shop/along/{box.pk}/add/", {"article": "brush", "quantity": asked})
        sale.refresh_from_db()
        assert (sale.state, sale.quantity) == (S.HELD, stands) and Sale.objects.count() == 1 and not drifts()


def test_what_is_paid_keeps_an_address_of_an_erased_account_until_it_is_sent(
    counter: Counter, box: BoxSubscription, reader: User
) -> None:
    cups = [article(f"cup-{n}", on_hand=1) for n in range(3)]
    sent, back, riding = (
        counter.buy(reader, cups[0]),
        counter.buy(reader, cups[1]),
        counter.buy(reader, cups[2], ride=box),
    )
    Sale.objects.filter(pk=riding.pk).update(address={})
    erase_account(account=reader)
    for sale in (sent, back, riding):
        sale.refresh_from_db()
        assert sale.address["city"] == "Hangzhou"
    BoxSubscription.objects.filter(pk=box.pk).update(state="ended")
    going.tidy(clock.now())
    riding.refresh_from_db()
    assert riding.ride_id is None and riding.address["line1"]
    sending.pack(sale=sent, actor="s")
    sending.ship(sale=sent, actor="s", carrier="SF", tracking="SF1")
    refunding.refund(sale=back, actor="staff:1")
    counter.till.deliver()
    for sale, state in ((sent, S.SHIPPED), (back, S.REFUNDED)):
        sale.refresh_from_db()
        assert (sale.state, sale.address, sale.tracking) == (state, {}, "")
