"""A morning of renewals: how many calls to Stripe and how many queries it costs, and that it can be cut off anywhere."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks.renewals import mirror
from membership.models import EntitlementGrant
from subscriptions.billing import batches, gateway, inbox, locks, sync
from subscriptions.billing.enums import EventState
from subscriptions.billing.models import Customer, Event, Invoice, InvoiceLine, Movement, PlanPrice, Subscription
from subscriptions.billing.reducer import LATE
from tests.billing.conftest import Till

pytestmark = pytest.mark.sandbox
MEMBERS = 46  # a few more than pages are worth


class Calls:
    """What the gateway asks of Stripe: `GET /v1/invoices` and its like, an id as a star."""

    def __init__(self, till: Till) -> None:
        self.made: list[str] = []
        self.before: Callable[[str], None] = lambda path: None
        real = till.sandbox.server.app

        def watched(environ: dict[str, Any], start: Any) -> list[bytes]:
            path = "/".join(
                "*" if "_" in part and part[-8:].isalnum() else part for part in environ["PATH_INFO"].split("/")
            )
            path = path.replace("subscription_schedules", "schedules")
            self.made.append(path)
            self.before(path)
            return real(environ, start)

        till.sandbox.server.app = watched

    def take(self) -> Counter[str]:
        """The calls since the last look."""
        found = Counter(path for path in self.made if path.startswith("/v1/"))
        self.made.clear()
        return found


@pytest.fixture
def calls(till: Till) -> Calls:
    return Calls(till)


@pytest.fixture
def people(till: Till) -> list[Subscription]:
    """Members in their first month, as the mirror knows them; their renewals are near."""
    price = PlanPrice.objects.select_related("plan").get(lookup_key="companion-month")
    start = timezone.now() - timedelta(days=20)
    start -= timedelta(days=4 if start.day > 28 else 0)  # each month has this day
    given = [{"price": price.stripe_price, "start": int(start.timestamp()) + n} for n in range(MEMBERS)]
    made = till.sandbox.control("load", members=given, bills="none")["members"]
    mirror(
        [{**one, **told, "email": f"m{n}@example.com"} for n, (one, told) in enumerate(zip(made, given, strict=True))],
        price,
    )
    return list(Subscription.objects.order_by("pk"))


def renew(till: Till, people: list[Subscription]) -> None:
    """Time goes on to the first moment of the new periods: drafts are made, nothing is paid yet."""
    till.sandbox.control("advance", to=int(max(row.period_end for row in people).timestamp()) + 5)
    take_in(till)


def charge(till: Till) -> None:
    """An hour later the drafts are final and paid."""
    till.sandbox.control("advance", seconds=3700)
    take_in(till)


def a_night_offline(till: Till, people: list[Subscription]) -> None:
    """All of that while nobody took anything in."""
    till.sandbox.control("advance", to=int(max(row.period_end for row in people).timestamp()) + 3705)
    take_in(till)


def take_in(till: Till) -> None:
    """Post what came, as it was signed: the clock's last moment first, for the product would drain at each of them."""
    till.sandbox.flush()
    fresh = till.sandbox.receiver.raw[till.taken :]
    till.taken += len(fresh)
    clocks = [one for one in fresh if b'"test_helpers.test_clock' in one[0]]
    moments = [one for one in clocks if b'"test_helpers.test_clock.advancing"' in one[0]]
    for body, signature in moments[-1:] + [one for one in fresh if one not in clocks]:
        assert till.post(body, signature).status_code == 200


def assert_renewed(people: list[Subscription]) -> None:
    """Everybody is in the next period, has paid it once, and may go on."""
    assert not Event.objects.filter(state__in=[EventState.RECEIVED, EventState.PARKED]).exists()
    for row in people:
        before = row.period_end
        row.refresh_from_db()
        assert (row.period_start, row.status) == (before, "active")
        grant = EntitlementGrant.objects.get(account=row.account, source_id=row.stripe_id)
        assert grant.ends == row.period_end + LATE
        assert row.invoices.filter(billing_reason="subscription_cycle", status="paid").count() == 1
    assert InvoiceLine.objects.count() == len(people) and Movement.objects.count() == len(people)


def test_each_hour_of_a_morning_costs_pages_and_no_call_for_a_renewal(
    till: Till, people: list[Subscription], calls: Calls
) -> None:
    renew(till, people)
    calls.take()
    with CaptureQueriesContext(connection) as first:
        inbox.drain_due()
    assert calls.take() == {"/v1/subscriptions": 1, "/v1/invoices": 1}
    assert Invoice.objects.filter(status="draft").count() == MEMBERS
    charge(till)
    calls.take()
    with CaptureQueriesContext(connection) as second:
        inbox.drain_due()
    assert calls.take() == {"/v1/invoices": 1}  # the subscriptions stand where the payments lead
    assert_renewed(people)
    assert len(first) / MEMBERS <= 42 and len(second) / MEMBERS <= 26, (len(first) / MEMBERS, len(second) / MEMBERS)


