"""Skipping a box: what it stops, what it does not, how often, and what is said."""

from datetime import timedelta

import pytest

from accounts.models import Notice
from ground import clock
from subscriptions.billing import notices_due
from subscriptions.billing.models import PlanPrice, Subscription
from subscriptions.boxes import onetap, portal
from subscriptions.boxes.actions import cycles, fulfilment, holding, skipping
from subscriptions.boxes.enums import BoxState, CycleState, OrderKind, OrderState
from subscriptions.boxes.models import BoxOrder, BoxPlan, BoxSubscription, BoxVariant, Cycle, Skip
from subscriptions.boxes.registrations import tell_cutoffs
from tests.boxes.test_prepaid import at, editions, give, plan, subscriber
from tests.factories.accounts import person

__all__ = ["plan"]
pytestmark = pytest.mark.django_db


def fresh(box: BoxSubscription) -> BoxSubscription:
    return BoxSubscription.objects.select_related("plan", "account", "billing__price", "billing__plan").get(pk=box.pk)


def charged_with(box: BoxSubscription, cycle: Cycle, interval: str = "month") -> None:
    """Its next charge is the one after this cut-off; a quarter's pays for three boxes."""
    price = PlanPrice.objects.get(pk=box.billing.price_id)  # type: ignore[union-attr]
    PlanPrice.objects.filter(pk=price.pk).update(interval=interval)
    Subscription.objects.filter(pk=box.billing_id).update(
        period_end=cycle.cutoff_at + timedelta(hours=3), started_at=clock.now() - timedelta(days=200)
    )


def test_a_box_that_is_paid_cannot_be_skipped_in_an_edition_that_was_opened_once_more(plan: BoxPlan, client) -> None:  # type: ignore[no-untyped-def]
    box, cycle = subscriber(person(), plan), editions(plan)[0]
    cycles.run_due(clock.now())
    BoxOrder.objects.filter(subscription=box, cycle=cycle).update(state=OrderState.PAID)
    with pytest.raises(skipping.TooLate):
        skipping.skip(box=fresh(box), cycle=cycle, actor="test")
    client.force_login(box.account)
    page = client.post(f"/en/boxes/{box.pk}/skip/{cycle.pk}/", follow=True).content.decode()
    assert "can no longer be skipped" in page and not Skip.objects.exists()


@pytest.mark.timeout(60)
def test_who_got_the_edition_as_a_first_box_gets_no_second_one_when_it_opens_once_more(plan: BoxPlan) -> None:
    cycle, now = editions(plan)[0], clock.now()
    box = subscriber(person(), plan)
    BoxOrder.objects.create(
        cycle=cycle, subscription=box, kind=OrderKind.FIRST, state=OrderState.PAID, created_at=now, changed_at=now
    )
    assert [cycles.run_due(clock.now()) for _ in range(3)][-1] == 0, "nothing was made, and nothing is said to be"
    assert box.orders.filter(cycle=cycle).count() == 1


def test_an_edition_that_was_skipped_before_it_opened_opens_skipped(plan: BoxPlan) -> None:
    box, second = subscriber(person(), plan), editions(plan)[1]
    skipping.skip(box=fresh(box), cycle=second, actor="test")
    at(second.opens_at + timedelta(minutes=1))
    assert box.orders.get(cycle=second).state == OrderState.SKIPPED
    with clock.standing_at(second.opens_at + timedelta(minutes=2)):
        assert portal.portal(fresh(box)).skipped
        assert skipping.take_back(box=fresh(box), cycle=second, actor="test")
    assert box.orders.get(cycle=second).state == OrderState.PROJECTED


def skipped(box: BoxSubscription, *when: Cycle) -> list[bool]:
    """Whether each was let through, in this order."""
    found = []
    for cycle in when:
        try:
            found.append(skipping.skip(box=fresh(box), cycle=cycle, actor="test"))
        except skipping.TooMany:
            found.append(False)
    return found


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_no_year_holds_more_skips_than_the_plan_allows_in_whatever_order_they_come(
    plan: BoxPlan, order: tuple[int, ...]
) -> None:
    BoxPlan.objects.filter(pk=plan.pk).update(skips_a_year=2)
    box, cycles_ahead = subscriber(person(), plan), editions(plan)
    assert skipped(box, *(cycles_ahead[n] for n in order)) == [True, True, False]
    mine = fresh(box)
    shown = portal.portal(mine).skips_left
    assert shown == skipping.left_of(mine, cycles_ahead[0].cutoff_at) == 0


def test_only_the_next_box_needs_a_next_box_and_says_that_it_is_that_one(plan: BoxPlan, client) -> None:  # type: ignore[no-untyped-def]
    box = subscriber(person(), plan)
    for slug in ("mild", "strong"):
        BoxVariant.objects.create(plan=plan, slug=slug, name_zh=slug, name_en=slug.title())
    client.force_login(box.account)
    asked = {"variant": "mild", "for": "next"}
    page = client.post(f"/en/boxes/{box.pk}/variant/", asked, follow=True).content.decode()
    assert "cut-off has passed" in page and fresh(box).variant is None
    cycles.run_due(clock.now())
    page = client.post(f"/en/boxes/{box.pk}/variant/", asked, follow=True).content.decode()
    assert "The next box: Mild." in page and "From now on:" not in page and fresh(box).variant is None


