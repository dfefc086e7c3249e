"""Months on end with skips, rests and failing cards: no charge twice, none without its letter, one box for each.

Three months in every run, twenty-four in the long one.
"""

import random
from collections import Counter
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from accounts.models import Notice, User
from ground import clock
from subscriptions.billing import actions, notices_due
from subscriptions.billing.models import Invoice, InvoiceLine
from subscriptions.boxes import calendar, demo_plans
from subscriptions.boxes.actions import cycles, fulfilment, skipping, stock
from subscriptions.boxes.enums import AT_HAND, SENT, BoxState, CycleState
from subscriptions.boxes.models import BoxOrder, BoxPlan, BoxSubscription, Credit, Cycle
from tests.billing.conftest import Till
from tests.factories.accounts import person
from tests.long import TIMES

pytestmark = pytest.mark.sandbox
MONTHS = 24 if TIMES > 1 else 3
marks = count()


def edition(plan: BoxPlan, number: int) -> Cycle:
    """One more month, with things that no other month has."""
    when = calendar.cycle_at(clock.now(), plan.cutoff_day, plan.zone)
    rows: list[Any] = [
        (f"y{next(marks)}-{n}", "物", "Thing", "yaji", "tea", f"y{number}{n}", "物", "Thing") for n in range(2)
    ]
    return demo_plans.make_edition(
        plan, calendar.next_month(*when, number), ("题", "Theme", "月", "Month", "", "", rows)
    )


class Months:
    """Four subscribers and what each tends to do."""

    def __init__(self, till: Till) -> None:
        self.till, self.dice = till, random.Random(24)
        self.plan = BoxPlan.objects.create(slug="monthly", name_zh="盒", name_en="Box")
        for number in range(MONTHS + 2):
            edition(self.plan, number)
        cycles.run_due(clock.now())
        self.people: list[User] = [person(name) for name in ("Steady", "Skips", "Rests", "Fails")]
        self.boxes = [BoxSubscription.objects.get(billing=till.join(who, "box-monthly")) for who in self.people]

    def live(self, cycle: Cycle) -> None:
        """One edition, from before its cut-off to the doorstep."""
        _steady, skips, rests, fails = (self._now(box) for box in self.boxes)
        before = cycle.cutoff_at - timedelta(days=2)
        if before > clock.now():
            self.till.advance(to=int(before.timestamp()))
        if self.dice.random() < 0.5:
            skipping.skip(box=skips, cycle=cycle, actor="test")
        if rests.state == BoxState.ACTIVE and self.dice.random() < 0.4:
            actions.pause(subscription=rests.billing, until=cycle.billed_by + timedelta(days=self.dice.choice([3, 20])))
        if fails.state in (BoxState.ACTIVE, BoxState.PAST_DUE) and self.dice.random() < 0.4:
            self.till.sandbox.control("fault", payment="card_declined", times=1)
        self.till.deliver()
        self.till.advance(to=int((cycle.billed_by + timedelta(hours=1)).timestamp()))
        self.till.deliver()
        cycle.refresh_from_db()
        assert cycle.state == CycleState.REVIEW
        fulfilment.approve(cycle, actor="test")
        cycles.run_due(clock.now())
        fulfilment.pack(cycle, actor="test")
        fulfilment.ship(cycle, actor="test")

    def _now(self, box: BoxSubscription) -> BoxSubscription:
        return BoxSubscription.objects.select_related("billing__price", "billing__plan", "plan").get(pk=box.pk)


@pytest.mark.timeout(7200)
def test_month_after_month_money_letters_and_boxes_agree(till: Till) -> None:
    months = Months(till)
    for _ in range(MONTHS):
        cycle = Cycle.objects.filter(plan=months.plan, state=CycleState.OPEN).order_by("cutoff_at").first()
        assert cycle
        months.live(cycle)
    paid = InvoiceLine.objects.filter(invoice__status="paid", amount__gt=0).select_related("invoice")
    assert paid.count() >= MONTHS
    charged = Counter((line.invoice.subscription_id, line.period_start) for line in paid)
    assert max(charged.values()) == 1, "nobody is charged twice for a month"
    assert sorted(Credit.objects.values_list("source", flat=True)) == sorted(line.stripe_id for line in paid)
    sent = BoxOrder.objects.filter(state__in=AT_HAND | SENT)
    assert sent.count() == Credit.objects.exclude(order=None).count()
    pairs = list(sent.values_list("cycle", "subscription"))
    assert len(pairs) == len(set(pairs))
    assert not stock.verify_stock()
    for line in paid:
        assert _told(line), f"{line.invoice.account} was charged on {line.invoice.created_at} without a letter"


def _told(line: InvoiceLine) -> bool:
    """A letter named this charge's day, or it is the first one, which was told on joining."""
    billing = line.invoice.subscription
    assert billing
    if line.period_start - billing.started_at < notices_due.BEFORE:
        return True
    key = f"{billing.stripe_id}:{line.period_start:%Y-%m-%d}"
    return Notice.objects.filter(account=line.invoice.account, kind="billing.renewal", dedupe=key).exists()


def test_a_charge_that_was_not_announced_in_time_does_not_happen(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    months = Months(till)
    cycle = Cycle.objects.filter(plan=months.plan, state=CycleState.OPEN).get()
    till.advance(to=int((cycle.billed_by + timedelta(hours=1)).timestamp()))  # the first charge was told on joining
    before = Invoice.objects.filter(amount_paid__gt=0).count()
    following = Cycle.objects.filter(plan=months.plan, state=CycleState.OPEN).get()
    monkeypatch.setattr(notices_due, "tell_one", lambda row: False)  # nobody writes letters
    till.advance(to=int((following.cutoff_at - timedelta(days=2)).timestamp()))
    till.advance(to=int((following.billed_by + timedelta(hours=1)).timestamp()))
    assert Invoice.objects.filter(amount_paid__gt=0).count() == before
    assert Notice.objects.filter(kind="boxes.not_charged").count() == len(months.people)
    assert set(BoxOrder.objects.filter(cycle=following).values_list("state", flat=True)) == {"skipped"}


def test_the_letter_comes_five_days_ahead_and_its_link_skips(till: Till, client, mailoutbox) -> None:  # type: ignore[no-untyped-def]
    months = Months(till)
    cycle = Cycle.objects.filter(plan=months.plan, state=CycleState.OPEN).get()
    till.advance(to=int((cycle.billed_by + timedelta(hours=1)).timestamp()))
    following = Cycle.objects.filter(plan=months.plan, state=CycleState.OPEN).get()
    box = BoxSubscription.objects.select_related("billing").get(pk=months.boxes[0].pk)
    assert box.billing
    till.advance(to=int((box.billing.period_end - timedelta(days=5, hours=1)).timestamp()))
    notice = Notice.objects.get(account=box.account, kind="billing.renewal", dedupe=notices_due.occasion(box.billing))
    path = notice.context["skip_url"].partition("://")[2].partition("/")[2]
    client.post(f"/{path}")
    assert box.skips.filter(cycle=following).exists()
    till.deliver()
    till.advance(to=int((following.billed_by + timedelta(hours=1)).timestamp()))
    assert not InvoiceLine.objects.filter(
        invoice__subscription=box.billing, invoice__status="paid", period_start__gte=following.cutoff_at, amount__gt=0
    ).exists()
