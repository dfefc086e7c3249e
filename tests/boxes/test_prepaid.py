"""Boxes that are paid before they come: each one comes, none that nobody paid, and then it ends."""

from datetime import datetime, timedelta
from itertools import count

import pytest

from accounts.models import User
from ground import clock
from membership import entitlements
from subscriptions.billing import demo as billing_demo
from subscriptions.billing.models import PlanPrice, Subscription
from subscriptions.boxes import calendar, demo_plans, queries
from subscriptions.boxes.actions import (
    credits,
    cycles,
    fulfilment,
    leaving,
    prepaying,
    reopening,
    returns,
    skipping,
    subscribing,
)
from subscriptions.boxes.actions.moving import move
from subscriptions.boxes.enums import BoxState, CreditKind, CycleState, OrderState
from subscriptions.boxes.models import BoxOrder, BoxPlan, BoxSubscription, Credit, Cycle
from subscriptions.boxes.portal import portal
from tests.factories.accounts import person

pytestmark = pytest.mark.django_db
marks = count()
STREET = {"recipient": "Ning", "line1": "12 Hefang Street", "city": "Hangzhou", "country": "CN"}


@pytest.fixture
def plan(db: None) -> BoxPlan:
    """A box with five editions ahead, each with a thing that no other has."""
    plan = BoxPlan.objects.create(slug="ahead", name_zh="盒", name_en="Box")
    when = calendar.cycle_at(clock.now(), plan.cutoff_day, plan.zone)
    for number in range(5):
        mark = f"a{next(marks)}"
        things = [(mark, "物", "Thing", "yaji", "tea", mark, "物", "Thing")]
        edition = ("题", f"Theme {number}", "月", "Month", "", "", things)
        demo_plans.make_edition(plan, calendar.next_month(*when, number), edition)  # type: ignore[arg-type]
    cycles.run_due(clock.now())
    return plan


def give(account: User, plan: BoxPlan, boxes: int, source: str = "gift:1") -> BoxSubscription:
    return prepaying.give_boxes(
        account=account, plan=plan, count=boxes, kind=CreditKind.GIFT, source=source, why="a gift", address=STREET
    )


def subscriber(account: User, plan: BoxPlan) -> BoxSubscription:
    """The same account subscribes, too."""
    billing_demo.plans()
    price, now = PlanPrice.objects.select_related("plan").get(lookup_key="box-monthly"), clock.now()
    billing = Subscription.objects.create(
        stripe_id=f"sub_{account.pk}", account=account, plan=price.plan, price=price, status="active",
        started_at=now, period_start=now, period_end=now + timedelta(days=400), fetched_at=now,
    )  # fmt: skip
    box = BoxSubscription.objects.create(account=account, plan=plan, billing=billing, created_at=now)
    move(box, BoxState.ACTIVE, actor="test", cause="joined")
    return box


def at(moment: datetime) -> None:
    """One sweep at that moment, as a clock that stood still makes it: it opens the next edition before it locks this one."""
    with clock.standing_at(moment):
        cycles.run_due(clock.now())


def editions(plan: BoxPlan) -> list[Cycle]:
    return list(Cycle.objects.filter(plan=plan).select_related("plan").order_by("cutoff_at"))


def send(cycle: Cycle) -> None:
    """From the cut-off to the carrier."""
    at(cycle.cutoff_at + timedelta(seconds=2))
    at(cycle.billed_by + timedelta(minutes=1))
    cycle.refresh_from_db()
    with clock.standing_at(cycle.billed_by + timedelta(minutes=2)):
        fulfilment.approve(cycle, actor="test")
        fulfilment.pack(cycle, actor="test")
        fulfilment.ship(cycle, actor="test")


def states(box: BoxSubscription) -> list[str]:
    return list(box.orders.order_by("cycle__cutoff_at").values_list("state", flat=True))


def has(account: User, plan: BoxPlan, moment: datetime | None = None) -> bool:
    entitlements.forget(account)
    with clock.standing_at(moment or clock.now()):
        return entitlements.has(account, plan.entitlement)


