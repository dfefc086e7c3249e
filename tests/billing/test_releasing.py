"""A plan opens at its moment: for those with the perk some hours before, to the second; knowing the address helps nobody."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from accounts.models import User
from ground import clock
from membership.perks import demo as perks
from membership.perks.models import Perk
from subscriptions.billing import changing, demo, joining, releasing
from subscriptions.billing.models import Checkout, Plan, PlanPrice, Subscription
from tests.billing.conftest import Till
from tests.factories.accounts import person
from tests.factories.membership import member, tiers

OPENS = datetime(2026, 12, 1, 10, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(hours=24)


@pytest.fixture
def box(db: None) -> Plan:
    """A box that opens on the first of December, a day earlier for Companions."""
    tiers()
    demo.plans()
    perks.seed(lambda text: None)
    PlanPrice.objects.filter(lookup_key="box-monthly").update(stripe_price="price_box")
    plan = Plan.objects.get(kind="box")
    releasing.release(plan=plan, opens_at=OPENS, perk=Perk.objects.get(key="early-door"), hours=24)
    return Plan.objects.select_related("early_perk").get(pk=plan.pk)


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


def may(plan: Plan, account: User | None) -> bool:
    return releasing.waiting(plan, account) is None


@pytest.mark.parametrize(
    ("moment", "stranger", "friend", "companion"),
    [
        (OPENS - DAY - SECOND, False, False, False),
        (OPENS - DAY, False, False, True),
        (OPENS - SECOND, False, False, True),
        (OPENS, True, True, True),
    ],
)
def test_three_kinds_of_people_to_the_second(
    box: Plan, monkeypatch: pytest.MonkeyPatch, moment: datetime, stranger: bool, friend: bool, companion: bool
) -> None:
    people = (None, member("friend"), member("companion"))
    at(monkeypatch, moment)
    assert tuple(may(box, account) for account in people) == (stranger, friend, companion)


def test_without_a_moment_it_is_open_and_without_a_perk_it_opens_for_all_at_once(
    box: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    companion = member("companion")
    at(monkeypatch, OPENS - SECOND)
    releasing.release(plan=box, opens_at=OPENS)
    assert not may(Plan.objects.get(pk=box.pk), companion)
    releasing.release(plan=box, opens_at=None)
    assert may(Plan.objects.get(pk=box.pk), None)


def test_an_archived_perk_opens_nothing_earlier(box: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    Perk.objects.filter(key="early-door").update(archived=True)
    companion = member("companion")
    at(monkeypatch, OPENS - SECOND)
    assert not may(Plan.objects.select_related("early_perk").get(pk=box.pk), companion)


def test_a_guessed_address_leads_to_a_page_that_says_when_and_makes_nothing(
    box: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, OPENS - timedelta(hours=3))
    client = Client()
    page = client.get("/en/billing/checkout/box-monthly/").content.decode()
    assert "It opens on 1 December 2026 at 18:00." in page and "30 November 2026 at 18:00" in page
    assert "The new pieces first" in page and "sign in" in page
    client.force_login(member("friend"))
    for _ in range(2):
        answer = client.post("/en/billing/checkout/box-monthly/")
        assert b"data-waits" in answer.content and b"Go on to payment" not in answer.content
    with pytest.raises(releasing.NotYet):
        price = PlanPrice.objects.select_related("plan").get(lookup_key="box-monthly")
        joining.start(account=member("friend"), wish=joining.Wish(price=price))
    assert not Checkout.objects.exists()


def test_staff_say_when_and_for_whom(box: Plan) -> None:
    client = Client()
    client.force_login(person("Owner", is_staff=True, is_superuser=True))
    path = f"/cms/billing/plans/{box.pk}/"
    early = Perk.objects.get(key="early-door").pk
    assert client.post(path, {"opens_at": "never", "early_hours": "24"}).status_code == 422
    ticket = Perk.objects.get(key="kiln-opening").pk
    assert client.post(path, {"opens_at": "", "early_perk": ticket, "early_hours": "24"}).status_code == 422
    client.post(path, {"opens_at": "2027-01-05T09:30", "early_perk": early, "early_hours": "48"})
    plan = Plan.objects.get(pk=box.pk)
    assert plan.opens_at == datetime(2027, 1, 5, 1, 30, tzinfo=UTC) and (plan.early_perk_id, plan.early_hours) == (
        early,
        48,
    )
    assert "2027-01-05 09:30" in client.get("/cms/billing/prices/").content.decode()


@pytest.mark.sandbox
@pytest.mark.django_db(transaction=True)
def test_a_companion_joins_a_day_before_and_nobody_changes_over_before_their_time(till: Till, reader: User) -> None:
    perks.seed(lambda text: None)
    till.join(reader, "companion-month")
    perk, box = Perk.objects.get(key="early-door"), Plan.objects.get(kind="box")
    soon = clock.now() + timedelta(hours=5)
    releasing.release(plan=box, opens_at=soon, perk=perk)
    assert till.join(reader, "box-monthly").plan == box
    patron = Plan.objects.get(kind="tier", target="patron")
    releasing.release(plan=patron, opens_at=soon)
    row = Subscription.objects.get(account=reader, plan__kind="tier")
    with pytest.raises(changing.CannotChange):
        changing.preview(row, PlanPrice.objects.select_related("plan").get(lookup_key="patron-month"))
