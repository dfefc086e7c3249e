"""Two currencies: chosen by the switch alone, remembered, each with sums of its own, and one for all that somebody pays."""

import re
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import User
from ground import clock
from ground.money import Money
from membership import queries
from subscriptions.billing import catalogue, changing, demo, figures, gateway, joining
from subscriptions.billing.models import Checkout, Invoice, Plan, PlanPrice, Subscription
from tests.billing.conftest import Till
from tests.factories.accounts import person
from tests.factories.membership import tiers

YUAN, EURO = "¥", "€"


@pytest.fixture
def sold(db: None) -> None:
    """Tiers with prices in both, as if they were at Stripe."""
    tiers()
    demo.plans()
    for price in PlanPrice.objects.all():
        PlanPrice.objects.filter(pk=price.pk).update(stripe_price=f"price_{price.pk}")


def shown(client: Client, path: str = "/en/join/") -> set[str]:
    text = re.sub(r'<nav class="currencies".*?</nav>', "", client.get(path).content.decode(), flags=re.S)
    main = text.partition("<main")[2]
    return {sign for sign in (YUAN, EURO) if sign in main}


def test_the_house_s_own_stands_there_until_somebody_switches_and_then_it_is_remembered(sold: None) -> None:
    client = Client()
    assert shown(client) == {YUAN}
    assert shown(client, "/en/join/?currency=EUR") == {EURO}
    assert shown(client) == {EURO} and shown(client, "/en/join/patron/") == {EURO}
    assert shown(Client()) == {YUAN}  # nobody else's
    assert shown(client, "/en/join/?currency=CNY") == {YUAN} and shown(client) == {YUAN}
    for nonsense in ("XXX", "EURO", "usd", "€"):
        assert shown(client, f"/en/join/?currency={nonsense}") == {YUAN}


def test_the_language_of_a_browser_chooses_no_currency(sold: None) -> None:
    assert shown(Client(headers={"accept-language": "de-DE"})) == {YUAN}


def test_the_switch_keeps_what_the_address_said_and_is_not_there_for_one_currency(sold: None) -> None:
    page = Client().get("/en/join/?need=stories:all&next=/en/").content.decode()
    assert "need=stories%3Aall&amp;next=%2Fen%2F&amp;currency=EUR" in page
    PlanPrice.objects.filter(currency="EUR").update(active=False)
    assert 'class="currencies"' not in Client().get("/en/join/?x").content.decode()
    assert shown(Client(), "/en/join/?currency=EUR") == {YUAN}


def test_savings_are_reckoned_within_a_currency(sold: None) -> None:
    tier = next(t for t in queries.listed_tiers(currency="EUR") if t.tier.key == "companion")
    assert {o.price.currency for o in tier.offers} == {"EUR"} and tier.currencies == {"CNY", "EUR"}
    assert (tier.choice("year").saving, tier.choice("year").months_free) == (Money(1300, "EUR"), 2)
    assert tier.choice("quarter").saving == Money(200, "EUR")


def test_a_plan_has_one_price_for_each_currency_and_interval(sold: None) -> None:
    plan = Plan.objects.get(kind="tier", target="friend")
    with pytest.raises(IntegrityError), transaction.atomic():
        catalogue.add_price(plan=plan, currency="EUR", interval="month", amount=300)
    catalogue.add_price(plan=plan, currency="USD", interval="month", amount=300)
    old = PlanPrice.objects.get(lookup_key="friend-month-eur")
    new = catalogue.change_price(price=old, amount=300)
    assert (new.lookup_key, new.currency, new.amount) == ("friend-month-eur", "EUR", 300)


