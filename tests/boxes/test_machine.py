"""Everything that can happen to boxes, in any order: what must always hold, holds."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from ground import clock
from subscriptions.billing import demo as billing_demo
from subscriptions.billing.models import PlanPrice, Subscription
from subscriptions.boxes import calendar, demo_plans
from subscriptions.boxes.actions import (
    allocation,
    credits,
    cycles,
    ending,
    fulfilment,
    prepaying,
    reopening,
    returns,
    skipping,
    stock,
    subscribing,
)
from subscriptions.boxes.actions.moving import NotAllowed, move
from subscriptions.boxes.enums import AT_HAND, SENT, BoxState, CreditKind, CycleState, OrderKind, OrderState
from subscriptions.boxes.models import BoxOrder, BoxPlan, BoxSubscription, Credit, Cycle, Item, Move, Skip
from tests.factories.accounts import person
from tests.long import times

pytestmark = pytest.mark.django_db
who = st.integers(0, 3)
names = count()


def things(number: int) -> list[tuple[str, ...]]:
    """Two things of an edition that no other edition has."""
    mark = next(names)
    return [(f"m{mark}-{n}-{number}", "物", "Thing", "yaji", "tea", f"f{mark}{n}", "物", "Thing") for n in range(2)]


class Boxes(RuleBasedStateMachine):
    """Four readers, three editions, scarce things; money is told as billing would tell it."""

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.numbers = count()
        self.plan = BoxPlan.objects.create(slug=f"m{next(names)}", name_zh="盒", name_en="Box")
        billing_demo.plans()
        self.price = PlanPrice.objects.select_related("plan").get(lookup_key="box-monthly")
        when = calendar.cycle_at(clock.now(), self.plan.cutoff_day, self.plan.zone)
        for number in range(3):
            edition = ("题", "Theme", "月", "Month", "", "", things(number))
            cycle = demo_plans.make_edition(
                self.plan, calendar.next_month(*when, number), edition, state=CycleState.OPEN
            )  # type: ignore[arg-type]
            Item.objects.filter(slots__cycle=cycle).update(on_hand=60)
        self.people = [self._join() for _ in range(4)]

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    def _join(self) -> BoxSubscription:
        account, now = person(), clock.now()
        billing = Subscription.objects.create(
            stripe_id=f"sub_m{next(names)}", account=account, plan=self.price.plan, price=self.price, status="active",
            started_at=now, period_start=now, period_end=now + timedelta(days=400), fetched_at=now,
        )  # fmt: skip
        box = BoxSubscription.objects.create(account=account, plan=self.plan, billing=billing, created_at=now)
        move(box, BoxState.ACTIVE, actor="test", cause="joined")
        return box

    def _box(self, number: int) -> BoxSubscription:
        return BoxSubscription.objects.select_related("billing__plan", "billing__price", "plan", "account").get(
            pk=self.people[number].pk
        )

    def _tell(self, number: int, **status: Any) -> None:
        """A status of Stripe's arrives."""
        box = self._box(number)
        assert box.billing
        for name, value in status.items():
            setattr(box.billing, name, value)
        box.billing.save()
        row = Subscription.objects.select_related("plan", "account").get(pk=box.billing_id)
        row.plan.target = self.plan.slug
        subscribing.follow(row, "")

    def _try(self, act: Any) -> None:
        """One act of somebody: refused or done, never half."""
        try:
            with transaction.atomic():
                act()
        except (NotAllowed, skipping.TooLate, skipping.TooMany, stock.NotEnough):
            pass

    @rule(number=who, at=st.integers(0, 2))
    def skips(self, number: int, at: int) -> None:
        self._try(lambda: skipping.skip(box=self._box(number), cycle=self._cycles()[at], actor="test"))

    @rule(number=who, at=st.integers(0, 2))
    def takes_back(self, number: int, at: int) -> None:
        self._try(lambda: skipping.take_back(box=self._box(number), cycle=self._cycles()[at], actor="test"))

    @rule(number=who, twice=st.booleans())
    def pays(self, number: int, twice: bool) -> None:
        source = f"il_{next(self.numbers)}"
        for _ in range(1 + twice):
            credits.grant(
                box=self._box(number), count=1, kind=CreditKind.PAID, source=source, why="renewal", actor="billing"
            )

    @rule(number=who)
    def fails(self, number: int) -> None:
        self._tell(number, status="past_due")

    @rule(number=who)
    def is_given_up(self, number: int) -> None:
        self._tell(number, status="unpaid")

    @rule(number=who)
    def recovers(self, number: int) -> None:
        self._tell(number, status="active", cancel_at_period_end=False)

    @rule(number=who)
    def rests(self, number: int) -> None:
        self._tell(number, status="paused")

    @rule(number=who)
    def leaves(self, number: int) -> None:
        self._tell(number, cancel_at_period_end=True)

    @rule(number=who)
    def is_gone(self, number: int) -> None:
        self._tell(number, status="canceled")

    @rule(number=who, boxes=st.integers(1, 3))
    def gets_a_gift(self, number: int, boxes: int) -> None:
        box = self._box(number)
        prepaying.give_boxes(account=box.account, plan=self.plan, count=boxes, kind=CreditKind.GIFT,
                             source=f"gift:{next(self.numbers)}", why="a gift")  # fmt: skip

    @precondition(lambda self: Credit.objects.filter(subscription__plan=self.plan).exists())
    @rule(data=st.data(), won=st.booleans())
    def gets_money_back(self, data: st.DataObject, won: bool) -> None:
        sources = sorted(set(Credit.objects.filter(subscription__plan=self.plan).values_list("source", flat=True)))
        source = data.draw(st.sampled_from(sources))
        returns.take_back(source=source, why="money given back")
        if won:
            returns.restore(sources=[source], why="dispute won")

    @rule()
    def what_is_sent_ends(self) -> None:
        ending.end_sent()

    @rule()
    def the_sweep_plans(self) -> None:
        cycles.run_due(clock.now())

    @rule()
    def time_goes_on(self) -> None:
        """The first edition that is not history yet takes its next step."""
        cycle = next((c for c in self._cycles() if c.state != CycleState.CLOSED), None)
        if cycle is None:
            return
        steps: dict[str, Any] = {
            CycleState.OPEN: lambda: cycles.lock(cycle, actor="test"),
            CycleState.LOCKED: lambda: move(cycle, CycleState.BILLING, actor="test", cause="time"),
            CycleState.BILLING: lambda: self._bill(cycle),
            CycleState.REVIEW: lambda: fulfilment.approve(cycle, actor="test"),
            CycleState.PACKING: lambda: self._send(cycle),
            CycleState.SHIPPING: lambda: fulfilment.close(cycle, actor="test"),
        }
        self._try(steps[cycle.state])

    def _bill(self, cycle: Cycle) -> None:
        cycles.give_up_waiting(cycle)
        move(cycle, CycleState.ALLOCATING, actor="test", cause="time")
        allocation.allocate(cycle, actor="test")
        move(cycle, CycleState.REVIEW, actor="test", cause="allocated")

    def _send(self, cycle: Cycle) -> None:
        allocation.allocate(cycle, actor="test")
        fulfilment.pack(cycle, actor="test")
        fulfilment.ship(cycle, actor="test")

    @precondition(lambda self: self._orders().filter(state__in=[OrderState.PAID, OrderState.ON_HOLD]).exists())
    @rule(data=st.data())
    def is_held_or_released(self, data: st.DataObject) -> None:
        """Staff hold a paid box, or let go of one."""
        orders = list(self._orders().filter(state__in=[OrderState.PAID, OrderState.ON_HOLD]).order_by("pk"))
        order = data.draw(st.sampled_from(orders))
        if order.state == OrderState.PAID:
            move(order, OrderState.ON_HOLD, actor="staff:1", cause="held by staff")
        elif credits.paid_for(order):
            move(order, OrderState.PAID, actor="staff:1", cause="released by staff")

    @rule(at=st.integers(0, 2))
    def opens_once_more(self, at: int) -> None:
        cycle = self._cycles()[at]
        until = clock.now() + timedelta(minutes=5 + at)
        self._try(lambda: reopening.open_again(cycle, actor="staff:1", reason="a cup cracked", until=until))

    def _cycles(self) -> list[Cycle]:
        return list(Cycle.objects.filter(plan=self.plan).select_related("plan").order_by("period"))

    def _orders(self) -> Any:
        return BoxOrder.objects.filter(subscription__plan=self.plan)

    @invariant()
    def no_box_without_a_credit_of_its_own(self) -> None:
        paid = self._orders().filter(state__in=AT_HAND | SENT)
        assert not paid.filter(credit=None).exists(), list(paid.filter(credit=None).values_list("pk", "state"))
        waiting = self._orders().filter(state__in=[OrderState.PROJECTED, OrderState.SKIPPED, OrderState.LOCKED,
                                                   OrderState.AWAITING_PAYMENT, OrderState.UNPAID])  # fmt: skip
        assert not waiting.exclude(credit=None).exists()

    @invariant()
    def one_box_for_each_edition_and_subscription(self) -> None:
        pairs = list(self._orders().filter(kind=OrderKind.CYCLE).values_list("cycle", "subscription"))
        assert len(pairs) == len(set(pairs))

    @invariant()
    def nobody_gets_an_edition_twice(self) -> None:
        coming = self._orders().filter(state__in=AT_HAND | SENT)
        pairs = list(coming.values_list("cycle", "subscription__account"))
        assert len(pairs) == len(set(pairs)), pairs

    @invariant()
    def what_has_ended_has_nothing_left_to_send(self) -> None:
        over = BoxSubscription.objects.filter(plan=self.plan, billing=None, state=BoxState.ENDED)
        assert not over.filter(credits__order=None, credits__withdrawn_at=None, credits__isnull=False).exists()

    @invariant()
    def a_skipped_edition_plans_no_box(self) -> None:
        for skip in Skip.objects.filter(subscription__plan=self.plan, cycle__state=CycleState.OPEN):
            planned = self._orders().filter(cycle=skip.cycle, subscription=skip.subscription, kind=OrderKind.CYCLE)
            assert not planned.filter(state=OrderState.PROJECTED).exists()

    @invariant()
    def the_shelf_agrees_with_its_rows(self) -> None:
        drifts = [d for d in stock.verify_stock() if d.allocated_by_rows != d.item.allocated]
        assert not drifts, drifts

    @invariant()
    def what_left_has_things_in_it(self) -> None:
        assert not self._orders().filter(state__in=[OrderState.PACKED, *SENT], items=None).exists()

    @invariant()
    def no_credit_is_spent_and_withdrawn(self) -> None:
        assert not Credit.objects.exclude(order=None).exclude(withdrawn_at=None).exists()

    @invariant()
    def every_move_is_one_that_the_table_has(self) -> None:
        from subscriptions.boxes.enums import ORDER_MOVES

        ids = [f"order:{pk}" for pk in self._orders().values_list("pk", flat=True)]
        for before, after in Move.objects.filter(subject__in=ids).values_list("before", "after"):
            assert after in ORDER_MOVES[before], (before, after)


def test_whatever_happens_money_boxes_and_stock_agree() -> None:
    how = settings(
        max_examples=times(5), stateful_step_count=16, deadline=None, database=None,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate, Phase.shrink],
    )  # fmt: skip
    run_state_machine_as_test(Boxes, settings=how)
