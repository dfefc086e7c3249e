"""Where members came from, in the staff's list: a column and a filter, in words."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from ground import clock
from subscriptions.billing import demo, origins
from subscriptions.billing.models import PlanPrice, Subscription
from tests.factories import editorial as pages
from tests.factories.accounts import person
from tests.factories.membership import tiers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def plans() -> None:
    tiers()
    demo.plans()
    cache.delete("billing:origins")


def came(name: str, origin: str, days: int = 1, account: User | None = None) -> User:
    account, now = account or person(name), clock.now()
    price = PlanPrice.objects.select_related("plan").get(lookup_key="companion-month")
    Subscription.objects.create(
        stripe_id=f"sub_{Subscription.objects.count()}", account=account, plan=price.plan, price=price, status="active",
        started_at=now - timedelta(days=days), period_start=now, period_end=now, fetched_at=now, origin=origin,
    )  # fmt: skip
    return account


def names(client: Client, value: str) -> set[str]:
    page = client.get("/cms/members/", {"billing-origin": value})
    return {row["account"].name for row in page.context["listing"].rows}


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(person("Owner", is_staff=True, is_superuser=True))
    return client


def test_the_first_origin_stands_there_by_the_story_s_title() -> None:
    story = pages.story(title="After Rain")
    wen = came("Wen", story.subject_key, days=9)
    came("Wen", "letter:winter", days=2, account=wen)
    lin, qi, none = came("Lin", "letter:winter"), came("Qi", "somewhere"), came("Nobody", "")
    found = origins.came_from([a.pk for a in (wen, lin, qi, none)])
    assert found == {wen.pk: "After Rain", lin.pk: "Letter “winter”", qi.pk: "somewhere"}


def test_the_filter_takes_one_origin_or_any_of_its_kind_and_says_it_in_words(desk: Client) -> None:
    one, two = pages.story(title="After Rain"), pages.story(title="Cobalt")
    came("Wen", one.subject_key), came("Lin", two.subject_key), came("Qi", "letter:winter"), came("No", "")
    assert names(desk, one.subject_key) == {"Wen"} and names(desk, "story:") == {"Wen", "Lin"}
    assert names(desk, "letter:winter") == {"Qi"} and names(desk, "nothing of the kind") == set()
    page = desk.get("/cms/members/").content.decode()
    assert "Came from" in page and "Any story" in page and "After Rain" in page and "Any box" not in page


def test_a_page_s_origins_cost_the_same_number_of_queries_however_many(desk: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            origins.came_from(list(User.objects.values_list("pk", flat=True)))
        return len(asked)

    came("Wen", pages.story().subject_key)
    cost()  # the first also reads what is kept: the site, where its pages hang
    one = cost()
    for number in range(5):
        came(f"Reader {number}", pages.story().subject_key)
    assert cost() == one <= 6


def test_what_was_noted_and_is_gone_is_shown_as_it_was_noted() -> None:
    gone: Any = came("Wen", "story:7d1f8f6c-0000-4000-8000-000000000000")
    assert origins.came_from([gone.pk]) == {gone.pk: "story:7d1f8f6c-0000-4000-8000-000000000000"}