@pytest.mark.sandbox
@pytest.mark.django_db(transaction=True)
class TestPaid:
    """Against the sandbox."""

    def test_a_seat_in_euros_is_paid_renewed_and_changed_in_euros(self, till: Till, reader: User) -> None:
        client = Client()
        client.force_login(reader)
        client.get("/en/join/?currency=EUR")
        page = client.post("/en/billing/checkout/companion-month-eur/")
        session = gateway.checkout(Checkout.objects.get().session_id)
        assert (session["currency"], session["amount_total"]) == ("eur", 650)
        till.pay(page["Location"])
        till.deliver()
        row = Subscription.objects.get(account=reader)
        assert row.charge == Money(650, "EUR") and Invoice.objects.get().money == Money(650, "EUR")
        assert {p.currency for p in changing.choices(row)} == {"EUR"}
        with pytest.raises(changing.CannotChange):
            changing.preview(row, PlanPrice.objects.select_related("plan").get(lookup_key="patron-month"))
        up = changing.preview(row, PlanPrice.objects.select_related("plan").get(lookup_key="patron-month-eur"))
        assert up.due.currency == "EUR" and all(line.money.currency == "EUR" for line in up.lines)
        till.advance(until="next_renewal")
        assert Invoice.objects.filter(total=650, currency="EUR", status="paid").count() == 2

    def test_who_pays_in_one_currency_sees_and_pays_no_other(self, till: Till, reader: User) -> None:
        till.join(reader, "friend-month-eur")
        client = Client()
        client.force_login(reader)
        assert shown(client) == shown(client, "/en/join/?currency=CNY") == {EURO}
        assert 'class="currencies"' not in client.get("/en/join/").content.decode()
        box = PlanPrice.objects.select_related("plan").get(lookup_key="box-monthly")
        with pytest.raises(joining.OtherCurrency):
            joining.start(account=reader, wish=joining.Wish(price=box))
        answer = client.post("/en/billing/checkout/box-monthly/", follow=True)
        assert "You pay in EUR already" in answer.content.decode()

    def test_a_gift_in_another_currency_is_refused_with_the_reason(self, till: Till, reader: User) -> None:
        till.join(reader, "friend-month-eur")
        client, before = Client(), Checkout.objects.count()
        client.force_login(reader)
        gift = PlanPrice.objects.get(lookup_key="gift-companion-3")
        token = re.search(r'name="token" value="([^"]+)"', client.get("/en/gifts/").content.decode())
        assert token is not None
        answer = client.post(
            "/en/gifts/", {"token": token[1], "price": gift.lookup_key, "buyer_name": "Ning", "recipient_name": "Lin"}
        )
        assert answer.status_code == 422 and "You pay in EUR already" in answer.content.decode()
        assert Checkout.objects.count() == before

    def test_stripe_has_one_price_for_each(self, till: Till) -> None:
        rows = PlanPrice.objects.filter(active=True)
        assert rows.values("stripe_price").distinct().count() == rows.count()
        remote: Any = gateway.find_price("friend-month-eur")
        assert (remote["currency"], remote["unit_amount"]) == ("eur", 250)
        assert catalogue.push() == 0

    def test_figures_keep_them_apart(self, till: Till, reader: User) -> None:
        till.join(reader, "companion-month-eur")
        till.join(person("Yuan"), "companion-month")
        found = figures.months(clock.now())
        assert {currency: rows[-1].revenue for currency, rows in found.items()} == {
            "EUR": Money(650, "EUR"), "CNY": Money(4800, "CNY")}  # fmt: skip

    def test_staff_add_a_price(self, till: Till) -> None:
        client = Client()
        client.force_login(person("Owner", is_staff=True, is_superuser=True))
        plan = Plan.objects.get(kind="tier", target="friend").pk
        form = {"plan": plan, "interval": "month", "currency": "JPY", "amount": "400"}
        for wrong in ({"amount": "0"}, {"amount": "400.5"}, {"currency": "EUR"}, {"currency": "XXX"}):
            assert client.post("/cms/billing/prices/", form | wrong).status_code == 422, wrong
        assert client.post("/cms/billing/prices/", form).status_code == 302
        made = PlanPrice.objects.get(currency="JPY")
        assert (made.amount, made.lookup_key, bool(made.stripe_price)) == (400, "tier-friend-month-jpy", True)
        assert shown(Client(), "/en/join/?currency=JPY")
