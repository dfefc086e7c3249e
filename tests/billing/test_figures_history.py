"""The demo's fourteen months: the same at the sandbox and here, told to nobody, and made once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import F, Sum
from django.test import Client

from accounts.models import Mail, Notice, User
from ground import clock
from membership import crowd, entitlements
from membership.models import GrantChange
from membership.seats.models import SeatBlock
from subscriptions.billing import customers, demo_history, demo_plots, figures, reconciliation
from subscriptions.billing.demo_plots import SPAN, tell
from subscriptions.billing.enums import EARNING, PlanKind
from subscriptions.billing.models import DealUse, Event, Invoice, Movement, Pause, Refund, Subscription
from tests.billing.conftest import Till
from tests.factories.accounts import person

pytestmark = pytest.mark.sandbox
Kind = Movement.Kind


@pytest.fixture
def history(till: Till) -> list[str]:
    said: list[str] = []
    demo_history.seed(said.append)
    return said


def test_fourteen_months_agree_at_both_ends_and_nobody_hears_of_them(till: Till, history: list[str]) -> None:
    assert history[-1].endswith("lives") and len(history) > 5
    report = reconciliation.run(mend=False)
    assert report.findings == [] and report.looked_at == Subscription.objects.count() > 120
    assert not Notice.objects.exists() and not Mail.objects.exists()
    assert till.deliver() == [] and not Event.objects.exclude(
        object_type__in=["product", "price", "coupon", "promotion_code"]
    )
    _book_is_the_mirror()
    _rights_are_the_subscriptions()
    _told_by_figures()
    _people_are_of_the_demo()
    _again_changes_nothing()
    till.advance(seconds=40 * 86_400)
    assert Notice.objects.filter(kind="billing.paid").count() == Event.objects.filter(type="invoice.paid").count() > 10
    assert reconciliation.run(mend=False).findings == []


def _book_is_the_mirror() -> None:
    """What moved comes to what is paid a month; every paper has its lines, and no period of anybody is charged twice."""
    for currency in ("CNY", "EUR"):
        booked = Movement.objects.filter(currency=currency).aggregate(n=Sum(F("after") - F("before")))["n"]
        paying = Subscription.objects.filter(status__in=EARNING, price__currency=currency)
        assert booked == sum(row.monthly.amount for row in paying) > 10_000
    assert not Movement.objects.filter(at__gt=clock.now()).exists()
    assert (
        not Invoice.objects.filter(lines=None).exists()
        and not Invoice.objects.exclude(status__in=["paid", "open"]).exists()
    )
    lost = Subscription.objects.filter(movements__kind=Kind.LOST)
    assert set(Invoice.objects.filter(status="open").values_list("subscription", flat=True)) == set(
        lost.values_list("pk", flat=True)
    )
    periods = list(
        Invoice.objects.filter(billing_reason="subscription_cycle").values_list("subscription", "lines__period_start")
    )
    assert len(periods) == len(set(periods)) > 250


def _rights_are_the_subscriptions() -> None:
    holders = (
        set(crowd.holders("tier:companion")) | set(crowd.holders("tier:friend")) | set(crowd.holders("tier:patron"))
    )
    paying = Subscription.objects.filter(status="active").exclude(plan__kind=PlanKind.GROUP)
    assert set(paying.values_list("account_id", flat=True)) <= holders
    gone = User.objects.filter(subscriptions__ended_at__isnull=False).exclude(
        subscriptions__status__in=["active", "paused"]
    )
    assert gone.exists() and not any(entitlements.has(account, "tier:companion") for account in gone)
    spread = GrantChange.objects.order_by("at").values_list("at", flat=True)
    assert spread[0] < clock.now() - timedelta(days=360), "the ledger's log says when it was"


def _told_by_figures() -> None:
    by_currency = figures.months(clock.now(), SPAN)
    months, abroad = by_currency["CNY"], by_currency["EUR"]
    assert len(by_currency) == 2 and abroad[-1].revenue.amount > 10_000
    assert all(month.people.get("join") for month in months[:-1]) and months[-2].revenue > months[0].revenue * 3
    assert {kind for m in months + abroad for kind in m.people} == set(Kind.values)
    assert len(figures.reasons(months[0].first)) >= 6
    taken = {deal.code: (n, here) for deal, n, here in figures.deals()}
    assert all(n >= here > 0 for n, here in taken.values()), taken
    assert DealUse.objects.count() > 20 and Refund.objects.count() == 2 and Pause.objects.count() >= 4
    assert Subscription.objects.filter(origin__startswith="story:").count() > 40
    assert len(figures.cohorts(clock.now())) >= 11


def _people_are_of_the_demo() -> None:
    people = User.objects.filter(subscriptions__isnull=False).distinct()
    assert all(u.email.endswith("@demo.example") and not u.has_usable_password() for u in people)
    assert {u.language for u in people} == {"zh-hans", "en"} and len({u.name for u in people}) == people.count() > 120
    assert all(u.created_at < clock.now() for u in people)


def _again_changes_nothing() -> None:
    models = (User, Subscription, Invoice, Movement, DealUse, Pause, GrantChange)
    before = [model.objects.count() for model in models]
    demo_history.seed(lambda text: None)
    assert [model.objects.count() for model in models] == before


def test_a_seeding_that_was_cut_off_goes_on_where_it_was(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_plots, "JOINED", (4, 3, 5) + (0,) * 11)
    monkeypatch.setattr(demo_history, "AT_ONCE", 5)
    whole = demo_history._write

    def dies(part: Any, told: Any) -> None:
        whole(part, told)
        raise KeyboardInterrupt

    monkeypatch.setattr(demo_history, "_write", dies)
    with pytest.raises(KeyboardInterrupt):
        demo_history.seed(lambda text: None)
    begun = Subscription.objects.count()
    monkeypatch.setattr(demo_history, "_write", whole)
    demo_history.seed(lambda text: None)
    assert Subscription.objects.count() > begun > 0
    assert till.sandbox.state()["counts"]["customer"] == User.objects.count()
    assert reconciliation.run(mend=False).findings == []


def test_the_same_day_tells_the_same_history(till: Till) -> None:
    today = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    first, second = (tell(today) for _ in range(2))
    assert [(life.person, life.calls, life.uses) for life in first] == [
        (life.person, life.calls, life.uses) for life in second
    ]


@pytest.mark.parametrize("day", ["2027-01-01", "2027-02-28", "2028-02-29", "2027-03-31", "2027-10-31"])
def test_any_day_has_a_history_without_a_renewal_near_it(till: Till, day: str) -> None:
    today = datetime.fromisoformat(f"{day}T00:00:00+00:00").astimezone(UTC)
    lives = tell(today)
    assert len(lives) > 120
    assert all(call["at"] <= today.timestamp() for life in lives for call in life.calls)


def test_where_stripe_itself_is_asked_there_is_no_history(till: Till, settings: Any) -> None:
    settings.STRIPE_SANDBOX = False
    demo_history.seed(lambda text: None)
    assert not User.objects.exists()


def _count(client: Client, **asked: str) -> int:
    page = client.get("/cms/billing/figures/rows/", asked)
    assert page.status_code == 200
    return int(page.context["page"].paginator.count)


def test_each_number_of_the_figures_opens_as_many_rows(till: Till, history: list[str], client: Client) -> None:
    client.force_login(person("Zhou", is_staff=True, is_superuser=True))
    answer = client.get("/cms/billing/figures/")
    assert answer.content.decode().count("<figcaption>") == 4, "two of the three pictures of a currency need a legend"
    shown = answer.context
    assert sum(it["paying"] for it in shown["currencies"]) == Subscription.objects.filter(status__in=EARNING).count()
    for it in shown["currencies"]:
        for month, _left, _lost in it["table"][:4]:
            at = {"month": f"{month.first:%Y-%m}", "currency": it["code"]}
            assert _count(client, **at, kind="join,return") == month.came
            assert _count(client, **at, kind="leave") == month.people.get("leave", 0)
            assert _count(client, **at, kind="lost") == month.people.get("lost", 0)
    for reason in shown["reasons"]:  # the rows know no twelve months: at least as many
        assert _count(client, reason=reason["key"]) >= reason["n"] > 0
    assert sum(reason["share"] for reason in shown["reasons"]) in range(97, 104)
    for deal, taken, here, share in shown["deals"]:
        assert taken >= here and share == round(100 * here / taken)
        rows = client.get("/cms/billing/figures/rows/", {"deal": deal.code}).context["page"].paginator.object_list
        assert rows.values("subscription").distinct().count() <= taken
    for cohort in shown["cohorts"]:
        assert _count(client, month=f"{cohort.first:%Y-%m}", kind="join,return") >= cohort.size > 0
    assert _count(client, kind="nonsense", reason="odd", month="x") == _count(client) == Movement.objects.count()


def test_twins_who_joined_in_the_same_second_are_two_in_their_cohort(till: Till) -> None:
    row = till.join(person("First"))
    other = till.join(person("Second"))
    Subscription.objects.filter(pk=other.pk).update(started_at=row.started_at)
    assert figures.cohorts(clock.now())[-1].size == 2


def test_a_free_month_is_no_loss(till: Till) -> None:
    row = till.join(person("Kept"))
    coupon = till.sandbox.v1.coupons.create({"percent_off": 100, "duration": "once"})
    till.sandbox.v1.subscriptions.update(row.stripe_id, {"discounts": [{"coupon": coupon.id}]})
    till.deliver()
    row.refresh_from_db()
    assert row.percent_off == 100 and row.discount_ends == row.period_end
    assert [m.kind for m in Movement.objects.all()] == [Kind.JOIN]


def test_a_group_that_pays_and_sits_is_no_drift(till: Till) -> None:
    owner = person("House")
    price = till.sandbox.v1.prices.list({"lookup_keys": ["group-month"]}).data[0].id
    customer = till.sandbox.v1.customers.retrieve(customers.ensure(owner).stripe_id)
    till.sandbox.card(customer.id, "pm_card_visa")
    till.sandbox.v1.subscriptions.create({"customer": customer.id, "items": [{"price": price, "quantity": 4}]})
    till.deliver()
    assert reconciliation.run(mend=False).findings == []
    SeatBlock.objects.update(seats=0)
    assert [f["what"] for f in reconciliation.run(mend=False).findings] == ["charged without access"]
