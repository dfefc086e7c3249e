"""Each rule of the allocation, alone."""

from collections import Counter

import pytest
from django.db import transaction

from ground import clock
from subscriptions.boxes import hooks
from subscriptions.boxes.actions import allocation, fulfilment, stock
from subscriptions.boxes.actions.moving import move
from subscriptions.boxes.enums import CycleState, OrderState
from subscriptions.boxes.models import BoxOrder, BoxVariant, Cycle, Item, Move, StockEntry
from subscriptions.curation.models import Draft, DraftLine, Had, Run
from tests.factories.accounts import person
from tests.factories.curation import candidate, edition, item, paid, says, skus, substitute, trait

pytestmark = pytest.mark.django_db


def allocate(*cycles: Cycle) -> dict[int, tuple[int, int]]:
    return allocation.allocate_all(list(cycles), actor="test")


def line(order: BoxOrder, place: int = 0) -> tuple[str, str]:
    found = DraftLine.objects.filter(draft=order.pk).order_by("slot__order")[place]
    return found.how, found.why


def test_everybody_gets_what_is_planned_and_the_shelf_and_the_moves_say_so() -> None:
    cup, tea = item("cup"), item("tea", digital=True, on_hand=0)
    cycle = edition("a", [cup, tea])
    orders = [paid(cycle) for _ in range(3)]
    assert allocate(cycle) == {cycle.pk: (3, 0)}
    assert all(skus(o) == {"cup", "tea"} for o in orders)
    assert Item.objects.get(sku="cup").allocated == 3 and Item.objects.get(sku="tea").allocated == 0
    moved = Move.objects.get(subject=f"order:{orders[0].pk}")
    assert (moved.before, moved.after, moved.actor) == ("paid", "allocated", "test")
    assert line(orders[0]) == ("first", "")
    ran = Run.objects.get()
    assert (ran.boxes, ran.served, ran.short, ran.state) == (3, 3, 0, "done")


def test_nothing_comes_twice_whatever_it_came_from() -> None:
    cup, dish, bowl = item("cup"), item("dish"), item("bowl")
    cycle = edition("a", [cup])
    candidate(cycle, 0, dish)
    candidate(cycle, 0, bowl)
    reader = person()
    for told in hooks.had:
        told(reader.pk, [cup.pk, dish.pk], "shop")
        told(reader.pk, [cup.pk], "gift")
    order = paid(cycle, reader)
    allocate(cycle)
    assert skus(order) == {"bowl"} and Had.objects.count() == 2
    assert line(order) == ("choice", "")


def test_what_a_box_brought_is_remembered_when_it_leaves() -> None:
    cup, dish = item("cup"), item("dish")
    StockEntry.objects.create(item=cup, delta=50, reason="opening", actor="t", at=clock.now())
    cycle = edition("a", [cup], CycleState.REVIEW)
    order = paid(cycle)
    allocate(cycle)
    fulfilment.approve(cycle, actor="test")
    fulfilment.pack(cycle, actor="test")
    assert not Had.objects.exists()
    fulfilment.ship(cycle, actor="test")
    assert list(Had.objects.values_list("account", "item", "source")) == [
        (order.subscription.account_id, cup.pk, "box")
    ]
    after = edition("b", [cup], plan=cycle.plan)
    candidate(after, 0, dish)
    again = paid(after, order.subscription.account)
    allocate(after)
    assert skus(again) == {"dish"}


def test_two_boxes_of_one_person_never_bring_the_same_thing() -> None:
    cup, dish = item("cup"), item("dish")
    one, two = edition("a", [cup]), edition("b", [cup])
    for cycle in (one, two):
        candidate(cycle, 0, dish)
    reader = person()
    first, second, third = paid(one, reader), paid(two, reader, 1), paid(one, reader, 2)
    allocate(one, two)
    assert skus(first) == {"cup"} and skus(second) == {"dish"}
    third.refresh_from_db()
    assert third.state == OrderState.SHORT and not skus(third)


def test_what_lies_in_another_box_that_has_not_left_counts_too() -> None:
    cup, dish = item("cup"), item("dish")
    one, two = edition("a", [cup]), edition("b", [cup])
    candidate(two, 0, dish)
    reader = person()
    paid(one, reader)
    allocate(one)
    order = paid(two, reader)
    allocate(two)
    assert skus(order) == {"dish"}


