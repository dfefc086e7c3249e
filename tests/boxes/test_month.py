"""A month of boxes: money, credits, the cut-off, orders, stock - with the sandbox's clock."""

from datetime import timedelta

import pytest

from accounts.models import User
from ground import clock
from membership import entitlements
from subscriptions.billing.models import InvoiceLine, OutboxCall
from subscriptions.boxes.actions import credits, cycles, fulfilment, skipping
from subscriptions.boxes.actions.moving import NotAllowed
from subscriptions.boxes.enums import CycleState, OrderState
from subscriptions.boxes.models import BoxOrder, BoxPlan, BoxSubscription, Credit, Cycle, Item, Move
from tests.billing.conftest import Till

pytestmark = pytest.mark.sandbox


def subscribe(till: Till, reader: User) -> BoxSubscription:
    return BoxSubscription.objects.get(billing=till.join(reader, "box-monthly"))


def first(plan: BoxPlan) -> Cycle:
    return plan.cycles.order_by("cutoff_at").first()


def to(till: Till, moment) -> None:
    till.advance(to=int(moment.timestamp()))


def state(plan: BoxPlan) -> list[str]:
    return list(
        BoxOrder.objects.filter(subscription__plan=plan).order_by("cycle__cutoff_at").values_list("state", flat=True)
    )


def test_joining_costs_nothing_today_and_gives_no_credit(till: Till, plan: BoxPlan, reader: User) -> None:
    box = subscribe(till, reader)
    assert box.state == "active" and box.city == "Hangzhou" and box.recipient
    assert InvoiceLine.objects.filter(invoice__account=reader, amount=0).exists()
    assert not Credit.objects.exists()
    assert state(plan) == [OrderState.PROJECTED]
    entitlements.forget(reader)
    assert entitlements.has(reader, "box:monthly")


def test_the_order_locks_at_the_cut_off_is_paid_by_the_renewal_and_gets_its_things(
    till: Till, plan: BoxPlan, reader: User
) -> None:
    box, cycle = subscribe(till, reader), first(plan)
    to(till, cycle.cutoff_at + timedelta(seconds=1))
    assert state(plan) == [OrderState.AWAITING_PAYMENT, OrderState.PROJECTED]
    assert BoxOrder.objects.get(cycle=cycle).address["city"] == "Hangzhou"
    till.advance(until="next_renewal")
    assert state(plan)[0] == OrderState.PAID
    assert Credit.objects.get().order == BoxOrder.objects.get(cycle=cycle)
    to(till, cycle.billed_by + timedelta(minutes=1))
    order = BoxOrder.objects.get(cycle=cycle)
    assert order.state == OrderState.ALLOCATED and order.items.count() == 5
    assert Item.objects.get(sku="cup-plum").allocated == 1
    cycle.refresh_from_db()
    assert cycle.state == CycleState.REVIEW
    path = list(Move.objects.filter(subject=f"order:{order.pk}").order_by("pk").values_list("after", flat=True))
    assert path == ["locked", "awaiting_payment", "paid", "allocated"]
    fulfilment.approve(cycle, actor="test")
    assert fulfilment.pack(cycle, actor="test") == 1
    assert fulfilment.ship(cycle, actor="test") == 1
    cup = Item.objects.get(sku="cup-plum")
    assert (cup.allocated, cup.on_hand) == (0, 259)
    assert box.orders.get(cycle=cycle).state == OrderState.SHIPPED


def test_a_skip_before_the_cut_off_means_no_box_and_no_charge(
    till: Till, plan: BoxPlan, reader: User, django_capture_on_commit_callbacks
) -> None:
    box, cycle = subscribe(till, reader), first(plan)
    with django_capture_on_commit_callbacks(execute=True):
        assert skipping.skip(box=box, cycle=cycle, actor="test")
        assert not skipping.skip(box=box, cycle=cycle, actor="test")
    assert till.sandbox.v1.subscriptions.retrieve(box.billing.stripe_id).pause_collection.behavior == "void"
    to(till, cycle.billed_by + timedelta(hours=1))
    assert state(plan)[0] == OrderState.SKIPPED
    assert not Credit.objects.exists()
    statuses = {i.status for i in till.sandbox.v1.invoices.list({"subscription": box.billing.stripe_id}).data}
    assert "void" in statuses
    to(till, plan.cycles.order_by("cutoff_at")[1].billed_by + timedelta(minutes=1))
    assert state(plan)[1] == OrderState.ALLOCATED