def test_all_of_it_after_a_night_offline_costs_the_same_pages(
    till: Till, people: list[Subscription], calls: Calls
) -> None:
    a_night_offline(till, people)
    calls.take()
    inbox.drain_due()
    assert calls.take() == {"/v1/subscriptions": 1, "/v1/invoices": 1}
    assert_renewed(people)


@pytest.mark.parametrize("place", ["apply_subscription", "apply_invoice", "_finish"])
def test_a_worker_killed_in_the_middle_of_a_page_leaves_what_the_next_one_finishes(
    till: Till, people: list[Subscription], monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    class Killed(BaseException):
        pass

    a_night_offline(till, people)
    owner: Any = inbox if place == "_finish" else sync
    real, seen = getattr(owner, place), []

    def dies(*given: Any, **named: Any) -> Any:
        seen.append(1)
        if len(seen) == (1 if place == "_finish" else 25):
            raise Killed
        return real(*given, **named)

    with monkeypatch.context() as during:
        during.setattr(owner, place, dies)
        with pytest.raises(Killed):
            inbox.drain_due()
    assert Event.objects.filter(state=EventState.RECEIVED).exists()
    inbox.drain_due()
    assert_renewed(people)


def test_what_is_told_after_a_page_was_asked_for_waits_for_the_next_one(
    till: Till, people: list[Subscription], monkeypatch: pytest.MonkeyPatch
) -> None:
    renew(till, people)
    real = inbox._drain_page
    left, waited = people[0], []

    def late(page: batches.Page) -> int:
        if page.kind == "subscription" and not waited:  # the page is here, and now somebody leaves
            till.sandbox.v1.subscriptions.cancel(left.stripe_id)
            take_in(till)
            done = real(page)
            waited.extend(Event.objects.filter(state=EventState.RECEIVED, object_id=left.stripe_id))
            return done
        return real(page)

    monkeypatch.setattr(inbox, "_drain_page", late)
    inbox.drain_due()
    assert [event.type for event in waited] == ["customer.subscription.deleted"]
    left.refresh_from_db()
    assert left.status == "canceled"
    assert not Event.objects.filter(state=EventState.RECEIVED).exists()


def test_while_one_worker_reads_pages_another_does_the_rest_and_asks_for_no_renewal(
    till: Till, people: list[Subscription], calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    renew(till, people)
    Event.objects.create(id="evt_other", type="customer.updated", api_version=gateway.API_VERSION, object_type="customer",
                         object_id=Customer.objects.order_by("pk")[0].stripe_id, payload={}, received_at=timezone.now(),
                         due_at=timezone.now())  # fmt: skip
    calls.take()
    real = locks.attempt

    def taken(name: str) -> Any:
        from contextlib import nullcontext

        return nullcontext(False)

    monkeypatch.setattr(locks, "attempt", taken)
    assert inbox.drain_due() == 1
    assert calls.take() == {"/v1/customers/*": 1}
    monkeypatch.setattr(locks, "attempt", real)
    inbox.drain_due()
    assert calls.take() == {"/v1/subscriptions": 1, "/v1/invoices": 1}


def test_stripe_away_in_the_middle_lets_the_rest_wait_and_asks_for_nobody_singly(
    till: Till, people: list[Subscription], calls: Calls
) -> None:
    renew(till, people)
    calls.take()
    till.sandbox.control("fault", api="unavailable", times=3, reads=True)
    inbox.drain_due()
    made = calls.take()
    assert set(made) <= {"/v1/subscriptions", "/v1/invoices"}, made
    assert Event.objects.filter(state=EventState.RECEIVED, attempts=0).exists()
    till.sandbox.control("fault", api=None)
    inbox.drain_due()
    charge(till)
    inbox.drain_due()
    assert_renewed(people)


def test_few_or_scattered_objects_are_fetched_one_by_one(till: Till, people: list[Subscription], calls: Calls) -> None:
    few = people[:10]
    waiting(few, [timezone.now()] * 10)
    assert batches.windows("subscription") == []
    inbox.drain_due()
    assert calls.take() == {"/v1/subscriptions/*": 10}
    waiting(people[: batches.WORTH + 5], [timezone.now() - timedelta(hours=3 * n) for n in range(batches.WORTH + 5)])
    assert batches.windows("subscription") == []  # each stands in an hour of its own
    inbox.drain_due()
    assert calls.take() == {"/v1/subscriptions/*": batches.WORTH + 5}


def waiting(rows: list[Subscription], moments: list[datetime]) -> None:
    """An event about each, that tells of a period which began then."""
    for number, (row, moment) in enumerate(zip(rows, moments, strict=True)):
        body = {"object": "subscription", "id": row.stripe_id,
                "items": {"data": [{"current_period_start": int(moment.timestamp())}]}}  # fmt: skip
        inbox.receive({"id": f"evt_w{number}_{timezone.now().timestamp()}", "type": "customer.subscription.updated",
                       "api_version": gateway.API_VERSION, "data": {"object": body}})  # fmt: skip


def test_the_same_lock_is_held_once_and_several_at_once_are_all_held(till: Till) -> None:
    with locks.attempt("a morning") as mine:
        assert mine
    with locks.attempt("a morning") as again:
        assert again
    with locks.exclusive("b", "a", "c"):
        pass
