"""Two runs at once that share a person, and one that shares its cycle. The control shows what happens without the lock."""

import time
from collections.abc import Iterable

import pytest

from subscriptions.boxes.actions import allocation, stock
from subscriptions.boxes.enums import OrderState
from subscriptions.boxes.models import BoxOrder, Cycle, Item, Move, OrderItem
from subscriptions.curation.actions import running
from tests.factories.accounts import person
from tests.factories.curation import candidate, edition, item, paid
from tests.races.threads import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A while passes between choosing and writing."""
    real = running.publish

    def late(**given: object) -> None:
        time.sleep(0.4)
        real(**given)

    monkeypatch.setattr(running, "publish", late)


def two_boxes_of_one_person() -> tuple[Cycle, Cycle]:
    sound, other = item("sound", 0, digital=True), item("other", 9)
    one, two, reader = edition("a", [sound]), edition("b", [sound]), person()
    for cycle in (one, two):
        candidate(cycle, 0, other)
        paid(cycle, reader)
    return one, two


def both(one: Cycle, two: Cycle) -> list[str]:
    found = at_once([lambda c=c: allocation.allocate(c, actor="race") for c in (one, two)])
    assert not [f for f in found if isinstance(f, Exception)], found
    return sorted(OrderItem.objects.values_list("item__sku", flat=True))


def test_control_without_the_lock_one_person_gets_the_same_thing_twice(
    slow: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look(ids: Iterable[int]) -> dict[int, Item]:
        return {i.pk: i for i in Item.objects.filter(pk__in=list(ids)).order_by("pk")}

    monkeypatch.setattr(running, "lock_stock", look)
    assert both(*two_boxes_of_one_person()) == ["sound", "sound"]


def test_under_the_lock_the_second_run_sees_what_the_first_one_gave(slow: None) -> None:
    assert both(*two_boxes_of_one_person()) == ["other", "sound"]


def test_the_same_cycle_twice_at_once_is_allocated_once(slow: None) -> None:
    cup = item("cup", 3)
    cycle = edition("a", [cup])
    for minutes in range(5):
        paid(cycle, minutes=minutes)
    found = at_once([lambda: allocation.allocate(cycle, actor="race")] * 3)
    assert not [f for f in found if isinstance(f, Exception)], found
    assert BoxOrder.objects.filter(state=OrderState.ALLOCATED).count() == 3
    assert Item.objects.get().allocated == OrderItem.objects.count() == 3
    assert Move.objects.filter(after="allocated").count() == 3 and Move.objects.filter(after="short").count() == 2


def test_who_gives_up_while_a_run_works_gets_nothing_and_holds_nothing(slow: None) -> None:
    from django.db import transaction

    from subscriptions.boxes.actions.moving import NotAllowed, move

    cup = item("cup", 3)
    cycle = edition("a", [cup])
    order = paid(cycle)

    def give_up() -> None:
        time.sleep(0.15)
        mine = BoxOrder.objects.get(pk=order.pk)
        with transaction.atomic():
            move(mine, OrderState.CANCELLED, actor="race", cause="given up")

    found = at_once([lambda: allocation.allocate(cycle, actor="race"), give_up])
    order.refresh_from_db()
    assert isinstance(found[1], NotAllowed) and order.state == OrderState.ALLOCATED
    assert stock._promised() == {cup.pk: 1} and Item.objects.get().allocated == 1
