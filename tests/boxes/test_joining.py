"""Joining, paying ahead and coming back, as billing tells it."""

from datetime import timedelta

import pytest

from accounts.models import Notice, User
from ground import clock
from subscriptions.billing.enums import CheckoutKind, PlanKind
from subscriptions.billing.models import Checkout, Invoice, InvoiceLine, Plan, PlanPrice, Subscription
from subscriptions.boxes.actions import credits, cycles, firsts, holding, subscribing
from subscriptions.boxes.enums import BoxState, CreditKind, CycleState, FirstBox, OrderState
from subscriptions.boxes.models import BoxOrder, BoxPlan, BoxSubscription, BoxVariant, Credit, Cycle
from tests.boxes.test_prepaid import give, plan, subscriber
from tests.factories.accounts import person

__all__ = ["plan"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def price(plan: BoxPlan) -> PlanPrice:
    """One box of the plan, paid once."""
    billing = Plan.objects.create(kind=PlanKind.BOX, target=plan.slug, name_zh="盒", name_en="Box")
    return PlanPrice.objects.create(
        plan=billing, lookup_key="box-ahead-first", interval="once", amount=100, currency="CNY", boxes=1,
        stripe_price="price_ahead",
    )  # fmt: skip


def now_plan(plan: BoxPlan) -> Cycle:
    """The first edition is being packed, and whoever joins gets it at once."""
    BoxPlan.objects.filter(pk=plan.pk).update(first_box=FirstBox.NOW)
    plan.refresh_from_db()
    cycle = plan.cycles.order_by("cutoff_at").first()
    assert cycle
    Cycle.objects.filter(pk=cycle.pk).update(state=CycleState.PACKING)
    return cycle


def paid_line(box: BoxSubscription, price: PlanPrice) -> InvoiceLine:
    now = clock.now()
    invoice = Invoice.objects.create(
        stripe_id=f"in_{box.pk}", account=box.account, subscription=box.billing, status="paid", total=100,
        amount_paid=100, currency="CNY", created_at=now, fetched_at=now,
    )  # fmt: skip
    return InvoiceLine.objects.create(
        invoice=invoice, stripe_id=f"il_{box.pk}", price=price, amount=100, period_start=now, period_end=now
    )


def test_a_first_box_that_was_paid_is_ordered_once_however_late_its_line_is_told_again(
    plan: BoxPlan, price: PlanPrice
) -> None:
    cycle = now_plan(plan)
    box = subscriber(person(), plan)
    line = paid_line(box, price)
    credits.line_paid(line)
    assert box.orders.get(kind="first").cycle == cycle
    Cycle.objects.filter(pk=cycle.pk).update(state=CycleState.CLOSED, ships_on=cycle.ships_on - timedelta(days=90))
    BoxOrder.objects.filter(subscription=box).update(state=OrderState.CLOSED)
    following = plan.cycles.order_by("cutoff_at")[1]
    Cycle.objects.filter(pk=following.pk).update(state=CycleState.SHIPPING)
    credits.line_paid(line)
    assert box.orders.filter(kind="first").count() == 1 and Credit.objects.count() == 1


def test_who_had_the_edition_pays_for_no_first_box_and_gets_none(plan: BoxPlan, price: PlanPrice) -> None:
    cycle, now = now_plan(plan), clock.now()
    ning, su = person("Ning"), person("Su")
    had = BoxSubscription.objects.create(account=ning, plan=plan, state=BoxState.ENDED, created_at=now)
    order = BoxOrder.objects.create(
        cycle=cycle, subscription=had, state=OrderState.DELIVERED, created_at=now, changed_at=now
    )
    assert subscribing.first_at_once(price, su) == price and subscribing.first_at_once(price, ning) is None
    box = subscriber(ning, plan)
    assert firsts.order_first(box) is None
    BoxOrder.objects.filter(pk=order.pk).update(state=OrderState.CANCELLED)
    assert subscribing.first_at_once(price, ning) == price and firsts.order_first(box)


def bought_ahead(account: User, price: PlanPrice, **more: str) -> None:
    """The payment page says what was typed and chosen."""
    checkout = Checkout(account=account, price=price, kind=CheckoutKind.ONCE, **more)
    address = {"line1": "9 Canal Street", "city": "Suzhou", "country": "CN"}
    shipping = {"shipping_details": {"name": "Ning", "address": address}}
    subscribing.checkout_completed(checkout, {"collected_information": shipping})


def test_boxes_paid_ahead_go_where_the_payment_page_says_and_come_as_chosen(plan: BoxPlan, price: PlanPrice) -> None:
    ning = person("Ning")
    mild = BoxVariant.objects.create(plan=plan, slug="mild", name_zh="淡", name_en="Mild")
    strong = BoxVariant.objects.create(plan=plan, slug="strong", name_zh="浓", name_en="Strong")
    box = give(ning, plan, 1)
    BoxSubscription.objects.filter(pk=box.pk).update(variant=strong)
    bought_ahead(ning, price, choice="mild")
    box.refresh_from_db()
    assert (box.city, box.line1, box.variant) == ("Suzhou", "9 Canal Street", mild)


def back(box: BoxSubscription, plan: BoxPlan, **status: object) -> None:
    billing = Subscription.objects.select_related("plan", "account", "price").get(pk=box.billing_id)
    for name, value in status.items():
        setattr(billing, name, value)
    billing.save()
    billing.plan.target = plan.slug
    subscribing.follow(billing, "")


@pytest.mark.parametrize("state", [BoxState.PAUSED, BoxState.CANCELLING])
def test_who_comes_back_within_five_days_of_the_charge_is_told_it_at_once(plan: BoxPlan, state: str) -> None:
    box = subscriber(person(), plan)
    cycles.run_due(clock.now())
    cycle = plan.cycles.order_by("cutoff_at").first()
    assert cycle
    BoxSubscription.objects.filter(pk=box.pk).update(state=state)
    moment = cycle.cutoff_at - timedelta(days=2)
    with clock.standing_at(moment):
        back(box, plan, status="active", period_end=cycle.cutoff_at + timedelta(hours=3),
             started_at=moment - timedelta(days=90))  # fmt: skip
        assert Notice.objects.filter(kind="billing.renewal", account=box.account).count() == 1
        assert holding.hold_back(clock.now()) == 0 and not box.skips.exists()


def test_a_cancelled_subscription_ends_when_its_last_paid_box_has_left_however_often_its_end_is_told(
    plan: BoxPlan,
) -> None:
    box, cycle = subscriber(person(), plan), plan.cycles.order_by("cutoff_at").first()
    assert cycle
    cycles.run_due(clock.now())
    credits.grant(box=box, count=1, kind=CreditKind.PAID, source="il_1", why="renewal", actor="billing")
    for _ in range(2):
        back(box, plan, status="canceled")
        box.refresh_from_db()
        assert box.state == BoxState.PREPAID_ONLY
        if cycle.state == CycleState.OPEN:
            cycles.lock(cycle, actor="test")
            assert box.orders.get(cycle=cycle).state == OrderState.PAID and not credits.unspent(box)
    BoxOrder.objects.filter(subscription=box).update(state=OrderState.SHIPPED)
    cycles.run_due(clock.now())
    box.refresh_from_db()
    assert box.state == BoxState.ENDED
