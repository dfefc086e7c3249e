"""What waits for those who make boxes."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from ground import clock
from subscriptions.boxes import due
from subscriptions.boxes.actions import allocation, planning
from subscriptions.boxes.models import BoxOrder, BoxPlan, Cycle, Item
from tests.boxes.test_planning import WORDS, paper
from tests.factories.accounts import person
from tests.factories.boxes import paid_orders

pytestmark = pytest.mark.django_db


def words() -> list[str]:
    return [line.words for line in due.due()]


def test_nothing_waits_where_nothing_is() -> None:
    assert due.due() == []


def test_a_review_waits_with_what_is_short_and_then_boxes_wait_to_be_packed(shelf: Cycle) -> None:
    orders = paid_orders(shelf, 3)
    Item.objects.update(on_hand=2)
    allocation.allocate(shelf, actor="test")
    Cycle.objects.filter(pk=shelf.pk).update(state="review")
    assert [w for w in words() if "waits for its review" in w and "1 box is short" in w]
    Cycle.objects.filter(pk=shelf.pk).update(state="closed")  # a first box of an edition that has left long ago
    said = words()
    assert [w for w in said if "2 boxes to pack" in w] and [w for w in said if "1 short box" in w]
    BoxOrder.objects.filter(pk=orders[0].pk).update(state="packed")
    assert [w for w in words() if "1 packed box waits for its carrier" in w]


def test_an_empty_edition_and_a_missing_one_are_named() -> None:
    plan = paper(every=1, anchor_month=1)
    BoxPlan.objects.update(active=True)
    cycle = planning.plan_edition(plan, period=planning.next_period(plan), words=WORDS)
    Cycle.objects.filter(pk=cycle.pk).update(
        state="open", opens_at=clock.now() - timedelta(1), cutoff_at=clock.now() + timedelta(9), billed_by=clock.now() + timedelta(10)
    )  # fmt: skip
    said = words()
    assert [w for w in said if "nothing is in it yet" in w] and [w for w in said if "no edition is planned" in w]
    Cycle.objects.filter(pk=cycle.pk).update(
        cutoff_at=clock.now() + timedelta(30), billed_by=clock.now() + timedelta(31)
    )
    assert not [w for w in words() if "no edition is planned" in w]


def test_it_stands_on_the_board_and_where_staff_begin_and_nowhere_else(shelf: Cycle, client: Client, django_assert_max_num_queries: Any) -> None:  # fmt: skip
    paid_orders(shelf, 2)
    Cycle.objects.filter(pk=shelf.pk).update(state="review")
    BoxOrder.objects.update(state="short")
    client.force_login(person("Owner", is_staff=True, is_superuser=True))
    for page in ("/cms/boxes/", "/cms/"):
        assert "waits for its review" in client.get(page).content.decode()
    with django_assert_max_num_queries(4):
        due.due()
    writer = person("Writer", is_staff=True)
    writer.user_permissions.set(Permission.objects.filter(codename="access_admin"))
    client.force_login(writer)
    assert "waits for its review" not in client.get("/cms/", follow=True).content.decode()
