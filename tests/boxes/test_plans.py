"""Ways to get boxes: charged again and again, by the season, paid ahead, the first one at once - with the sandbox's clock."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Notice, User
from ground import clock
from membership import entitlements
from subscriptions.billing import actions, catalogue, joining, paying
from subscriptions.billing.models import Invoice, PlanPrice, Subscription
from subscriptions.boxes import demo_plans, queries
from subscriptions.boxes.actions import credits, cycles, skipping
from subscriptions.boxes.enums import BoxState, OrderKind, OrderState
from subscriptions.boxes.models import BoxOrder, BoxPlan, BoxSubscription, Credit, Cycle, Item
from tests.billing.conftest import Till

pytestmark = [pytest.mark.sandbox]
ADDRESS = {"address_line1": "12 Hefang Street", "city": "Hangzhou", "postal_code": "310000", "country": "CN",
           "shipping_name": "Ning Yuan", "state": "Zhejiang"}  # fmt: skip


@pytest.fixture
def plans(till: Till, plan: BoxPlan) -> BoxPlan:
    """The demo's plans, with prices on both sides; answers the monthly one."""
    demo_plans.seed(lambda text: None)
    catalogue.push()
    till.deliver()
    for slug, editions in demo_plans.UPCOMING.items():
        other = BoxPlan.objects.get(slug=slug)
        _, months = (
            None,
            demo_plans.calendar.cycle_at(clock.now(), other.cutoff_day, other.zone, other.every, other.anchor_month),
        )
        for offset, edition in enumerate(editions):
            demo_plans.make_edition(other, demo_plans.calendar.next_month(*months, offset * other.every), edition)
    cycles.run_due(clock.now())
    return plan


def buy(till: Till, reader: User, lookup_key: str, **more: str) -> None:
    """The whole way through a payment page that is paid once."""
    price = PlanPrice.objects.select_related("plan").get(lookup_key=lookup_key)
    started = joining.start(account=reader, wish=joining.Wish(price=price, **more))  # type: ignore[arg-type]
    status, text, _ = till.pay(started.session_url, **ADDRESS)
    assert status in (302, 303), text[:2000]
    till.deliver()


def to(till: Till, moment) -> None:  # type: ignore[no-untyped-def]
    till.advance(to=int(moment.timestamp()))


def test_boxes_paid_ahead_come_one_by_one_and_then_it_ends(till: Till, plans: BoxPlan, reader: User) -> None:
    buy(till, reader, "box-tea-3", choice="mild")
    box = BoxSubscription.objects.get(account=reader)
    assert (box.state, box.billing, box.city, box.variant.slug) == (BoxState.PREPAID_ONLY, None, "Hangzhou", "mild")
    assert credits.unspent(box) == 3
    entitlements.forget(reader)
    assert entitlements.has(reader, "box:tea")
    first = Cycle.objects.get(plan=box.plan, state="open")
    assert box.orders.get().state == OrderState.PROJECTED
    to(till, first.cutoff_at + timedelta(seconds=1))
    order = box.orders.get(cycle=first)
    assert order.state == OrderState.PAID and order.variant.slug == "mild" and credits.unspent(box) == 2
    assert not Subscription.objects.filter(account=reader).exists()


def test_the_money_of_boxes_paid_ahead_that_goes_back_takes_what_was_not_sent(
    till: Till, plans: BoxPlan, reader: User
) -> None:
    buy(till, reader, "box-tea-3")
    box, invoice = BoxSubscription.objects.get(account=reader), Invoice.objects.get(account=reader)
    first = Cycle.objects.get(plan=box.plan, state="open")
    to(till, first.cutoff_at + timedelta(seconds=1))
    paying.refund(
        invoice=invoice, amount=invoice.amount_paid, reason="requested_by_customer", token="t", end=False, actor="test"
    )
    till.deliver()
    till.deliver()
    assert box.orders.get(cycle=first).state == OrderState.CANCELLED
    assert credits.unspent(box) == 0
    assert Credit.objects.filter(subscription=box, withdrawn_at__isnull=False).count() == 3


