"""Boxes on top of a real sandbox."""

import pytest

from ground import clock
from subscriptions.boxes import calendar, demo
from subscriptions.boxes.actions import cycles
from subscriptions.boxes.models import BoxPlan, Cycle, Item
from tests.billing.conftest import Till, reader, sandbox, till

__all__ = ["reader", "sandbox", "till"]


@pytest.fixture
def plan(till: Till) -> BoxPlan:
    """The demo's plan with three editions from the one that is open now."""
    demo.seed(lambda text: None)
    return BoxPlan.objects.get()


@pytest.fixture
def shelf(db: None) -> Cycle:
    """One open edition and its stock, without money."""
    plan = BoxPlan.objects.create(slug="shelf", name_zh="架", name_en="Shelf")
    year, month = calendar.cycle_at(clock.now(), plan.cutoff_day, plan.zone)
    demo._edition(plan, (year, month), demo.THEMES[0], demo._items())
    cycles.run_due(clock.now())
    Item.objects.update(on_hand=3)
    return Cycle.objects.get(plan=plan)
