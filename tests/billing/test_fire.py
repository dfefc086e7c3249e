"""Whole histories told in any order: each event one to three times, some never. Where the sweeps are done, what stands is
what stands after the same history told in order and at once."""

import json
import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.db import transaction

from accounts.models import User
from ground import clock
from ground.tasks import run_due
from membership import entitlements
from subscriptions.billing import inbox, joining, reconciliation
from subscriptions.billing.enums import EventState
from subscriptions.billing.models import Dispute, Event, Invoice, PlanPrice, Refund, Subscription
from tests.billing.conftest import Till
from tests.factories.accounts import person
from tests.long import times

pytestmark = pytest.mark.sandbox
DAY = 86_400
KEYS = ("stories:all", "rooms:companion", "rooms:patron")


Told = tuple[bytes, str]


class Undo(Exception):
    """Takes back what the product wrote, so that the same history can be told again."""


class Life:
    """One member's history at Stripe: what happens there, not what we are told of it."""

    def __init__(self, till: Till, account: User) -> None:
        self.till, self.box, self.v1, self.account = till, till.sandbox, till.sandbox.v1, account
        customer = account.billing_customer.stripe_id
        self.key: str = self.v1.subscriptions.list({"customer": customer, "status": "all"}).data[0].id

    @property
    def now(self) -> Any:
        """The subscription as Stripe has it."""
        return self.v1.subscriptions.retrieve(self.key)

    def price(self, name: str) -> str:
        """A price of ours at Stripe."""
        return self.v1.prices.list({"lookup_keys": [name]}).data[0].id

    def bill(self, status: str) -> Any:
        """The newest bill in a status, if there is one."""
        found = self.v1.invoices.list({"subscription": self.key, "status": status, "limit": 1}).data
        return found[0] if found else None


def _live(life: Life) -> bool:
    return life.now.status in ("active", "past_due", "trialing")


def renew(life: Life) -> None:
    """A month goes by."""
    life.box.control("advance", seconds=31 * DAY)


def some_days(life: Life) -> None:
    """Less than a month goes by."""
    life.box.control("advance", seconds=6 * DAY)


def fail(life: Life) -> None:
    """The next renewal is refused; the retries decide what becomes of it."""
    life.box.control("fault", payment="insufficient_funds", times=1)
    life.box.control("advance", to=life.now.items.data[0].current_period_end + 3700) if _live(life) else None


def pay(life: Life) -> None:
    """What is owed is paid."""
    life.box.control("fault", payment=None)
    owed = life.bill("open")
    if owed and owed.amount_remaining:
        life.v1.invoices.pay(owed.id)


def upgrade(life: Life) -> None:
    """Up, at once."""
    if life.now.status == "active" and not life.now.schedule:
        item = life.now.items.data[0].id
        change = {"items": [{"id": item, "price": life.price("patron-month")}], "proration_behavior": "always_invoice"}
        life.v1.subscriptions.update(life.key, change)


def downgrade(life: Life) -> None:
    """Down, at the period's end."""
    member = life.now
    if member.status != "active" or member.schedule or member.cancel_at:
        return
    plan = life.v1.subscription_schedules.create({"from_subscription": life.key})
    first = plan.phases[0]
    kept = {"items": [{"price": first["items"][0].price}], "start_date": first.start_date, "end_date": first.end_date}
    then = {"items": [{"price": life.price("friend-month")}], "proration_behavior": "none"}
    life.v1.subscription_schedules.update(plan.id, {"end_behavior": "release", "phases": [kept, then]})


def stay_as_is(life: Life) -> None:
    """The planned change is dropped."""
    if life.now.schedule:
        life.v1.subscription_schedules.release(life.now.schedule)


def leave(life: Life) -> None:
    """Cancel at the period's end."""
    if _live(life) and not life.now.schedule:
        life.v1.subscriptions.update(life.key, {"cancel_at_period_end": True})


def come_back(life: Life) -> None:
    """Take the cancellation back."""
    if _live(life) and life.now.cancel_at_period_end:
        life.v1.subscriptions.update(life.key, {"cancel_at_period_end": False})


def rest(life: Life) -> None:
    """Pause."""
    if life.now.status == "active" and not life.now.schedule:
        life.v1.subscriptions.pause(life.key, {"bill_for": {"unused_time_from": {"type": "none"}}})


def wake(life: Life) -> None:
    """Resume."""
    if life.now.status == "paused":
        life.v1.subscriptions.resume(life.key, {"billing_cycle_anchor": {"type": "now"}})


def refund_some(life: Life) -> None:
    """A part of the newest paid bill goes back."""
    bill = life.bill("paid")
    paid = life.v1.invoice_payments.list({"invoice": bill.id}).data if bill and bill.amount_paid else []
    charge = life.v1.payment_intents.retrieve(paid[0].payment.payment_intent, {"expand": ["latest_charge"]}).latest_charge if paid else None  # fmt: skip
    if charge and not charge.disputed and charge.amount_refunded + 100 <= charge.amount:
        life.v1.refunds.create({"charge": charge.id, "amount": 100})


