"""The demo's curation."""

import pytest

from subscriptions.boxes import demo as boxes
from subscriptions.boxes.actions import allocation, stock
from subscriptions.boxes.enums import CycleState
from subscriptions.boxes.models import Cycle, Item
from subscriptions.curation import demo
from subscriptions.curation.models import ItemTrait, SlotChoice, Stance, Trait
from tests.factories.curation import paid, skus

pytestmark = pytest.mark.django_db


def test_the_demos_seed_is_whole_agrees_with_the_book_and_changes_nothing_again() -> None:
    boxes.seed(lambda text: None)
    demo.seed(lambda text: None)
    before = [m.objects.count() for m in (Trait, ItemTrait, SlotChoice, Item, Stance)]
    assert all(before[:4]) and stock.verify_stock() == []
    demo.seed(lambda text: None)
    assert [m.objects.count() for m in (Trait, ItemTrait, SlotChoice, Item, Stance)] == before


def test_somebody_whom_tea_keeps_awake_gets_honey_in_the_demo() -> None:
    boxes.seed(lambda text: None)
    demo.seed(lambda text: None)
    cycle = Cycle.objects.filter(plan__slug=boxes.SLUG).order_by("cutoff_at").first()
    assert cycle is not None
    Cycle.objects.filter(pk=cycle.pk).update(state=CycleState.ALLOCATING)
    order = paid(cycle)
    Stance.objects.create(
        account=order.subscription.account, trait=Trait.objects.get(slug="tea"), stance="never", at=order.created_at
    )
    assert allocation.allocate(cycle, actor="test") == (1, 0)
    assert "honey-lychee" in skus(order) and not any(sku.startswith("tea-") for sku in skus(order))