def test_a_welcome_box_is_paid_at_once_and_the_season_comes_after_it(till: Till, plans: BoxPlan, reader: User) -> None:
    box = BoxSubscription.objects.get(billing=till.join(reader, "box-seasons"))
    order = box.orders.get(kind=OrderKind.WELCOME)
    assert order.address["city"] == "Hangzhou"
    cycles.run_due(clock.now())
    order.refresh_from_db()
    assert order.state == OrderState.ALLOCATED and order.items.count() == 2
    paid = Invoice.objects.get(account=reader, status="paid")
    assert paid.amount_paid == PlanPrice.objects.get(lookup_key="box-seasons-hello").amount
    assert box.billing.period_end.month in {(box.plan.anchor_month + n - 1) % 12 + 1 for n in (0, 3, 6, 9)}
    season = Cycle.objects.filter(plan=box.plan, state="open").get()
    assert season.cutoff_at < box.billing.period_end <= season.billed_by


def test_what_has_run_out_is_not_charged_as_a_first_box(till: Till, plans: BoxPlan, reader: User) -> None:
    Item.objects.filter(sku="w-cup").update(on_hand=0)
    box = BoxSubscription.objects.get(billing=till.join(reader, "box-seasons"))
    assert not box.orders.exclude(kind=OrderKind.CYCLE).exists()
    assert not Invoice.objects.filter(account=reader, amount_paid__gt=0).exists()


def test_a_quarters_charge_of_a_monthly_box_pays_for_three(till: Till, plans: BoxPlan, reader: User) -> None:
    box = BoxSubscription.objects.get(billing=till.join(reader, "box-monthly-quarter"))
    first = Cycle.objects.filter(plan=box.plan, state="open").get()
    to(till, first.billed_by + timedelta(minutes=1))
    assert Credit.objects.filter(subscription=box).count() == 3 and credits.unspent(box) == 2
    second = Cycle.objects.filter(plan=box.plan, state="open").get()
    skipping.skip(box=box, cycle=second, actor="test")
    to(till, second.billed_by + timedelta(minutes=1))
    assert credits.unspent(box) == 2, "a skipped box keeps its credit"
    third = Cycle.objects.filter(plan=box.plan, state="open").get()
    to(till, third.cutoff_at + timedelta(seconds=1))
    assert box.orders.get(cycle=third).state == OrderState.PAID and credits.unspent(box) == 1


def test_paid_boxes_still_come_after_the_subscription_ended(till: Till, plans: BoxPlan, reader: User) -> None:
    box = BoxSubscription.objects.get(billing=till.join(reader, "box-monthly-quarter"))
    first = Cycle.objects.filter(plan=box.plan, state="open").get()
    to(till, first.billed_by + timedelta(minutes=1))
    actions.end_now(subscription=box.billing, actor="test")
    till.deliver()
    till.deliver()
    box.refresh_from_db()
    assert box.state == BoxState.PREPAID_ONLY and credits.unspent(box) == 2
    second = Cycle.objects.filter(plan=box.plan, state="open").get()
    to(till, second.cutoff_at + timedelta(seconds=1))
    assert box.orders.get(cycle=second).state == OrderState.PAID


def test_who_leaves_before_the_charge_gets_no_box_and_owes_nothing(till: Till, plans: BoxPlan, reader: User) -> None:
    box = BoxSubscription.objects.get(billing=till.join(reader, "box-monthly"))
    cycle = Cycle.objects.filter(plan=box.plan, state="open").get()
    actions.leave(subscription=box.billing)
    till.deliver()
    till.deliver()
    client = Client()
    client.force_login(reader)
    page = client.get("/en/boxes/").content.decode()
    assert "No further box" in page and 'data-opens="skip"' not in page
    to(till, cycle.billed_by + timedelta(minutes=1))
    assert not Notice.objects.filter(account=reader, kind="boxes.cutoff").exists()
    box.refresh_from_db()
    assert box.state == BoxState.ENDED and box.orders.get(cycle=cycle).state == OrderState.CANCELLED
    assert not Invoice.objects.filter(account=reader, amount_paid__gt=0).exists()


