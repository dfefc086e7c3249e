"""The demo's twelve editions, with fewer people in them."""

import pytest

from ground import clock
from subscriptions.billing import catalogue
from subscriptions.boxes import demo, demo_history, demo_lives, demo_plans
from subscriptions.boxes.actions import holding
from subscriptions.boxes.enums import CycleState
from subscriptions.boxes.models import BoxOrder, BoxSubscription, Cycle, Skip
from tests.billing.conftest import Till

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db(transaction=True)]


def test_the_history_is_told_once_and_nobody_is_left_out_after_it(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_lives, "COUNT", {"monthly": 6, "tea": 7, "seasons": 5})
    said: list[str] = []
    demo.seed(said.append)
    demo_plans.seed(said.append)
    catalogue.push()
    demo_history.seed(said.append)
    people, orders = BoxSubscription.objects.count(), BoxOrder.objects.count()
    assert people == 18 and Cycle.objects.filter(state=CycleState.CLOSED).count() >= 6
    assert holding.hold_back(clock.now()) == 0  # the tea's next charge is some days ahead: its letters went out in time
    assert not Skip.objects.filter(cause=holding.CAUSE).exists()
    demo_history.seed(said.append)
    assert (people, orders) == (BoxSubscription.objects.count(), BoxOrder.objects.count())
