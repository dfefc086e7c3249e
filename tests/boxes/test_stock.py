"""Stock is never promised twice."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from subscriptions.billing.models import DriftReport
from subscriptions.boxes.actions import allocation
from subscriptions.boxes.enums import OrderState
from subscriptions.boxes.models import BoxOrder, Cycle, Item
from tests.factories.boxes import paid_orders

pytestmark = pytest.mark.django_db


def test_who_paid_first_is_served_and_the_rest_is_short(shelf: Cycle) -> None:
    orders = paid_orders(shelf, 5)
    assert allocation.allocate(shelf, actor="test") == (3, 2)
    states = list(BoxOrder.objects.filter(pk__in=[o.pk for o in orders]).order_by("pk").values_list("state", flat=True))
    assert states == [OrderState.ALLOCATED] * 3 + [OrderState.SHORT] * 2
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
