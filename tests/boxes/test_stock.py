"""Stock is never promised twice."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from ground import clock
from subscriptions.billing.models import DriftReport
from subscriptions.boxes.actions import allocation
from subscriptions.boxes.actions.credits import spend
from subscriptions.boxes.enums import OrderState
from subscriptions.boxes.models import BoxOrder, Credit, Cycle, Item
from tests.factories.boxes import paid_orders

pytestmark = pytest.mark.django_db


def test_who_paid_first_is_served_and_the_rest_is_short(shelf: Cycle) -> None:
    orders = paid_orders(shelf, 5)
    for number, order in enumerate(reversed(orders)):  # the last one paid first
        paid_at = clock.now() + timedelta(minutes=number)
        Credit.objects.create(subscription=order.subscription, source=f"il_{number}", order=order, granted_at=paid_at)
    assert allocation.allocate(shelf, actor="test") == (3, 2)
    states = list(BoxOrder.objects.filter(pk__in=[o.pk for o in orders]).order_by("pk").values_list("state", flat=True))
    assert states == [OrderState.SHORT] * 2 + [OrderState.ALLOCATED] * 3
    assert Item.objects.get(sku="cup-plum").allocated == 3


def test_new_stock_serves_the_short_ones(shelf: Cycle) -> None:
    paid_orders(shelf, 5)
    allocation.allocate(shelf, actor="test")
    Item.objects.update(on_hand=9)
    assert allocation.allocate(shelf, actor="test") == (2, 0)
    assert allocation.allocate(shelf, actor="test") == (0, 0)


def test_freeing_gives_the_promise_back(shelf: Cycle) -> None:
    order = paid_orders(shelf, 1)[0]
    allocation.allocate(shelf, actor="test")
    allocation.free(order)
    assert not Item.objects.filter(allocated__gt=0).exists() and not order.items.exists()


def test_the_table_itself_refuses_a_promise_too_many(shelf: Cycle) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Item.objects.filter(sku="cup-plum").update(allocated=4)


def test_nothing_is_allocated_while_drift_exists(shelf: Cycle) -> None:
    paid_orders(shelf, 1)
    DriftReport.objects.create(made_at=timezone.now(), findings=[{"what": "x"}], mended=0)
    with pytest.raises(allocation.Drift):
        allocation.allocate(shelf, actor="test")
    DriftReport.objects.create(made_at=timezone.now(), findings=[], mended=0)
    assert allocation.allocate(shelf, actor="test") == (1, 0)


def test_a_suspended_subscriber_who_pays_gets_the_box_that_was_held(shelf: Cycle) -> None:
    order = paid_orders(shelf, 1)[0]
    BoxOrder.objects.filter(pk=order.pk).update(state=OrderState.ON_HOLD)
    Credit.objects.create(subscription=order.subscription, source="il_late", granted_at=clock.now())
    assert spend(order.subscription, actor="test", cause="paid") == 1
    order.refresh_from_db()
    assert order.state == OrderState.PAID and order.credit.source == "il_late"


def test_the_items_form_never_writes_a_count(shelf: Cycle) -> None:
    from subscriptions.boxes.wagtail_hooks import ITEM_FIELDS, ItemViewSet

    Item.objects.filter(sku="cup-plum").update(allocated=2)
    stale = Item.objects.get(sku="cup-plum")
    Item.objects.filter(sku="cup-plum").update(allocated=3)
    form_class = ItemViewSet().get_edit_handler().get_form_class()
    values = {name: getattr(stale, name) for name in ITEM_FIELDS if name not in ("supplier", "digital")}
    for wrong in ({"hs6": "12"}, {"hs6": "1234567"}, {"origin": "C1"}, {"currency": "YUAN"}):
        assert not form_class({**values, **wrong}, instance=Item.objects.get(pk=stale.pk)).is_valid()
    form = form_class({**values, "on_hand": 99, "allocated": 0, "hs6": "691200", "origin": "cn"}, instance=stale)
    assert form.is_valid(), form.errors
    form.save()
    assert Item.objects.values_list("on_hand", "allocated", "hs6", "origin").get(pk=stale.pk) == (3, 3, "691200", "CN")
