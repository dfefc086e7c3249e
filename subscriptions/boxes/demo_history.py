"""Twelve editions before today and the four hundred who had them: led by the sandbox, lived through by our own clock.

The sandbox leads each subscriber's life through its own engine. We then walk through the editions in order, with business
time standing at each moment, and do what the shop did: lock, bill, allocate, pack, send. Nobody is told of any of it.
"""

import hashlib
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import requests
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from accounts.models import Notice, User
from accounts.notices import silence
from ground import clock, registry
from subscriptions.billing import gateway, notices_due, reducer, sync
from subscriptions.billing.demo_lives import Life
from subscriptions.billing.models import Customer, Invoice, InvoiceLine, PlanPrice, Subscription
from subscriptions.boxes import calendar, demo_lives
from subscriptions.boxes.actions import allocation, credits, cycles, fulfilment, stock
from subscriptions.boxes.actions.moving import move, move_many
from subscriptions.boxes.demo import SLUG
from subscriptions.boxes.demo_lives import DOMAIN, Plot
from subscriptions.boxes.demo_plans import UPCOMING, make_edition
from subscriptions.boxes.demo_things import MONTHS, SEASONS, TEAS, Edition
from subscriptions.boxes.enums import CycleState, OrderState
from subscriptions.boxes.models import (
    BoxOrder,
    BoxPlan,
    BoxSubscription,
    BoxVariant,
    Credit,
    Cycle,
    Item,
    Rating,
    Skip,
)

AT_ONCE, SECONDS = 50, 120
BEFORE: dict[str, list[Edition]] = {SLUG: MONTHS, "tea": TEAS[:3], "seasons": SEASONS[1:3]}
STAFF = "staff:demo"
SHORT_OF = ("throw-indigo", 15)  # the edition in review lacks so many of it
Told = dict[str, Any]


def seed(step: Callable[[str], None]) -> None:
    """Everything, in one transaction; again changes nothing. Nothing where Stripe itself is asked."""
    if not settings.STRIPE_SANDBOX or User.objects.filter(email__endswith=f"@{DOMAIN}").exists():
        return
    with transaction.atomic(), silence():
        for slug in (SLUG, "tea", "seasons"):
            _plan(BoxPlan.objects.get(slug=slug), step)
        while registry.due_work.get("parcels-tell").run(clock.now()):  # type: ignore[union-attr]
            pass  # what left long ago is not told today
    cycles.run_due(clock.now())


def _plan(plan: BoxPlan, step: Callable[[str], None]) -> None:
    now = clock.now()
    months, current = _months(plan, now)
    dates = [_dates(plan, month) for month in [*months, current]]
    price = PlanPrice.objects.select_related("plan").get(
        plan__target=plan.slug,
        plan__kind="box",
        boxes=None,
        gift_months=None,
        interval="quarter" if plan.every == 3 else "month",
    )
    plots = demo_lives.told(plan, dates, price, now)
    step(f"{plan.name_en}: {len(plots)} subscribers")
    stage = Stage(plan, plots, _led([p.life for p in plots]), _people(plots))
    for month, edition in zip(months, BEFORE[plan.slug], strict=True):
        step(f"{plan.name_en}: {edition[1]}")
        stage.live_through(make_edition(plan, month, edition, state=CycleState.OPEN), now)
    stage.finish(now)
    for offset, edition in enumerate(UPCOMING.get(plan.slug, [])):
        make_edition(plan, calendar.next_month(*current, offset * plan.every), edition)


def _months(plan: BoxPlan, now: datetime) -> tuple[list[tuple[int, int]], tuple[int, int]]:
    """Of the editions before the one that is open now, and of that one."""
    current = calendar.cycle_at(now, plan.cutoff_day, plan.zone, plan.every, plan.anchor_month)
    count = len(BEFORE[plan.slug])
    return [calendar.next_month(*current, (n - count) * plan.every) for n in range(count)], current


def _dates(plan: BoxPlan, month: tuple[int, int]) -> tuple[str, calendar.CycleDates]:
    return f"{month[0]}-{month[1]:02d}", calendar.cycle_dates(*month, plan.cutoff_day, plan.zone, plan.every)


def _led(lives: list[Life]) -> list[Told]:
    """Let the sandbox lead them, some at a time. With a key: a run that was cut off gets what the sandbox already has."""
    found: list[Told] = []
    for start in range(0, len(lives), AT_ONCE):
        part = lives[start : start + AT_ONCE]
        for life in part:
            life.calls[0]["with"]["metadata"] = {"account": str(uuid5(NAMESPACE_URL, f"mailto:{life.person.email}"))}
        key = hashlib.sha256(" ".join(life.person.email for life in part).encode()).hexdigest()[:32]
        body = {
            "lives": [{"calls": life.calls, "aside": True} for life in part],
            "expand": gateway.SUBSCRIPTION_WITH,
            "key": key,
        }
        answer = requests.post(f"{settings.STRIPE_API_BASE}/_control/load", json=body, timeout=SECONDS)  # type: ignore[arg-type]
        if not answer.ok:
            raise RuntimeError(f"The sandbox did not lead the demo's subscribers: {answer.text[:300]}")
        found += answer.json()["lives"]
    return found