def test_a_charge_for_several_boxes_is_told_and_not_said_to_be_stopped(plan: BoxPlan, client) -> None:  # type: ignore[no-untyped-def]
    box, cycle = subscriber(person(), plan), editions(plan)[0]
    cycles.run_due(clock.now())
    charged_with(box, cycle, interval="quarter")
    with clock.standing_at(cycle.cutoff_at - timedelta(days=3)):
        assert holding.hold_back(clock.now()) == 0
        assert not Skip.objects.exists() and not Notice.objects.filter(kind="boxes.not_charged").exists()
        letter = Notice.objects.get(kind="billing.renewal")
        assert "skip_url" not in letter.context and "stop_url" in letter.context
    client.force_login(box.account)
    page = client.post(f"/en/boxes/{box.pk}/skip/{cycle.pk}/", follow=True).content.decode()
    assert "What is paid comes later" in page and "no charge" not in page
    token = onetap.token_for(fresh(box), cycle)
    assert "what is paid comes later" in client.get(f"/en/boxes/letter/{token}/").content.decode()


def test_a_single_box_that_was_not_told_in_time_is_left_out(plan: BoxPlan) -> None:
    box, cycle = subscriber(person(), plan), editions(plan)[0]
    cycles.run_due(clock.now())
    charged_with(box, cycle)
    with clock.standing_at(cycle.cutoff_at - timedelta(days=3)):
        assert holding.hold_back(clock.now()) == 1
    assert box.skips.get().cause == holding.CAUSE


def test_a_charge_whose_edition_has_closed_is_told_at_least(plan: BoxPlan) -> None:
    box, cycle = subscriber(person(), plan), editions(plan)[0]
    cycles.run_due(clock.now())
    charged_with(box, cycle)
    Cycle.objects.filter(pk=cycle.pk).update(state=CycleState.LOCKED)
    with clock.standing_at(cycle.cutoff_at - timedelta(days=3)):
        assert holding.hold_back(clock.now()) == 0
        assert holding.hold_back(clock.now()) == 0
    assert Notice.objects.filter(kind="billing.renewal").count() == 1


def test_the_letter_before_the_cut_off_speaks_of_a_charge_only_where_one_comes(
    plan: BoxPlan, django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    cycle = editions(plan)[0]
    payer, resting = subscriber(person("Payer"), plan), subscriber(person("Rests"), plan)
    receiver = give(person("Receiver"), plan, 1)
    charged_with(payer, cycle)
    cycles.run_due(clock.now())
    BoxSubscription.objects.filter(pk=resting.pk).update(state=BoxState.PAUSED)
    with clock.standing_at(cycle.cutoff_at - timedelta(days=2)):
        assert tell_cutoffs(clock.now()) == 2
        with django_assert_max_num_queries(3):
            assert tell_cutoffs(clock.now()) == 0
    told = {n.account_id: n.context["charged"] for n in Notice.objects.filter(kind="boxes.cutoff")}
    assert told == {payer.account_id: "yes", receiver.account_id: ""}


def test_letters_that_were_written_cost_nothing_at_the_next_sweep(plan: BoxPlan, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    cycle = editions(plan)[0]
    for name in ("One", "Two", "Three"):
        charged_with(subscriber(person(name), plan), cycle)
    moment = cycle.cutoff_at + timedelta(hours=3) - notices_due.LEAST - timedelta(hours=1)
    with clock.standing_at(moment - timedelta(hours=2)):
        assert notices_due.tell_renewals(clock.now()) == 3
        with django_assert_max_num_queries(3):
            assert notices_due.tell_renewals(clock.now()) == 0


def test_the_cut_off_asks_no_question_for_each_of_those_who_leave(plan: BoxPlan, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    cycle, counted = editions(plan)[0], []
    for number in (1, 6):
        Cycle.objects.filter(pk=cycle.pk).update(state=CycleState.OPEN)
        cycle.refresh_from_db()
        for _ in range(number):
            box = subscriber(person(), plan)
            Subscription.objects.filter(pk=box.billing_id).update(period_end=cycle.cutoff_at + timedelta(hours=3))
            now = clock.now()
            BoxSubscription.objects.filter(pk=box.pk).update(state=BoxState.CANCELLING)
            BoxOrder.objects.create(cycle=cycle, subscription=box, created_at=now, changed_at=now)
        with django_assert_max_num_queries(100) as asked:
            cycles.lock(cycle, actor="test")
        counted.append(len(asked))
    assert counted[0] == counted[1]
    assert set(cycle.orders.values_list("state", flat=True)) == {OrderState.CANCELLED}


def test_back_to_allocating_frees_what_was_promised_in_a_few_questions(
    plan: BoxPlan, django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    cycle, counted = editions(plan)[0], []
    boxes = [give(person(), plan, 1, source=f"gift:{n}") for n in range(6)]
    at(cycle.cutoff_at + timedelta(seconds=2))
    at(cycle.billed_by + timedelta(minutes=1))
    for _ in range(2):
        cycle.refresh_from_db()
        with django_assert_max_num_queries(100) as asked:
            fulfilment.reopen(cycle, actor="staff:1", reason="a better dish")
        counted.append(len(asked))
        assert set(cycle.orders.values_list("state", flat=True)) == {OrderState.PAID}
        assert not any(item.allocated for item in [slot.item for slot in cycle.slots.select_related("item")])
        BoxOrder.objects.filter(subscription__in=boxes[1:]).update(state=OrderState.ON_HOLD)
        fulfilment.allocate_again(cycle, actor="staff:1")
        BoxOrder.objects.filter(subscription__in=boxes[1:]).update(state=OrderState.PAID)
    assert counted[0] == counted[1]
