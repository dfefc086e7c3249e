"""The join page, for a visitor and for a member."""

from collections.abc import Callable, Sequence

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ground import registry
from ground.money import Money
from ground.registry import Offer, OffersProvider, Registry
from membership.actions import Source, grant
from membership.models import Tier
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
    assert page.count('class="cycle" data-cycle="month"') == 3


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


def offers(*rows: tuple[str, str, int], trial: int = 0) -> OffersProvider:
    """A provider that sells tiers so: (tier, interval, amount)."""

    def sold(keys: Sequence[str]) -> dict[str, list[Offer]]:
        found: dict[str, list[Offer]] = {}
        for tier, interval, amount in rows:
            offer = Offer(tier, Money(amount, "CNY"), interval, f"{tier}-{interval}", f"/pay/{tier}-{interval}/", trial,
                          f"/change/{tier}-{interval}/")  # fmt: skip
            found.setdefault(tier, []).append(offer)
        return found

    return OffersProvider("test", sold)


@pytest.fixture
def sell(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sell these and nothing else."""

    def only(*rows: tuple[str, str, int], trial: int = 0) -> None:
        tiers()
        fresh: Registry[OffersProvider] = Registry("offers")
        fresh.register(offers(*rows, trial=trial))
        monkeypatch.setattr(registry, "offers_providers", fresh)

    return only


def test_every_way_to_pay_is_in_the_switch_and_savings_are_said_in_plain_words(sell, client) -> None:
    sell(("companion", "month", 4800), ("companion", "quarter", 12900), ("companion", "year", 48000),
         ("companion", "once", 168000), ("friend", "month", 1800), ("friend", "year", 18000))  # fmt: skip
    page = client.get("/en/join/").content.decode()
    for interval in ("month", "quarter", "year", "once"):
        assert f'name="cycle" value="{interval}"' in page
    assert "¥15 less than three single months" in page and "¥96 less than twelve single months" in page
    assert "2 months free" in page and "Paid once, yours for good" in page
    assert "This seat is not sold that way." in page  # a Friend by the quarter, with the ways that there are
    assert 'value="year" checked' in client.get("/en/join/?pay=year").content.decode()


def test_a_year_that_saves_nothing_boasts_of_nothing(sell, client) -> None:
    sell(("companion", "month", 4800), ("companion", "year", 57600))
    page = client.get("/en/join/").content.decode()
    assert "less than" not in page and "months free" not in page and "Paid by the year" in page


def test_one_way_to_pay_needs_no_switch_and_a_trial_is_told(sell, client) -> None:
    sell(("companion", "month", 4800), trial=14)
    page = client.get("/en/join/").content.decode()
    assert 'name="cycle"' not in page and "The first 14 days are free" in page


def test_whoever_pays_changes_and_whoever_was_given_a_seat_joins(sell, client) -> None:
    sell(("companion", "month", 4800), ("friend", "month", 1800), ("patron", "month", 12800))
    account = person()
    grant(account=account, key="tier:companion", source=Source("plan", "7"), actor="test")
    client.force_login(account)
    page = client.get("/en/join/").content.decode()
    assert "/change/patron-month/" in page and "/change/friend-month/" in page and "/pay/" not in page
    assert page.count(">Yours<") == 1 and page.count(">Within yours<") == 1
    client.force_login(member("companion"))
    page = client.get("/en/join/").content.decode()
    assert "/pay/patron-month/" in page and "/change/" not in page


def test_where_no_change_has_an_address_of_its_own_the_payment_s_own_door_leads_there(
    sell, client, monkeypatch
) -> None:
    sell(("companion", "month", 4800), ("patron", "month", 12800))
    monkeypatch.setattr(
        Offer,
        "__getattribute__",
        lambda self, name: "" if name == "change_url" else object.__getattribute__(self, name),
    )
    account = person()
    grant(account=account, key="tier:companion", source=Source("plan", "7"), actor="test")
    client.force_login(account)
    page = client.get("/en/join/?next=/en/stories/").content.decode()
    form = page.partition('action="/pay/patron-month/"')[2].partition("</form>")[0]
    assert "Change to Patron" in form and 'name="next"' not in form


def test_a_hidden_tier_is_joined_by_its_link_alone_and_an_archived_one_by_none(sell, client) -> None:
    sell(("patron", "month", 12800))
    Tier.objects.filter(key="patron").update(visible=False)
    assert "Patron" not in client.get("/en/join/").content.decode().partition("<footer")[0].replace("Patrons", "")
    page = client.get("/en/join/patron/")
    assert page.status_code == 200 and "/pay/patron-month/" in page.content.decode()
    Tier.objects.filter(key="patron").update(archived=True)
    assert client.get("/en/join/patron/").status_code == 404
    assert client.get("/en/join/nowhere/").status_code == 404


def test_the_join_page_costs_the_same_whatever_the_number_of_tiers(sell, client, django_assert_max_num_queries) -> None:
    sell(("companion", "month", 4800))
    account = person()
    grant(account=account, key="tier:companion", source=Source("plan", "7"), actor="test")
    client.force_login(account)
    client.get("/en/join/")
    with CaptureQueriesContext(connection) as before:
        client.get("/en/join/?a=1")
    for n in range(5):
        more = Tier.objects.create(key=f"more-{n}", rank=50 + n, name_zh="座", name_en=f"More {n}")
        more.benefits.create(text_zh="一", text_en="One")
        more.rights.create(key="stories:all")
    with CaptureQueriesContext(connection) as after:
        assert "More 4" in client.get("/en/join/?a=2").content.decode()
    assert len(after) == len(before)


def test_the_welcome_page_is_for_those_who_hold_the_tier(client) -> None:
    client.force_login(member("companion"))
    page = client.get("/en/join/welcome/companion/").content.decode()
    assert (
        "Welcome to the table" in page
        and page.partition('class="welcome-steps"')[2].partition("</ol>")[0].count("<li>") == 3
    )
    assert "欢迎入座" in client.get("/zh-hans/join/welcome/companion/").content.decode()
    assert client.get("/en/join/welcome/patron/").status_code == 404
    client.logout()
    assert client.get("/en/join/welcome/companion/").status_code == 302
