"""Two years go by, through the product: every moment at which something is due is lived through and drained, one after the other."""

import calendar
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from accounts.models import Mail, Notice, User
from ground import clock
from membership import entitlements
from membership.tenure import tenure_of
from subscriptions.billing import reconciliation
from subscriptions.billing.enums import EventState
from subscriptions.billing.models import Event, Invoice, OutboxCall, Subscription
from tests.billing.conftest import Till
from tests.factories.accounts import person

pytestmark = pytest.mark.sandbox

LEAP = next(year for year in range(datetime.now(UTC).year + 1, 2200) if calendar.isleap(year))
JOINED = datetime(LEAP, 1, 31, 10, tzinfo=UTC)
TOLD_AHEAD = timedelta(days=5, hours=6)
HALT = "test_helpers.test_clock.advancing"
RIGHTS = {"companion-month": "tier:companion", "patron-year": "tier:patron", "box-monthly": "box:monthly"}


def day(year: int, month: int, number: int) -> str:
    """That day, or the month's last."""
    return f"{year}-{month:02d}-{min(number, calendar.monthrange(year, month)[1]):02d}"


class Years:
    """Time, moved from one due moment to the next; what was seen on the way."""

    def __init__(self, till: Till) -> None:
        self.till = till
        self.members: dict[str, tuple[User, Subscription]] = {}
        self.told: dict[int, datetime] = {}
        self.stops = 0

    def begin(self, at: datetime) -> None:
        """The sandbox goes there; the days before are nobody's, so the product skips them."""
        self.till.sandbox.control("advance", to=int(at.timestamp()) - 60)
        self.till.sandbox.flush()
        self.till.taken = len(self.till.sandbox.receiver.raw)
        self.till.advance(to=int(at.timestamp()))

    def join(self, key: str) -> None:
        account = person(key)
        self.members[key] = (account, self.till.join(account, key))

    def live(self, until: datetime) -> None:
        """Stop by stop: what is due there, and when a letter has to be out before a charge."""
        while (now := clock.now()) < until:
            due = self.till.sandbox.state()["clock"]["next_due"]
            ends = Subscription.objects.values_list("period_end", flat=True)
            moments = [datetime.fromtimestamp(due, UTC), until, *(end - TOLD_AHEAD for end in ends)]
            stop = min(moment for moment in moments if moment > now + timedelta(seconds=1))
            self._go(stop)
            self.stops += 1
            self._look(stop)

    def _go(self, stop: datetime) -> None:
        """The clock also halts once a day where nothing is due: the product hears of the last of these halts only."""
        sandbox = self.till.sandbox
        sandbox.control("advance", to=int(stop.timestamp()) + 1)
        sandbox.flush()
        post = list(zip(sandbox.receiver.raw, sandbox.receiver.events, strict=True))[self.till.taken :]
        halts = [n for n, (_raw, event) in enumerate(post) if event["type"] == HALT]
        kept = [one for n, one in enumerate(post) if n not in halts[:-1]]
        sandbox.receiver.raw[self.till.taken :] = [raw for raw, _event in kept]
        sandbox.receiver.events[self.till.taken :] = [event for _raw, event in kept]
        self.till.deliver()

    def _look(self, at: datetime) -> None:
        for key, (account, _row) in self.members.items():
            entitlements.forget(account)
            answer = entitlements.check(account, RIGHTS[key])
            assert answer.allowed and not answer.overdue, f"{key} stands before a closed door at {at}"
        for pk in Notice.objects.exclude(pk__in=self.told).values_list("pk", flat=True):
            self.told[pk] = at


@pytest.fixture
def years(till: Till) -> Years:
    found = Years(till)
    found.begin(JOINED)
    found.join("companion-month")
    found.join("box-monthly")
    found.live(datetime(LEAP, 2, 29, 8, tzinfo=UTC))
    found.join("patron-year")
    return found


