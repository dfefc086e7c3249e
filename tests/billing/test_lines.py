"""What a change costs, line by line, in our words and the member's language."""

from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from accounts.models import User
from subscriptions.billing import demo, lines
from subscriptions.billing.models import PlanPrice
from tests.billing.conftest import Till
from tests.factories.membership import tiers

START, END = 1790000000, 1792592000  # 21 September and 21 October 2026


def line(price: str, amount: int, *, proration: bool, quantity: int = 1) -> dict[str, Any]:
    return {
        "description": "Unused time on Companion after 21 Sep 2026", "amount": amount, "quantity": quantity,
        "pricing": {"price_details": {"price": price}}, "period": {"start": START, "end": END},
        "parent": {"subscription_item_details": None, "invoice_item_details": {"proration": proration}},
    }  # fmt: skip


def said(found: list[dict[str, Any]], language: str = "en") -> list[str]:
    prices = {p.lookup_key: p for p in PlanPrice.objects.select_related("plan")}
    with override(language):
        return [li.text for li in lines.told(found, prices, "CNY")]


@pytest.mark.django_db
def test_unused_days_days_left_and_whole_periods_are_told_apart() -> None:
    tiers()
    demo.plans()
    found = [
        line("companion-month", -2400, proration=True), line("patron-month", 6400, proration=True),
        line("patron-year", 128000, proration=False), line("group-month", 10800, proration=True, quantity=3),
    ]  # fmt: skip
    assert said(found) == [
        "Companion · month: days paid and not used, 21 September 2026 to 21 October 2026",
        "Patron · month: the days that are left, 21 September 2026 to 21 October 2026",
        "Patron · year: 21 September 2026 to 21 October 2026",
        "Companion for a group · month, 3 seats: the days that are left, 21 September 2026 to 21 October 2026",
    ]
    chinese = said(found, "zh-hans")
    assert chinese[0].startswith("同席 · 月：已付未用的日子") and "Companion" not in "".join(chinese)


@pytest.mark.django_db
def test_what_we_do_not_know_is_told_in_stripe_s_words() -> None:
    assert said([line("price_of_somebody_else", 100, proration=True)]) == ["Unused time on Companion after 21 Sep 2026"]


@pytest.mark.sandbox
@pytest.mark.django_db(transaction=True)
def test_the_page_of_a_change_speaks_the_member_s_language(till: Till, reader: User) -> None:
    row, client = till.join(reader), Client()
    till.advance(seconds=10 * 86400)
    client.force_login(reader)
    path = f"/billing/subscriptions/{row.stripe_id}/change/patron-month/"
    english, chinese = client.get(f"/en{path}").content.decode(), client.get(f"/zh-hans{path}").content.decode()
    assert "days paid and not used" in english and "the days that are left" in english
    assert "已付未用的日子" in chinese and "余下的日子" in chinese
    for page in (english, chinese):
        assert "Unused time" not in page and "Remaining time" not in page
