"""Money at the staff's desk: figures with their rows, refunds, prices, special prices."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import User
from ground import clock
from subscriptions.billing import actions, changing, figures
from subscriptions.billing.models import Deal, Invoice, PlanPrice, Refund, Subscription
from tests.billing.conftest import Till
from tests.factories.accounts import person

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def owner(till: Till) -> Client:
    client = Client()
    client.force_login(person("Owner", is_staff=True, is_superuser=True))
    return client


def test_the_figures_are_the_sums_of_their_rows(till: Till, reader: User, owner: Client) -> None:
    first, second = till.join(reader), till.join(person("Su"), "patron-month")
    shown = changing.preview(first, PlanPrice.objects.get(lookup_key="companion-year"))
    changing.change(subscription=first, price=shown.price, moment=shown.moment)
    till.deliver()
    actions.end_now(subscription=Subscription.objects.get(pk=second.pk), actor="test")
    till.deliver()
    month = figures.months(clock.now())["CNY"][-1]
    assert month.revenue.amount == 4000  # 480 a year, by the month; the other is gone
    assert month.people == {"join": 2, "downgrade": 1, "leave": 1}
    assert sum(month.moved.values()) == month.revenue.amount
    cohort = figures.cohorts(clock.now())[-1]
    assert (cohort.size, cohort.stayed) == (2, [50])
    page = owner.get("/cms/billing/figures/")
    assert page.status_code == 200 and "<svg" in page.content.decode()
    sheet = owner.get("/cms/billing/figures/rows/?format=csv").content.decode()
    assert sheet.count("\r\n") == 5 and reader.email in sheet
    assert owner.get("/cms/billing/figures/rows/?kind=leave&month=nonsense").status_code == 200


def test_pages_cost_the_same_whatever_there_is(
    till: Till, reader: User, owner: Client, django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    for n in range(3):
        till.join(person(f"Member {n}"))
    with django_assert_max_num_queries(25):
        owner.get("/cms/billing/payments/")
    with django_assert_max_num_queries(25):
        owner.get("/cms/billing/figures/")
    till.join(reader)
    client = Client()
    client.force_login(reader)
    with django_assert_max_num_queries(22):
        client.get("/en/billing/")


def test_staff_give_money_back_by_a_form_that_knows_what_is_left(till: Till, reader: User, owner: Client) -> None:
    till.join(reader)
    invoice = Invoice.objects.get()
    path = f"/cms/billing/payments/{invoice.stripe_id}/refund/"
    form = {"reason": "duplicate", "token": "5d5f1a52-8f0c-4f6b-9f2f-3d2b7b2f6a11"}
    assert b"No more than" in owner.post(path, {**form, "amount": "48.01"}).content
    for _ in range(2):
        owner.post(path, {**form, "amount": "12.50"})
    till.deliver()
    assert Refund.objects.get().amount == 1250
    assert b"12.5" in owner.get("/cms/billing/payments/?q=" + reader.email).content


def test_a_new_amount_is_a_new_price(till: Till, owner: Client) -> None:
    old = PlanPrice.objects.get(lookup_key="friend-month")
    owner.post(f"/cms/billing/prices/{old.pk}/", {"amount": "20"})
    new = PlanPrice.objects.get(lookup_key="friend-month")
    assert (new.amount, bool(new.stripe_price), new.pk != old.pk) == (2000, True, True)
    old.refresh_from_db()
    assert not old.active and b"honoured" in owner.get("/cms/billing/prices/").content
    owner.post(f"/cms/billing/prices/{new.pk}/retire/")
    assert not PlanPrice.objects.filter(lookup_key="friend-month", active=True).exists()


def test_a_special_price_needs_its_number_and_can_be_put_away(till: Till, owner: Client) -> None:
    form = {
        "code": "Spring",
        "name_zh": "春",
        "name_en": "Spring",
        "purpose": "link",
        "kind": "percent",
        "lasts": "once",
    }
    assert owner.post("/cms/billing/deals/", form).status_code == 422
    owner.post("/cms/billing/deals/", {**form, "percent": "20"})
    deal = Deal.objects.get(code="spring")
    assert deal.stripe_coupon and deal.stripe_code
    owner.post(f"/cms/billing/deals/{deal.pk}/archive/")
    deal.refresh_from_db()
    assert deal.archived and Client().get("/en/billing/offers/spring/").status_code == 410


def test_members_do_not_reach_the_desk(till: Till, reader: User) -> None:
    client = Client()
    client.force_login(reader)
    for path in ("figures/", "figures/rows/", "payments/", "prices/", "deals/"):
        assert client.get(f"/cms/billing/{path}").status_code in (302, 403)


def test_the_pages_of_offers_and_groups_tell_what_they_sell(till: Till) -> None:
    visitor = Client()
    assert b"30" in visitor.get("/en/billing/offers/first-frost/").content
    assert visitor.get("/en/billing/offers/stay-lighter/").status_code == 404  # not by a link
    assert visitor.get("/en/billing/group/").status_code == 200
    Deal.objects.filter(code="first-frost").update(ends_at=clock.now() - timedelta(days=1))
    assert visitor.get("/en/billing/offers/first-frost/").status_code == 410
