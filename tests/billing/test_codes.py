"""Codes: typed with us, refused before anything is paid, taken once by each account."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import User
from ground import clock
from subscriptions.billing import codes, deals, gateway, joining
from subscriptions.billing.models import Checkout, Deal, DealUse, Invoice, PlanPrice, Subscription
from tests.billing.conftest import Till
from tests.factories.accounts import person

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db(transaction=True)]


def at_home(account: User) -> Client:
    client = Client()
    client.force_login(account)
    return client


def price(name: str) -> PlanPrice:
    return PlanPrice.objects.select_related("plan").get(lookup_key=name)


def why(deal: Deal, account: User, name: str = "companion-month") -> str:
    try:
        codes.for_joining(deal, account, price(name))
    except deals.NotForYou as refused:
        return refused.why
    return ""


def test_a_typed_code_is_on_the_payment_page_and_stripe_s_page_takes_no_other(till: Till, reader: User) -> None:
    client = at_home(reader)
    shown = client.get("/en/billing/checkout/companion-month/")
    assert b'name="deal"' in shown.content and b"I have a code" in shown.content
    answer = client.post("/en/billing/checkout/companion-month/", {"deal": " First-FROST "})
    page = gateway.checkout(Checkout.objects.get().session_id)
    assert answer["Location"] == page["url"]
    assert page["amount_total"] == 3360 and not page["allow_promotion_codes"]
    till.pay(answer["Location"])
    till.deliver()
    assert Invoice.objects.get().total == 3360 and DealUse.objects.get().account == reader


def test_a_code_that_was_taken_is_refused_before_payment(till: Till, reader: User) -> None:
    deal = Deal.objects.get(code="first-frost")
    DealUse.objects.create(deal=deal, account=reader, at=clock.now())
    answer = at_home(reader).post("/en/billing/checkout/companion-month/", {"deal": "FIRST-FROST"}, follow=True)
    assert "You took it already" in answer.content.decode()
    assert not Checkout.objects.exists()


def test_two_open_pages_cannot_both_have_it(till: Till, reader: User) -> None:
    deal = Deal.objects.get(code="first-frost")
    joining.start(account=reader, wish=joining.Wish(price=price("companion-month"), deal=deal))
    again = joining.start(account=reader, wish=joining.Wish(price=price("companion-year"), deal=deal))
    assert again.price_id == price("companion-year").pk  # the same slot: the first page is closed for it
    assert why(deal, reader, "group-month") == "waiting"
    answer = at_home(reader).post(
        "/en/billing/checkout/group-month/", {"seats": "3", "deal": "first-frost"}, follow=True
    )
    assert "payment page open with this code" in answer.content.decode()
    assert Checkout.objects.filter(slot="group").count() == 0


def test_an_unknown_code_stops_and_is_said(till: Till, reader: User) -> None:
    client = at_home(reader)
    answer = client.post("/en/billing/checkout/companion-month/", {"deal": "frist-frost"}, follow=True)
    assert answer.status_code == 422 and "There is no such code" in answer.content.decode()
    assert not Checkout.objects.exists()
    found = client.get("/en/billing/code/", {"code": "FIRST-frost"})
    assert found.status_code == 302 and found["Location"] == "/en/billing/offers/first-frost/"
    assert client.get("/en/billing/code/").status_code == 200


@pytest.mark.parametrize("code", ["stay-lighter", "stay-awhile"])
def test_what_keeps_those_who_leave_is_no_code_for_those_who_come(till: Till, reader: User, code: str) -> None:
    assert codes.find(code) is None
    assert why(Deal.objects.get(code=code), reader) == "over"
    at_home(reader).post("/en/billing/checkout/companion-month/", {"deal": code})
    assert not Checkout.objects.exists()


def test_the_way_back_is_for_those_who_left(till: Till, reader: User) -> None:
    back = Deal.objects.get(code="welcome-back")
    assert why(back, reader) == "others"
    page = at_home(reader).get("/en/billing/offers/welcome-back/").content.decode()
    assert "for those who left" in page and "Take it" not in page
    row = till.join(person("Left"), "companion-month")
    assert why(back, row.account, "patron-month") == "others"  # sits there still
    Subscription.objects.filter(pk=row.pk).update(status="canceled")
    assert why(back, row.account, "patron-month") == ""
    assert "Take it" in at_home(row.account).get("/en/billing/offers/welcome-back/").content.decode()


def test_a_code_for_another_price_leads_to_where_it_holds(till: Till, reader: User) -> None:
    Deal.objects.filter(code="first-frost").update(price=price("patron-year"))
    answer = at_home(reader).post("/en/billing/checkout/companion-month/", {"deal": "first-frost"}, follow=True)
    text = answer.content.decode()
    assert "for another seat" in text and "/checkout/patron-year/" in text and "/checkout/companion-month/" not in text


def test_a_link_keeps_its_deal_and_seats_through_the_confirming_page(till: Till, reader: User) -> None:
    shown = at_home(reader).get("/en/billing/checkout/companion-month/?deal=first-frost").content.decode()
    assert '<input type="hidden" name="deal" value="first-frost">' in shown and "First frost" in shown
    group = at_home(reader).get("/en/billing/checkout/group-month/?seats=4").content.decode()
    assert '<input type="hidden" name="seats" value="4">' in group


def test_the_join_page_shows_the_other_ways_that_there_are(till: Till, reader: User) -> None:
    page = at_home(reader).get("/en/join/").content.decode()
    for path in ("/en/billing/group/", "/en/billing/code/", "/en/gifts/"):
        assert f'href="{path}"' in page
    Deal.objects.update(ends_at=clock.now() - timedelta(days=1))
    PlanPrice.objects.exclude(plan__kind="tier", gift_months=None).update(active=False)
    page = at_home(reader).get("/en/join/").content.decode()
    assert "/en/billing/code/" not in page and "/en/gifts/" not in page and "/en/billing/group/" not in page