def test_a_skip_taken_back_brings_box_and_charge(
    till: Till, plan: BoxPlan, reader: User, django_capture_on_commit_callbacks
) -> None:
    box, cycle = subscribe(till, reader), first(plan)
    with django_capture_on_commit_callbacks(execute=True):
        skipping.skip(box=box, cycle=cycle, actor="test")
        assert skipping.take_back(box=box, cycle=cycle, actor="test")
        assert not skipping.take_back(box=box, cycle=cycle, actor="test")
    assert OutboxCall.objects.filter(state="done").count() == 2
    to(till, cycle.billed_by + timedelta(minutes=1))
    assert state(plan)[0] == OrderState.ALLOCATED


def test_one_second_after_the_cut_off_a_skip_is_refused_and_nothing_is_lost(
    till: Till, plan: BoxPlan, reader: User, client
) -> None:
    box, cycle = subscribe(till, reader), first(plan)
    to(till, cycle.cutoff_at + timedelta(seconds=1))
    with pytest.raises(skipping.TooLate):
        skipping.skip(box=box, cycle=cycle, actor="test")
    client.force_login(reader)
    page = client.post(f"/en/boxes/{box.pk}/skip/{cycle.pk}/", follow=True)
    assert page.status_code == 200 and "cut-off has passed" in page.content.decode()
    assert not box.skips.exists() and state(plan)[0] == OrderState.AWAITING_PAYMENT


def test_a_renewal_that_fails_leaves_the_box_unpaid_and_money_that_comes_later_revives_it(
    till: Till, plan: BoxPlan, reader: User
) -> None:
    box, cycle = subscribe(till, reader), first(plan)
    till.sandbox.control("fault", payment="card_declined", times=1)
    to(till, cycle.billed_by + timedelta(minutes=1))
    assert state(plan)[0] == OrderState.UNPAID
    till.advance(until="next_retry")
    cycles.run_due(clock.now())
    assert box.orders.get(cycle=cycle).state == OrderState.ALLOCATED, "late, never silent: it is in the late batch"


def test_the_same_paid_line_gives_one_credit_however_often_it_comes(till: Till, plan: BoxPlan, reader: User) -> None:
    subscribe(till, reader)
    till.advance(until="next_renewal")
    line = InvoiceLine.objects.filter(amount__gt=0, invoice__status="paid", price__plan__kind="box").get()
    for _ in range(3):
        credits.line_paid(line)
    assert Credit.objects.count() == 1


def test_the_box_clock_is_safe_to_run_twice(till: Till, plan: BoxPlan, reader: User) -> None:
    subscribe(till, reader)
    to(till, first(plan).billed_by + timedelta(minutes=1))
    before = list(BoxOrder.objects.values_list("pk", "state")), list(Item.objects.values_list("allocated", flat=True))
    assert cycles.run_due(clock.now()) == 0
    assert (
        list(BoxOrder.objects.values_list("pk", "state")),
        list(Item.objects.values_list("allocated", flat=True)),
    ) == before


def test_a_move_that_the_table_does_not_have_is_refused(till: Till, plan: BoxPlan, reader: User) -> None:
    with pytest.raises(NotAllowed):
        fulfilment.approve(first(plan), actor="test")


def test_another_readers_box_looks_missing(till: Till, plan: BoxPlan, reader: User, client) -> None:
    from tests.factories.accounts import person

    box, cycle = subscribe(till, reader), first(plan)
    client.force_login(person("Other"))
    for path in (f"skip/{cycle.pk}", f"unskip/{cycle.pk}", "address"):
        assert client.post(f"/en/boxes/{box.pk}/{path}/").status_code == 404


def test_a_bad_address_comes_back_with_what_was_typed_and_changes_nothing(
    till: Till, plan: BoxPlan, reader: User, client
) -> None:
    box = subscribe(till, reader)
    client.force_login(reader)
    page = client.post(
        f"/en/boxes/{box.pk}/address/", {"recipient": "Ning", "country": "CN", "city": "Suzhou", "line1": "x"}
    )
    assert (
        page.status_code == 422 and "Suzhou" in page.content.decode() and "would not find you" in page.content.decode()
    )
    box.refresh_from_db()
    assert box.city == "Hangzhou"
