"""The last unit, wanted by several at once. The control shows that without the lock it is promised twice."""

import threading

import pytest
from django.db import IntegrityError, transaction

from ground import clock
from subscriptions.boxes import calendar, demo
from subscriptions.boxes.actions import allocation, cycles
from subscriptions.boxes.enums import OrderState
from subscriptions.boxes.models import BoxOrder, BoxPlan, Cycle, Item
from tests.factories.boxes import paid_orders
from tests.races.threads import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def shelf(slug: str) -> Cycle:
    plan = BoxPlan.objects.create(slug=slug, name_zh="架", name_en="Shelf")
    when = calendar.cycle_at(clock.now(), plan.cutoff_day, plan.zone)
    demo._edition(plan, when, demo.THEMES[0], demo._items())
    cycles.run_due(clock.now())
    return Cycle.objects.get(plan=plan)


def test_control_without_the_lock_and_the_check_the_last_unit_is_promised_more_than_once() -> None:
    demo._items()
    Item.objects.filter(sku="cup-plum").update(on_hand=1, allocated=0)
    promised = []

    def careless() -> None:
        item = Item.objects.get(sku="cup-plum")
        if item.allocated < item.on_hand:
            threading.Event().wait(0.05)
            item.allocated += 1
            item.save(update_fields=["allocated"])
            promised.append(1)

    at_once([careless] * 6)
    assert len(promised) > 1


def test_two_plans_that_share_the_last_unit_get_it_once() -> None:
    one, two = shelf("one"), shelf("two")
    paid_orders(one, 2)
    paid_orders(two, 2)
    Item.objects.update(on_hand=3, allocated=0)
    Item.objects.filter(sku="cup-plum").update(on_hand=1)

    found = at_once([lambda c=c: allocation.allocate(c, actor="race") for c in (one, two, one, two)])
    assert not [f for f in found if isinstance(f, Exception)], found
    assert BoxOrder.objects.filter(state=OrderState.ALLOCATED).count() == 1
    assert BoxOrder.objects.filter(state=OrderState.SHORT).count() == 3
    assert Item.objects.get(sku="cup-plum").allocated == 1


def test_the_check_stands_behind_every_path() -> None:
    demo._items()
    Item.objects.filter(sku="cup-plum").update(on_hand=1, allocated=1)

    def rude() -> None:
        with transaction.atomic():
            Item.objects.filter(sku="cup-plum").update(allocated=2)

    assert all(isinstance(f, IntegrityError) for f in at_once([rude] * 4))