def test_what_somebody_says_never_to_does_not_come() -> None:
    wine, juice = item("wine"), item("juice")
    alcohol = trait("alcohol", wine)
    cycle = edition("a", [wine])
    reader, other = person(), person()
    says(reader, alcohol)
    order, drinks = paid(cycle, reader), paid(cycle, other)
    allocate(cycle)
    order.refresh_from_db()
    assert order.state == OrderState.SHORT and line(order) == ("short", "never") and skus(drinks) == {"wine"}
    substitute(wine, juice)
    assert allocate(cycle) == {cycle.pk: (1, 0)}
    assert skus(order) == {"juice"} and line(order) == ("substitute", "never")


def test_what_pleases_comes_first() -> None:
    plain, blue = item("plain"), item("blue")
    cycle = edition("a", [plain])
    candidate(cycle, 0, blue)
    reader = person()
    says(reader, trait("blue", blue, kind="taste"), "like")
    order, other = paid(cycle, reader), paid(cycle)
    allocate(cycle)
    assert skus(order) == {"blue"} and skus(other) == {"plain"}


def test_a_candidate_for_one_variant_goes_to_that_alone_and_before_the_others() -> None:
    black, green = item("black"), item("green")
    cycle = edition("a", [black])
    ring = BoxVariant.objects.create(plan=cycle.plan, slug="green", name_zh="绿", name_en="Green")
    candidate(cycle, 0, green, ring)
    order, other = paid(cycle, variant=ring), paid(cycle)
    allocate(cycle)
    assert skus(order) == {"green"} and skus(other) == {"black"}


def test_the_shown_item_can_be_kept_for_one_variant() -> None:
    black, green = item("black"), item("green")
    cycle = edition("a", [black])
    ring = BoxVariant.objects.create(plan=cycle.plan, slug="black", name_zh="黑", name_en="Black")
    candidate(cycle, 0, black, ring)
    candidate(cycle, 0, green)
    order, other = paid(cycle, variant=ring), paid(cycle)
    allocate(cycle)
    assert skus(order) == {"black"} and skus(other) == {"green"}


def test_a_box_has_no_kind_twice() -> None:
    tea, cup = item("tea-one", family="tea"), item("tea-two", family="tea")
    bowl = item("bowl", family="bowl")
    cycle = edition("a", [tea, cup])
    candidate(cycle, 1, bowl)
    order = paid(cycle)
    allocate(cycle)
    assert skus(order) == {"tea-one", "bowl"} and Draft.objects.get().families == 2


def test_a_kind_that_came_lately_waits_where_there_is_another() -> None:
    plan = edition("a", [item("old-tea", family="tea")])
    reader = person()
    paid(plan, reader)
    allocate(plan)
    after = edition("b", [item("new-tea", family="tea")], plan=plan.plan)
    candidate(after, 0, item("bowl", family="bowl"))
    order = paid(after, reader)
    allocate(after)
    assert skus(order) == {"bowl"} and Draft.objects.get(order=order).fresh == 1


def test_who_got_a_substitute_last_time_is_served_before_who_paid_first() -> None:
    cup, other = item("cup", 1), item("other")
    substitute(cup, other)
    before = edition("a", [cup])
    lucky, unlucky = person(), person()
    paid(before, lucky)
    paid(before, unlucky, 5)
    allocate(before)
    rare = item("rare", 1)
    now = edition("b", [rare], plan=before.plan)
    substitute(rare, item("usual"))
    first, second = paid(now, lucky), paid(now, unlucky, 5)
    allocate(now)
    assert skus(first) == {"usual"} and skus(second) == {"rare"}
    assert Draft.objects.get(order=second).ahead and not Draft.objects.get(order=first).ahead