def test_two_years_bill_each_period_once_and_leave_no_hole(years: Years) -> None:
    for half in (7, 13, 19, 25):
        years.live(datetime(LEAP + (half - 1) // 12, (half - 1) % 12 + 1, 2, tzinfo=UTC))
        assert reconciliation.run(mend=False).findings == []
    assert _tenure(years, "companion-month") == 23
    years.live(datetime(LEAP + 2, 2, 1, tzinfo=UTC))
    assert _tenure(years, "companion-month") == 24
    years.live(datetime(LEAP + 2, 3, 2, tzinfo=UTC))
    assert _tenure(years, "patron-year") == 24
    months = [(LEAP + n // 12, n % 12 + 1) for n in range(26)]
    _billed(years, "companion-month", [day(*month, 31) for month in months], 4800)
    _billed(years, "box-monthly", [day(LEAP, 1, 31), *(day(*month, 26) for month in months[1:])], 19800, free=1)
    _billed(years, "patron-year", [day(LEAP, 2, 29), day(LEAP + 1, 2, 28), day(LEAP + 2, 2, 28)], 128000)
    _told_once(years)
    _nothing_lies_about(years)
    assert reconciliation.run(mend=False).findings == []


def _tenure(years: Years, key: str) -> int:
    return tenure_of(years.members[key][0]).months


def _billed(years: Years, key: str, starts: list[str], amount: int, free: int = 0) -> None:
    """One paid bill for each period, from its beginning to the beginning of the next; ours are those of Stripe."""
    row = years.members[key][1]
    papers = list(Invoice.objects.filter(subscription=row).order_by("created_at", "pk"))
    lines = [line for paper in papers for line in paper.lines.all()]
    assert [f"{line.period_start:%Y-%m-%d}" for line in lines] == starts
    assert all(a.period_end == b.period_start for a, b in pairwise(lines)), (
        f"{key} has days that nobody paid for, or twice"
    )
    assert [(p.status, p.amount_paid) for p in papers] == [("paid", 0)] * free + [("paid", amount)] * (
        len(starts) - free
    )
    assert [p.created_at for p in papers] == [line.period_start for line in lines], (
        "a bill is of the day its period begins"
    )
    row.refresh_from_db()
    assert (row.status, row.period_start, row.period_end) == ("active", lines[-1].period_start, lines[-1].period_end)
    charges = years.till.sandbox.v1.charges.list(
        {"customer": row.account.billing_customer.stripe_id, "limit": 100}
    ).data
    assert sorted(c.amount for c in charges if c.paid) == [amount] * (len(starts) - free)


def _told_once(years: Years) -> None:
    """A letter ahead of each charge, at least five days; a receipt after each; a welcome; and a mail for every one of them."""
    for key, (account, _row) in years.members.items():
        starts = list(
            Invoice.objects.filter(account=account).order_by("created_at").values_list("lines__period_start", flat=True)
        )
        told = Notice.objects.filter(account=account, kind="billing.renewal")
        letters = {notice.dedupe.rpartition(":")[2]: years.told[notice.pk] for notice in told}
        assert told.count() == len(letters), f"{key} was told twice of one charge"
        for begin in starts[1:]:
            ahead = begin - letters.pop(f"{begin:%Y-%m-%d}")
            assert timedelta(days=5) <= ahead <= timedelta(days=5, hours=12), (key, begin, ahead)
        assert len(letters) <= 1, "only the next charge may have been told of beside them"
        kinds = Counter(Notice.objects.filter(account=account).values_list("kind", flat=True))
        paid = Invoice.objects.filter(account=account, total__gt=0).count()
        assert kinds == {"billing.joined": 1, "billing.paid": paid, "billing.renewal": told.count()}, (key, kinds)
        assert Mail.objects.filter(to=account.email).count() == sum(kinds.values())


def _nothing_lies_about(years: Years) -> None:
    states = Counter(Event.objects.values_list("state", flat=True))
    assert set(states) == {EventState.DONE, EventState.IGNORED}, states
    assert not OutboxCall.objects.exists() and years.stops > 180
    assert years.till.sandbox.state()["deliveries"] | {"delivered": 0} == dict.fromkeys(
        ("pending", "delivered", "failed", "held", "dropped"), 0
    )