def test_a_gift_of_three_comes_three_times_and_then_it_ends(plan: BoxPlan) -> None:
    ning = person("Ning")
    box = give(ning, plan, 3)
    for number, cycle in enumerate(editions(plan)[:3], start=1):
        at(cycle.cutoff_at + timedelta(seconds=2))
        assert credits.unspent(box) == 3 - number
        wanted = [OrderState.PAID] + [OrderState.PROJECTED] * (number < 3)
        assert states(box)[number - 1 :] == wanted
        assert has(ning, plan, cycle.cutoff_at + timedelta(seconds=3)), (
            "what it opens stays open until the last one is sent"
        )
        send(cycle)
    at(editions(plan)[2].billed_by + timedelta(hours=1))
    box.refresh_from_db()
    assert (box.state, states(box)) == (BoxState.ENDED, [OrderState.SHIPPED] * 3)
    assert not has(ning, plan, editions(plan)[3].cutoff_at)
    at(editions(plan)[3].billed_by + timedelta(minutes=1))
    assert states(box) == [OrderState.SHIPPED] * 3


def test_the_receiver_of_one_box_keeps_the_page_of_it(plan: BoxPlan, client) -> None:  # type: ignore[no-untyped-def]
    ning = person("Ning")
    box = give(ning, plan, 1)
    send(editions(plan)[0])
    at(editions(plan)[0].billed_by + timedelta(hours=1))
    box.refresh_from_db()
    assert box.state == BoxState.ENDED and queries.box_of(ning) is None
    client.force_login(ning)
    page = client.get(f"/en/boxes/mine/?box={box.pk}")
    assert page.status_code == 200 and box.orders.get().number in page.content.decode()
    assert client.get("/en/boxes/mine/").status_code == 200


def test_a_dispute_that_is_won_brings_back_the_box_that_it_stopped(plan: BoxPlan) -> None:
    ning = person("Ning")
    prepaying.paid(account=ning, plan=plan, count=2, source="ahead:1", stands=True)
    box = BoxSubscription.objects.get(account=ning)
    at(editions(plan)[0].cutoff_at + timedelta(seconds=2))
    assert states(box) == [OrderState.PAID, OrderState.PROJECTED]
    prepaying.paid(account=ning, plan=plan, count=2, source="ahead:1", stands=False)
    assert credits.unspent(box) == 0
    at(editions(plan)[0].billed_by + timedelta(minutes=1))
    box.refresh_from_db()
    assert (box.state, states(box)) == (BoxState.ENDED, [OrderState.CANCELLED] * 2)
    assert not has(ning, plan, editions(plan)[1].cutoff_at)
    prepaying.paid(account=ning, plan=plan, count=2, source="ahead:1", stands=True)
    box.refresh_from_db()
    assert box.state == BoxState.PREPAID_ONLY and credits.unspent(box) == 2
    assert has(ning, plan, editions(plan)[1].cutoff_at)
    at(editions(plan)[2].cutoff_at + timedelta(seconds=2))
    at(editions(plan)[3].cutoff_at + timedelta(seconds=2))
    assert states(box)[2:] == [OrderState.ALLOCATED, OrderState.PAID]


def test_a_box_that_had_left_is_flagged_only_as_long_as_its_money_is_away(plan: BoxPlan) -> None:
    ning = person("Ning")
    prepaying.paid(account=ning, plan=plan, count=1, source="ahead:1", stands=True)
    send(editions(plan)[0])
    for stands, flag in ((False, returns.FLAG), (True, "")):
        prepaying.paid(account=ning, plan=plan, count=1, source="ahead:1", stands=stands)
        assert BoxOrder.objects.get(subscription__account=ning).flag == flag


def test_a_box_whose_money_went_back_already_is_not_looked_at_again(plan: BoxPlan) -> None:
    box = give(person(), plan, 1)
    cycle = editions(plan)[0]
    send(cycle)
    BoxOrder.objects.filter(subscription=box).update(state=OrderState.REFUNDED)
    returns.take_back(source="gift:1", why="money given back")
    assert box.orders.get().flag == ""


def test_money_told_again_after_the_first_boxes_ended_gives_no_second_subscription(plan: BoxPlan) -> None:
    ning = person("Ning")
    prepaying.paid(account=ning, plan=plan, count=1, source="ahead:1", stands=True)
    send(editions(plan)[0])
    at(editions(plan)[0].billed_by + timedelta(hours=1))
    assert BoxSubscription.objects.get(account=ning).state == BoxState.ENDED
    prepaying.paid(account=ning, plan=plan, count=1, source="ahead:1", stands=True)
    assert BoxSubscription.objects.get(account=ning).state == BoxState.ENDED
    assert not has(ning, plan, editions(plan)[1].cutoff_at)
    assert Credit.objects.count() == 1


