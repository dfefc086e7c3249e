"""A cut-off that spends a credit while its money goes back, and two skips of one subscription at once."""

import threading
from contextlib import suppress

import pytest
from django.db import transaction

from ground import clock
from subscriptions.boxes import calendar, demo
from subscriptions.boxes.actions import credits, skipping
from subscriptions.boxes.enums import CreditKind, CycleState, OrderState
from subscriptions.boxes.models import BoxOrder, BoxPlan, BoxSubscription, Credit, Cycle, Skip
from tests.factories.boxes import paid_orders
from tests.races.threads import at_once, somebody_waits

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def shelf(editions: int = 1) -> list[Cycle]:
    """A plan with so many open editions."""
    plan = BoxPlan.objects.create(slug="purse", name_zh="袋", name_en="Purse", skips_a_year=1)
    when = calendar.cycle_at(clock.now(), plan.cutoff_day, plan.zone)
    for number in range(editions):
        demo._edition(plan, calendar.next_month(*when, number), demo.THEMES[number], demo._items())
    Cycle.objects.update(state=CycleState.OPEN)
    return list(Cycle.objects.select_related("plan").order_by("cutoff_at"))


def waiting(cycle: Cycle) -> BoxSubscription:
    """A subscription whose order waits for money, and its credit."""
    order = paid_orders(cycle, 1)[0]
    Credit.objects.create(subscription=order.subscription, source="il_1", kind=CreditKind.PAID, granted_at=clock.now())
    BoxOrder.objects.filter(pk=order.pk).update(state=OrderState.LOCKED)
    return order.subscription


def spend_between(box: BoxSubscription, before_commit: threading.Event, go_on: threading.Event) -> None:
    with transaction.atomic():
        credits.spend_all([box.pk], actor="box clock", cause="cut-off")
        before_commit.set()
        go_on.wait(20)


def test_a_credit_that_is_being_spent_is_seen_as_spent_by_who_would_take_it() -> None:
    box = waiting(shelf()[0])
    order, spent, seen = box.orders.get(), threading.Event(), threading.Event()

    def take() -> object:
        spent.wait(20)
        return credits.withdraw(source="il_1", why="money given back")

    def watch() -> None:
        spent.wait(20)
        try:
            somebody_waits(5)
        finally:
            seen.set()

    found = at_once([lambda: spend_between(box, spent, seen), take, watch])
    assert found[1] == (0, [order]), found
    credit = Credit.objects.get()
    assert credit.order == order and credit.withdrawn_at is None


def test_a_refund_during_the_cut_off_takes_its_credit_and_nobody_elses_cut_off() -> None:
    """The money goes back between the cut-off's look at the purse and its writing: one of them waits for the other."""
    cycle = shelf()[0]
    box = waiting(cycle)
    taken, go_on = threading.Event(), threading.Event()

    def take() -> object:
        with transaction.atomic():
            found = credits.withdraw(source="il_1", why="money given back")
            taken.set()
            go_on.wait(20)
            return found

    def spend() -> object:
        taken.wait(20)
        return credits.spend_all([box.pk], actor="box clock", cause="cut-off")

    def watch() -> None:
        taken.wait(20)
        try:
            somebody_waits(5)
        finally:
            go_on.set()

    found = at_once([take, spend, watch])
    assert not [one for one in found if isinstance(one, Exception)], found
    assert Credit.objects.get().order is None and box.orders.get().state == OrderState.AWAITING_PAYMENT


def test_two_skips_at_once_of_one_that_is_left_are_one() -> None:
    first, second = shelf(2)
    order = paid_orders(first, 1)[0]
    BoxOrder.objects.filter(pk=order.pk).update(state=OrderState.PROJECTED)
    gate, real = threading.Barrier(2), skipping.left_of

    def slow(box: BoxSubscription, at: object, *more: object) -> int | None:
        left = real(box, at, *more)  # type: ignore[arg-type]
        with suppress(threading.BrokenBarrierError):
            gate.wait(1.5)
        return left

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(skipping, "left_of", slow)
        box = BoxSubscription.objects.select_related("plan", "billing__price").get(pk=order.subscription_id)
        found = at_once([lambda c=c: skipping.skip(box=box, cycle=c, actor="race") for c in (first, second)])
    assert sorted(type(one).__name__ for one in found) == ["TooMany", "bool"], found
    assert Skip.objects.count() == 1
