"""The join page, for a visitor and for a member."""

import pytest

from subscriptions.billing import demo as billing
from subscriptions.billing.models import PlanPrice
from tests.factories.accounts import person
from tests.factories.membership import member, tiers

pytestmark = pytest.mark.django_db


@pytest.fixture
def priced() -> None:
    """Tiers with prices that can be had."""
    tiers()
    billing.plans()
    for price in PlanPrice.objects.all():
        price.stripe_price = f"price_{price.pk}"
        price.save()


def test_a_visitor_sees_every_tier_with_its_price_and_a_way_in(priced: None, client) -> None:
    page = client.get("/en/join/").content.decode()
    for word in ("Friend", "Companion", "Patron", ">18<", ">48<", ">128<", "/en/billing/checkout/companion-month/"):
        assert word in page
    assert "csrfmiddlewaretoken" not in page


def test_the_way_back_to_the_sentence_is_kept(priced: None, client) -> None:
    page = client.get("/en/join/?next=/en/stories/x/%23p7&need=stories:all").content.decode()
    assert "next=%2Fen%2Fstories%2Fx%2F%23p7" in page
    assert page.count("Opens what you were reading") == 2


def test_a_way_back_to_another_site_is_dropped(priced: None, client) -> None:
    page = client.get("/en/join/?next=https://evil.example/").content.decode()
    assert "next=https" not in page.replace("/zh-hans/join/?next=https://evil.example/", "")
    assert 'href="https://evil' not in page and "%3A%2F%2Fevil" not in page


def test_a_member_sees_the_own_seat_and_buttons_instead_of_links(priced: None, client) -> None:
    client.force_login(member("companion"))
    page = client.get("/en/join/").content.decode()
    assert "Yours" in page and "You sit here as: Companion" in page and "csrfmiddlewaretoken" in page


def test_without_prices_the_page_says_so(client) -> None:
    tiers()
    assert "Not on sale at the moment." in client.get("/en/join/").content.decode()


def test_the_anonymous_page_costs_nothing_warm_and_falls_when_a_price_changes(
    priced: None, client, django_assert_num_queries
) -> None:
    from ground import facts

    client.get("/en/join/")
    with django_assert_num_queries(0):
        assert client.get("/en/join/").status_code == 200
    PlanPrice.objects.filter(lookup_key="friend-month").update(amount=2100)
    facts.offers_changed.send(sender=PlanPrice, reason="test")
    assert ">21<" in client.get("/en/join/").content.decode()


def test_a_visitor_who_chooses_signs_up_first_and_a_foreign_link_cannot_start_a_payment(priced: None, client) -> None:
    answer = client.get("/en/billing/checkout/companion-month/?next=/en/")
    assert answer.status_code == 302 and "/account/signup/" in answer["Location"]
    fresh = person()
    client.logout()
    client.force_login(fresh)
    page = client.get("/en/billing/checkout/companion-month/")
    assert page.status_code == 200 and "Go on to payment" in page.content.decode()
    assert client.get("/en/billing/checkout/nothing/").status_code == 404