def test_a_rest_brings_no_box_and_ends_on_the_common_day(till: Till, plans: BoxPlan, reader: User) -> None:
    box = BoxSubscription.objects.get(billing=till.join(reader, "box-monthly"))
    cycle = Cycle.objects.filter(plan=box.plan, state="open").get()
    anchor = box.billing.period_end
    actions.pause(subscription=box.billing, until=cycle.billed_by + timedelta(days=9))
    till.deliver()
    till.deliver()
    to(till, cycle.billed_by + timedelta(minutes=1))
    box.refresh_from_db()
    assert box.state == BoxState.PAUSED and box.orders.get(cycle=cycle).state == OrderState.SKIPPED
    to(till, cycle.billed_by + timedelta(days=10))
    box = BoxSubscription.objects.select_related("billing").get(pk=box.pk)
    assert box.state == BoxState.ACTIVE
    assert box.billing.period_end.day == anchor.day and box.billing.period_end.hour == anchor.hour
    assert not Invoice.objects.filter(account=reader, amount_paid__gt=0).exists()
    following = Cycle.objects.filter(plan=box.plan, state="open").get()
    to(till, following.billed_by + timedelta(minutes=1))
    assert box.orders.get(cycle=following).state == OrderState.ALLOCATED


def test_money_that_goes_back_before_packing_stops_the_box_and_after_it_flags_it(
    till: Till, plans: BoxPlan, reader: User
) -> None:
    box = BoxSubscription.objects.get(billing=till.join(reader, "box-monthly"))
    cycle = Cycle.objects.filter(plan=box.plan, state="open").get()
    to(till, cycle.billed_by + timedelta(minutes=1))
    invoice = Invoice.objects.get(account=reader, amount_paid__gt=0)
    order = box.orders.get(cycle=cycle)
    promised = Item.objects.get(sku="cup-plum").allocated
    BoxOrder.objects.filter(pk=order.pk).update(state=OrderState.PACKED)
    paying.refund(
        invoice=invoice, amount=invoice.amount_paid, reason="requested_by_customer", token="t", end=False, actor="test"
    )
    till.deliver()
    till.deliver()
    order.refresh_from_db()
    assert order.state == OrderState.PACKED and order.flag, "what is packed is not recalled, it is looked at"
    assert Item.objects.get(sku="cup-plum").allocated == promised


def test_the_ledger_explains_each_box(till: Till, plans: BoxPlan, reader: User, client) -> None:  # type: ignore[no-untyped-def]
    box = BoxSubscription.objects.get(billing=till.join(reader, "box-monthly"))
    credits.grant(box=box, count=1, kind="goodwill", source="click:1", why="a cup arrived chipped", actor="staff:1")
    credits.grant(box=box, count=1, kind="goodwill", source="click:1", why="a cup arrived chipped", actor="staff:1")
    cycle = Cycle.objects.filter(plan=box.plan, state="open").get()
    to(till, cycle.cutoff_at + timedelta(seconds=1))
    entries = queries.ledger(box)
    assert [(e.delta, e.left) for e in entries] == [(-1, 0), (1, 1)]
    client.force_login(reader)
    page = client.get(f"/en/boxes/{box.pk}/credits/").content.decode()
    assert "a cup arrived chipped" in page and box.orders.get(cycle=cycle).number in page


def test_a_first_box_is_sold_with_its_subscription_alone(till: Till, plans: BoxPlan, reader: User, client) -> None:  # type: ignore[no-untyped-def]
    client.force_login(reader)
    for alone in ("box-seasons-hello", "box-tea-first", "gift-tea-3"):
        assert PlanPrice.objects.filter(lookup_key=alone, active=True).exists()
        assert client.post(f"/billing/checkout/{alone}/", follow=True).status_code == 404
    assert client.post("/billing/checkout/box-tea-3/").status_code == 302