def test_who_is_turned_away_from_one_thing_is_still_before_later_payers_at_the_next() -> None:
    a, b = item("a", 1), item("b", 1)
    cycle = edition("x", [a])
    candidate(cycle, 0, b)
    taste = trait("b-lover", b, kind="taste")
    late = person()
    says(late, taste, "like")  # the last one wants `b` first of all, the second one only after `a` is gone
    first, second, third = paid(cycle), paid(cycle, minutes=1), paid(cycle, late, 2)
    allocate(cycle)
    assert skus(first) == {"a"} and skus(second) == {"b"} and skus(third) == set()
    assert line(third) == ("short", "stock")


def test_two_plans_that_share_an_item_are_summed_before_anybody_is_served() -> None:
    cup = item("cup", 2)
    one, two = edition("a", [cup]), edition("b", [cup])
    late, early, middle = paid(one, minutes=9), paid(two, minutes=1), paid(two, minutes=5)
    assert allocate(one, two) == {one.pk: (0, 1), two.pk: (2, 0)}
    assert skus(early) == skus(middle) == {"cup"} and not skus(late)


def test_what_a_short_box_has_found_is_kept_for_it_and_given_back_when_it_is_given_up() -> None:
    cup, rare = item("cup", 1), item("rare", 0)
    StockEntry.objects.create(item=cup, delta=1, reason="opening", actor="t", at=clock.now())
    cycle = edition("a", [cup, rare])
    order, later = paid(cycle), paid(cycle, minutes=1)
    assert allocate(cycle) == {cycle.pk: (0, 2)}
    assert Item.objects.get(sku="cup").allocated == 1 and stock.verify_stock() == []
    order.refresh_from_db()
    with transaction.atomic():
        move(order, OrderState.CANCELLED, actor="test", cause="given up")
    assert Item.objects.get(sku="cup").allocated == 0 and stock.verify_stock() == []
    Item.objects.filter(sku="rare").update(on_hand=5)
    assert allocate(cycle) == {cycle.pk: (1, 0)}
    assert skus(later) == {"cup", "rare"}


def test_new_stock_fills_what_was_short_and_a_second_run_changes_nothing() -> None:
    cup = item("cup", 2)
    cycle = edition("a", [cup, item("tea")])
    orders = [paid(cycle, minutes=n) for n in range(4)]
    assert allocate(cycle) == {cycle.pk: (2, 2)}
    before = list(Item.objects.values_list("sku", "allocated")), Move.objects.count()
    assert allocate(cycle) == {cycle.pk: (0, 2)}
    assert (list(Item.objects.values_list("sku", "allocated")), Move.objects.count()) == before
    Item.objects.filter(sku="cup").update(on_hand=4)
    assert allocate(cycle) == {cycle.pk: (2, 0)}
    assert all(skus(o) == {"cup", "tea"} for o in orders)
    assert dict(Item.objects.values_list("sku", "allocated")) == {"cup": 4, "tea": 4}
    assert stock._promised() == Counter({cup.pk: 4, Item.objects.get(sku="tea").pk: 4})


def test_a_box_sent_again_may_bring_the_same_things() -> None:
    cup = item("cup")
    cycle = edition("a", [cup])
    reader = person()
    for told in hooks.had:
        told(reader.pk, [cup.pk], "box")
    order = paid(cycle, reader)
    BoxOrder.objects.filter(pk=order.pk).update(kind="reship")
    assert allocate(cycle) == {cycle.pk: (1, 0)}


def test_everybody_who_listens_hears_of_every_box(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = []
    monkeypatch.setattr(hooks, "order_moved", [*hooks.order_moved, lambda o, b, a: heard.append((o.pk, b, a))])
    cycle = edition("a", [item("cup", 1)])
    one, two = paid(cycle), paid(cycle, minutes=1)
    allocate(cycle)
    assert heard == [(one.pk, "paid", "allocated"), (two.pk, "paid", "short")]


def test_customs_headings_of_a_box_are_counted_without_what_is_only_sent() -> None:
    cycle = edition("a", [item("cup", hs6="691200"), item("bowl", hs6="691200"), item("tea", hs6="090220"),
                          item("sound", digital=True, hs6="852380")])  # fmt: skip
    paid(cycle)
    allocate(cycle)
    assert Draft.objects.get().headings == 2


def test_without_anything_planned_the_box_goes_out_as_before() -> None:
    cycle = edition("a", [])
    paid(cycle)
    assert allocate(cycle) == {cycle.pk: (1, 0)}