def test_boxes_whose_money_went_back_before_the_first_one_end_with_their_right(plan: BoxPlan) -> None:
    ning = person("Ning")
    prepaying.paid(account=ning, plan=plan, count=2, source="ahead:1", stands=True)
    prepaying.paid(account=ning, plan=plan, count=2, source="ahead:1", stands=False)
    cycles.run_due(clock.now())
    box = BoxSubscription.objects.get(account=ning)
    assert (box.state, states(box)) == (BoxState.ENDED, [OrderState.CANCELLED]) and not has(ning, plan)


def test_who_waits_for_the_first_money_is_not_ended(plan: BoxPlan) -> None:
    box = prepaying.box_for(account=person(), plan=plan)
    cycles.run_due(clock.now())
    box.refresh_from_db()
    assert box.state == BoxState.PREPAID_ONLY and not box.orders.exists()


def test_paid_boxes_wait_while_the_same_person_gets_the_same_editions(plan: BoxPlan) -> None:
    ning = person("Ning")
    own = subscriber(ning, plan)
    given = give(ning, plan, 2)
    first, second, third = editions(plan)[:3]
    at(first.opens_at + timedelta(hours=1))
    cycles.run_due(clock.now())
    assert own.orders.filter(cycle=first).exists() and not given.orders.exists()
    at(first.cutoff_at + timedelta(seconds=2))
    assert credits.unspent(given) == 2 and not given.orders.exists()
    BoxSubscription.objects.filter(pk=own.pk).update(state=BoxState.PAUSED)
    at(second.cutoff_at - timedelta(days=2))
    assert states(given) == [OrderState.PROJECTED], "while the own one rests, these come"
    BoxSubscription.objects.filter(pk=own.pk).update(state=BoxState.ACTIVE)
    at(second.cutoff_at + timedelta(seconds=2))
    assert states(given) == [OrderState.CANCELLED] and credits.unspent(given) == 2
    assert own.orders.get(cycle=second).state == OrderState.AWAITING_PAYMENT
    BoxSubscription.objects.filter(pk=own.pk).update(state=BoxState.ENDED)
    at(third.cutoff_at - timedelta(days=2))
    at(third.cutoff_at + timedelta(seconds=2))
    assert given.orders.get(cycle=third).state == OrderState.PAID


@pytest.mark.parametrize("own_credits", [0, 1])
def test_paid_boxes_come_as_soon_as_a_cancelled_subscription_pays_for_none(plan: BoxPlan, own_credits: int) -> None:
    ning = person("Ning")
    own, given, cycle = subscriber(ning, plan), give(ning, plan, 2), editions(plan)[0]
    cycles.run_due(clock.now())
    Subscription.objects.filter(box=own).update(period_end=cycle.cutoff_at + timedelta(days=1))
    BoxSubscription.objects.filter(pk=own.pk).update(state=BoxState.CANCELLING)
    credits.grant(box=own, count=own_credits, kind=CreditKind.PAID, source="il_1", why="renewal", actor="billing")
    cycles.run_due(clock.now())
    assert queries.gets_already(ning, plan.slug) == bool(own_credits)
    assert portal(given).waits == bool(own_credits) and not portal(own).waits
    cycles.lock(cycle, actor="test")
    comes = own if own_credits else given
    assert cycle.orders.get(state=OrderState.PAID).subscription == comes
    assert credits.unspent(given) == (2 if own_credits else 1)


def test_paid_boxes_do_not_wait_for_who_owes_money_and_late_money_sends_no_second_one(plan: BoxPlan) -> None:
    ning = person("Ning")
    own, given, (cycle, following) = subscriber(ning, plan), give(ning, plan, 1), editions(plan)[:2]
    cycles.run_due(clock.now())
    BoxSubscription.objects.filter(pk=own.pk).update(state=BoxState.SUSPENDED)
    cycles.run_due(clock.now())
    assert not queries.gets_already(ning, plan.slug) and not portal(given).waits
    cycles.lock(cycle, actor="test")
    assert (states(given), states(own)) == ([OrderState.PAID], [OrderState.CANCELLED])
    BoxSubscription.objects.filter(pk=own.pk).update(state=BoxState.ACTIVE)
    credits.grant(box=own, count=1, kind=CreditKind.PAID, source="il_1", why="renewal", actor="billing")
    at(following.cutoff_at - timedelta(days=2))
    at(following.cutoff_at + timedelta(seconds=2))
    assert own.orders.get(cycle=following).state == OrderState.PAID