def dispute(life: Life) -> None:
    """The member's bank takes the newest payment back."""
    bill = life.bill("paid")
    if bill and bill.amount_paid and not life.v1.disputes.list().data:
        try:
            life.box.control("dispute", invoice=bill.id)
        except Exception:  # refunded already, or nothing was charged
            return


def win(life: Life) -> None:
    """The bank gives it back to us."""
    for found in life.v1.disputes.list().data:
        if found.status == "needs_response":
            life.box.control("dispute", dispute=found.id, close="won")


OPS: tuple[Callable[[Life], None], ...] = (
    renew, renew, some_days, fail, pay, upgrade, downgrade, stay_as_is, leave, come_back, rest, wake, refund_some, dispute, win,
)  # fmt: skip


def snapshot(account: User) -> dict[str, Any]:
    """What stands: mirror, rights, money. Not when we heard of it."""
    names = ("stripe_id", "status", "price__lookup_key", "quantity", "period_start", "period_end", "cancel_at_period_end",
             "cancel_at", "ended_at", "collection_paused")  # fmt: skip
    grants = account.entitlement_grants.filter(source_kind="plan").values_list("key", "ends", "overdue_since")
    now = clock.now()
    entitlements.forget(account)
    return {
        "subscriptions": sorted(Subscription.objects.filter(account=account).values_list(*names)),
        "invoices": sorted(Invoice.objects.values_list("stripe_id", "status", "total", "amount_paid", "amount_due")),
        "refunds": sorted(Refund.objects.values_list("stripe_id", "status", "amount")),
        "disputes": sorted(Dispute.objects.values_list("stripe_id", "status")),
        "open grants": sorted(g for g in grants if g[1] is None or g[1] > now),
        "may": [key for key in KEYS if entitlements.has(account, key)],
        "left over": Event.objects.filter(state__in=[EventState.PARKED, EventState.RECEIVED]).count(),
    }


def sweeps() -> None:
    """What runs by itself: every minute, and every night."""
    for _ in range(2):
        inbox.drain_due()
        run_due(clock.now())
        reconciliation.run()


def tell(till: Till, events: list[Told], chance: random.Random) -> None:
    """Each event one to three times or never, in any order, with drains in between."""
    told = [e for e in events for _ in range(chance.choice((0, 1, 1, 1, 2, 3)))]
    chance.shuffle(told)
    for body, signature in told:
        assert till.post(body, signature).status_code == 200
        if chance.random() < 0.1:
            inbox.drain_due()
    inbox.drain_due()


def begin(till: Till, account: User) -> Life:
    """Somebody pays; nobody tells us yet."""
    price = PlanPrice.objects.get(lookup_key="companion-month")
    started = joining.start(account=account, wish=joining.Wish(price=price))
    assert till.pay(started.session_url)[0] in (302, 303)
    return Life(till, account)


def in_order(life: Life, ops: list[Callable[[Life], None]]) -> tuple[dict[str, Any], list[Told]]:
    """Live through it, everything told at once and in order. Answers what stands then, and all that was told."""
    first = life.till.taken
    with suppress(Undo), transaction.atomic():
        life.till.deliver()
        for op in ops:
            op(life)
            life.till.deliver()
        sweeps()
        expected = snapshot(life.account)
        raise Undo
    assert expected["subscriptions"] and not expected["left over"]
    told = [(json.loads(raw[0])["type"], raw) for raw in life.box.receiver.raw[first:]]
    return expected, [raw for kind, raw in told if not kind.startswith("test_helpers")]


@pytest.mark.parametrize("seed", range(times(4)))
def test_any_order_with_doubles_and_losses_ends_where_the_right_order_ends(till: Till, seed: int) -> None:
    account, chance = person("Ning Yuan"), random.Random(seed)
    ops = [chance.choice(OPS) for _ in range(9)]
    life = begin(till, account)
    expected, events = in_order(life, ops)
    for _ in range(3):
        with suppress(Undo), transaction.atomic():
            tell(till, events, chance)
            sweeps()
            assert snapshot(account) == expected, [op.__name__ for op in ops]
            raise Undo


@pytest.mark.parametrize("lost", ["invoice", "refund", "dispute"])
def test_what_nobody_told_of_is_found_by_the_sweeps(till: Till, lost: str) -> None:
    account = person("Ning Yuan")
    life = begin(till, account)
    expected, events = in_order(life, [renew, renew, refund_some, some_days, renew, dispute])
    assert expected["invoices"] and expected["refunds"] and expected["disputes"]
    for body, signature in events:
        if json.loads(body)["data"]["object"]["object"] not in (lost, "charge"):
            assert till.post(body, signature).status_code == 200
    sweeps()
    assert snapshot(account) == expected


def test_an_announced_bill_parks_nothing(till: Till) -> None:
    life = begin(till, person("Ning Yuan"))
    till.advance(to=life.now.items.data[0].current_period_end - 6 * DAY)
    assert Event.objects.filter(type="invoice.upcoming").exists()
    assert not Event.objects.filter(state=EventState.PARKED).exists()