def _people(plots: list[Plot]) -> dict[str, User]:
    rows = User.objects.bulk_create(
        User(email=p.life.person.email, name=p.life.person.name, language=p.life.person.language, created_at=p.joined,
             public_id=uuid5(NAMESPACE_URL, f"mailto:{p.life.person.email}"), password=make_password(None))
        for p in plots
    )  # fmt: skip
    EmailAddress.objects.bulk_create(EmailAddress(user=u, email=u.email, verified=True, primary=True) for u in rows)
    return {user.email: user for user in rows}


class Stage:
    """One plan's editions, lived through in order with what the sandbox told."""

    def __init__(self, plan: BoxPlan, plots: list[Plot], lives: list[Told], accounts: dict[str, User]) -> None:
        self.plan, self.plots, self.asked = plan, plots, timezone.now()
        self.dice = random.Random(f"{plan.slug} stage")  # noqa: S311 - a story, not a secret
        self.prices = {price.stripe_price: price for price in PlanPrice.objects.select_related("plan")}
        self.boxes: dict[str, BoxSubscription] = {}
        self.entries = sorted(self._entries(lives, accounts), key=lambda entry: entry[0])
        self.papers = sorted(
            ((paper["created"], accounts[p.life.person.email], paper) for p, one in zip(plots, lives, strict=True)
             for paper in one["papers"]["invoice"]), key=lambda paper: paper[0],
        )  # fmt: skip

    def _entries(self, lives: list[Told], accounts: dict[str, User]) -> Iterator[tuple[int, Plot, Told, User]]:
        customers = []
        for plot, one in zip(self.plots, lives, strict=True):
            account, remote = accounts[plot.life.person.email], one["named"]["customer"]
            card = reducer.card(remote["invoice_settings"]["default_payment_method"])
            shown = {"card_brand": card.brand, "card_last4": card.last4, "card_until": card.until} if card else {}
            customers.append(Customer(account=account, stripe_id=remote["id"], created_at=plot.joined, **shown))
            for entry in one["diary"]:
                yield entry["at"], plot, entry["subscription"], account
        Customer.objects.bulk_create(customers)

    def live_through(self, cycle: Cycle, now: datetime) -> None:
        """From joining to the doorstep, as far as today."""
        self._mirror(cycle.cutoff_at)
        self._skip(cycle)
        with clock.standing_at(cycle.cutoff_at + timedelta(seconds=1)):
            cycles.lock(cycle, actor=cycles.ACTOR)
            move(cycle, CycleState.BILLING, actor=cycles.ACTOR, cause="its time came")
        self._mirror(cycle.billed_by)
        with clock.standing_at(cycle.billed_by):
            self._pay(cycle.billed_by)
            cycles.give_up_waiting(cycle)
            move(cycle, CycleState.ALLOCATING, actor=cycles.ACTOR, cause="every renewal was charged")
            self._receive(cycle, now)
            allocation.allocate(cycle, actor=cycles.ACTOR)
            move(cycle, CycleState.REVIEW, actor=cycles.ACTOR, cause="allocated")
        sends = datetime.combine(cycle.ships_on, datetime.min.time(), UTC) + timedelta(hours=8)
        if sends + timedelta(days=2) < now:
            self._send(cycle, sends, now)

    def _mirror(self, until: datetime) -> None:
        """What Stripe's subscriptions went through until then."""
        while self.entries and self.entries[0][0] <= until.timestamp():
            at, plot, remote, _ = self.entries.pop(0)
            with clock.standing_at(datetime.fromtimestamp(at, UTC)):
                row = sync.apply_subscription(remote, self.asked)
                email = plot.life.person.email
                if email not in self.boxes:
                    self.boxes[email] = self._box(row, plot)

    def _box(self, row: Subscription, plot: Plot) -> BoxSubscription:
        box = BoxSubscription.objects.get(billing=row)
        box.variant = BoxVariant.objects.filter(plan=self.plan, slug=plot.variant).first() if plot.variant else None
        for name, value in plot.address.items():
            setattr(box, name, value)
        box.save()
        return box

    def _skip(self, cycle: Cycle) -> None:
        rows = [
            Skip(subscription=self.boxes[p.life.person.email], cycle=cycle, created_at=at)
            for p in self.plots for at, period in p.skips if period == cycle.period and p.life.person.email in self.boxes
        ]  # fmt: skip
        Skip.objects.bulk_create(rows)

    def _pay(self, until: datetime) -> None:
        """Invoices until then, and the credits that their paid lines give."""
        due = []
        while self.papers and self.papers[0][0] <= until.timestamp():
            due.append(self.papers.pop(0))
        lines = self._write_papers(due)
        by_billing = {box.billing_id: box for box in self.boxes.values()}
        rows = [
            Credit(subscription=by_billing[line.invoice.subscription_id], source=line.stripe_id, why="renewal",  # type: ignore[misc]
                   granted_at=line.invoice.paid_at)
            for line in lines if line.amount > 0 and line.invoice.status == "paid" and line.invoice.paid_at <= until  # type: ignore[operator]
        ]  # fmt: skip
        Credit.objects.bulk_create(rows)
        credits.spend_all([row.subscription_id for row in rows], actor="billing", cause="paid")

    def _write_papers(self, due: list[tuple[int, User, Told]]) -> list[InvoiceLine]:
        known = dict(Subscription.objects.filter(account__in=[a.pk for _, a, _ in due]).values_list("stripe_id", "pk"))
        states = [(account, reducer.invoice(remote)) for _, account, remote in due]
        papers = Invoice.objects.bulk_create(
            Invoice(stripe_id=s.stripe_id, account=account, subscription_id=known.get(s.subscription), fetched_at=self.asked,
                    **{name: getattr(s, name) for name in sync.INVOICE_COPIED})
            for account, s in states
        )  # fmt: skip
        return InvoiceLine.objects.bulk_create(
            InvoiceLine(stripe_id=line.stripe_id, invoice=paper, price=self.prices.get(line.price),
                        **{name: getattr(line, name) for name in sync.LINE_COPIED})
            for paper, (_, s) in zip(papers, states, strict=True) for line in s.lines
        )  # fmt: skip

    def _receive(self, cycle: Cycle, now: datetime) -> None:
        """A delivery for each thing of the edition; the one that is in review now lacks some of one."""
        paid = BoxOrder.objects.filter(cycle=cycle, state=OrderState.PAID).count()
        for item in Item.objects.filter(slots__cycle=cycle, digital=False):
            lacking = SHORT_OF[1] if item.sku == SHORT_OF[0] and cycle.billed_by + timedelta(days=20) > now else -12
            wanted = paid - lacking - item.free
            if wanted > 0:
                stock.receive(item=item, quantity=wanted, code=f"{cycle.period}-{item.sku}"[:40], actor=STAFF,
                              unit_cost=item.cost)  # fmt: skip

    def _send(self, cycle: Cycle, sends: datetime, now: datetime) -> None:
        orders = BoxOrder.objects.filter(cycle=cycle)
        with clock.standing_at(sends - timedelta(days=2)):
            fulfilment.approve(cycle, actor=STAFF)
            fulfilment.pack(cycle, actor=STAFF)
        with clock.standing_at(sends):
            self._label(cycle)
            fulfilment.ship(cycle, actor=STAFF)
        arrives = sends + timedelta(days=6)
        if arrives < now:
            with clock.standing_at(arrives):
                move_many(orders, OrderState.SHIPPED, OrderState.DELIVERED, actor="carrier:file", cause="delivered")
                self._rate(cycle, arrives)
        if arrives + timedelta(days=15) < now:
            with clock.standing_at(arrives + timedelta(days=15)):
                fulfilment.close(cycle, actor=STAFF)

    def _label(self, cycle: Cycle) -> None:
        rows = list(BoxOrder.objects.filter(cycle=cycle, state=OrderState.PACKED))
        for order in rows:
            order.carrier, order.tracking = "file", f"YJX{order.pk:08d}"
        BoxOrder.objects.bulk_update(rows, ["carrier", "tracking"], batch_size=500)

    def _rate(self, cycle: Cycle, at: datetime) -> None:
        arrived = BoxOrder.objects.filter(cycle=cycle, state=OrderState.DELIVERED).order_by("pk")
        Rating.objects.bulk_create(
            Rating(order=order, stars=self.dice.choice([5, 5, 5, 4, 4, 4, 3, 2]), at=at + timedelta(days=2))
            for order in arrived if self.dice.random() < 0.4
        )  # fmt: skip

    def finish(self, now: datetime) -> None:
        """What is left of it until today."""
        self._mirror(now)
        self._pay(now)
        self._tell(now)

    def _tell(self, now: datetime) -> None:
        """Who is charged in the next days was told in time: the house would leave them out otherwise."""
        rows = []
        for box in BoxSubscription.objects.filter(plan=self.plan, billing__period_end__gt=now).select_related(
            "billing__price", "billing__plan", "billing__next_price"
        ):
            at = box.billing.period_end - notices_due.BEFORE  # type: ignore[union-attr]
            if at <= now:
                rows.append(
                    Notice(account_id=box.account_id, kind="billing.renewal", dedupe=notices_due.occasion(box.billing),  # type: ignore[arg-type]
                           context=notices_due.facts(box.billing), created_at=at, read_at=at)  # type: ignore[arg-type]
                )  # fmt: skip
        Notice.objects.bulk_create(rows, ignore_conflicts=True)