def test_an_edition_that_was_opened_once_more_comes_to_nobody_twice(plan: BoxPlan) -> None:
    ning = person("Ning")
    own, given = subscriber(ning, plan), give(ning, plan, 1)
    cycle = editions(plan)[0]
    cycles.run_due(clock.now())
    skipping.skip(box=own, cycle=cycle, actor="test")
    BoxSubscription.objects.filter(pk=own.pk).update(state=BoxState.PAUSED)
    cycles.run_due(clock.now())
    cycles.lock(cycle, actor="test")
    assert states(given) == [OrderState.PAID] and states(own) == [OrderState.SKIPPED]
    reopening.open_again(cycle, actor="staff:1", reason="a cup cracked", until=clock.now() + timedelta(days=1))
    BoxSubscription.objects.filter(pk=own.pk).update(state=BoxState.ACTIVE)
    own.refresh_from_db()
    skipping.take_back(box=own, cycle=cycle, actor="test")
    cycles.lock(cycle, actor="test")
    assert states(given) == [OrderState.PAID] and states(own) == [OrderState.CANCELLED]


@pytest.mark.parametrize("given", [True, False])
def test_a_paid_box_that_is_held_stays_held_when_its_edition_is_opened_once_more(plan: BoxPlan, given: bool) -> None:
    ning, cycle = person("Ning"), editions(plan)[0]
    box = give(ning, plan, 1) if given else subscriber(ning, plan)
    credits.grant(box=box, count=1 - given, kind=CreditKind.PAID, source="il_1", why="renewal", actor="billing")
    cycles.run_due(clock.now())
    cycles.lock(cycle, actor="test")
    move(box.orders.get(cycle=cycle), OrderState.ON_HOLD, actor="staff:1", cause="the address is wrong")
    reopening.open_again(cycle, actor="staff:1", reason="a cup cracked", until=clock.now() + timedelta(days=1))
    cycles.lock(cycle, actor="test")
    assert states(box) == [OrderState.ON_HOLD]
    move(box.orders.get(cycle=cycle), OrderState.PAID, actor="staff:1", cause="released by staff")


def test_the_page_of_paid_boxes_that_wait_says_so(plan: BoxPlan, client) -> None:  # type: ignore[no-untyped-def]
    ning = person("Ning")
    own, given = subscriber(ning, plan), give(ning, plan, 2)
    cycles.run_due(clock.now())
    client.force_login(ning)
    assert "data-waits" in client.get(f"/en/boxes/mine/?box={given.pk}").content.decode()
    assert "data-waits" not in client.get(f"/en/boxes/mine/?box={own.pk}").content.decode()
    assert queries.gets_already(ning, plan.slug) and not queries.gets_already(person("Su"), plan.slug)


def test_a_second_pile_of_paid_boxes_waits_for_the_first(plan: BoxPlan) -> None:
    ning = person("Ning")
    older = subscriber(ning, plan)
    credits.grant(box=older, count=1, kind=CreditKind.PAID, source="il_1", why="renewal", actor="billing")
    BoxOrder.objects.filter(subscription=older).delete()
    BoxSubscription.objects.filter(pk=older.pk).update(state=BoxState.PREPAID_ONLY)
    given = give(ning, plan, 1)
    cycles.run_due(clock.now())
    at(editions(plan)[0].cutoff_at + timedelta(seconds=2))
    assert BoxOrder.objects.filter(cycle=editions(plan)[0], state=OrderState.PAID).get().subscription == older
    at(editions(plan)[1].cutoff_at - timedelta(days=2))
    at(editions(plan)[1].cutoff_at + timedelta(seconds=2))
    assert given.orders.filter(state=OrderState.PAID).count() == 1 and credits.unspent(given) == 0


def test_an_erased_account_gets_none_of_the_boxes_that_were_paid(plan: BoxPlan) -> None:
    ning = person("Ning")
    box = subscriber(ning, plan)
    credits.grant(box=box, count=3, kind=CreditKind.PAID, source="il_1", why="renewal", actor="billing")
    leaving.forget(ning)
    User.objects.filter(pk=ning.pk).update(is_active=False)
    assert credits.unspent(box) == 0
    billing = Subscription.objects.select_related("plan", "account").get(pk=box.billing_id)
    billing.plan.target, billing.status = plan.slug, "canceled"
    credits.restore(source="il_1", why="a dispute was won")
    at(editions(plan)[1].cutoff_at - timedelta(days=1))
    assert not box.orders.filter(state=OrderState.PROJECTED).exists()
    subscribing.follow(billing, "active")
    box.refresh_from_db()
    assert (box.state, credits.unspent(box)) == (BoxState.ENDED, 0)
    assert CycleState.OPEN in {c.state for c in editions(plan)}
