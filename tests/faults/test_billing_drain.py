"""A worker killed at each step of the drain and of the outbox. The next one finishes, and what stands then is what
stands for somebody whose worker lived: rights, money at Stripe, and what the member was told, each once."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Mail, Notice, User
from ground import clock
from membership import entitlements
from subscriptions.billing import actions, changing, customers, demo, gateway, inbox, outbox, paying
from subscriptions.billing.enums import CallState, EventState
from subscriptions.billing.models import (
    Dispute,
    Event,
    Invoice,
    InvoiceLine,
    Movement,
    OutboxCall,
    PlanPrice,
    Refund,
    Subscription,
)
from tests.billing.conftest import Till
from tests.factories.accounts import person
from tests.faults.test_billing_worker import till  # noqa: F401

pytestmark = [pytest.mark.postgres, pytest.mark.redis, pytest.mark.sandbox, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).resolve().parent.parent.parent
KILLED = -signal.SIGKILL


class Mortal:
    """The process that forks workers on the test's database."""

    def __init__(self, errors: Path) -> None:
        own = connection.settings_dict
        url = f"postgres://{own['USER']}@{own['HOST']}:{own['PORT']}/{own['NAME']}"
        env = {**os.environ, "DATABASE_URL": url, "YAJI_ENV": "test", "DJANGO_SETTINGS_MODULE": "config.settings.test"}
        self.errors = errors
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.faults.mortal"], cwd=ROOT, env=env, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors.open("w"),
        )  # fmt: skip
        assert self._line() == "ready", self.errors.read_text()[-2000:]

    def _line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def work(self, till: Till | None, work: str, place: str = "", **more: Any) -> int:  # noqa: F811
        """Let one worker `drain`, do the `outbox` or buy `labels`, and die at `place`; its exit code."""
        assert self.process.stdin
        order = {"base": till.sandbox.base if till else "", "work": work, "place": place, **more}
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        code = int(self._line())
        assert code in (0, KILLED), self.errors.read_text()[-3000:]
        return code


@pytest.fixture(scope="module")
def mortal(django_db_setup: None, tmp_path_factory: Any) -> Iterator[Mortal]:
    made = Mortal(tmp_path_factory.mktemp("mortal") / "errors")
    yield made
    assert made.process.stdin and made.process.stdout
    made.process.stdin.close()
    made.process.wait(20)
    made.process.stdout.close()


def facts(till: Till, account: User) -> dict[str, Any]:  # noqa: F811
    """What stands for one member, here and at Stripe, without ids and moments."""
    v1, mine = till.sandbox.v1, {"account": account}
    entitlements.forget(account)
    charges = v1.charges.list({"customer": account.billing_customer.stripe_id, "limit": 100}).data
    remote = v1.subscriptions.list({"customer": account.billing_customer.stripe_id, "status": "all"}).data
    lines = InvoiceLine.objects.filter(invoice__account=account)
    return {
        "charges": sorted((c.status, c.amount, c.amount_refunded, c.disputed) for c in charges),
        "remote": [(s.status, s.cancel_at_period_end, bool(s.schedule), s.items.data[0].price.lookup_key) for s in remote],
        "ours": list(Subscription.objects.filter(**mine).values_list(
            "status", "cancel_at_period_end", "price__lookup_key", "next_price__lookup_key")),
        "bills": sorted(Invoice.objects.filter(**mine).values_list("status", "billing_reason", "amount_paid")),
        "lines": sorted(lines.values_list("amount", "price__lookup_key")),
        "refunds": sorted(Refund.objects.filter(**mine).values_list("status", "amount")),
        "disputes": sorted(Dispute.objects.filter(**mine).values_list("status", "amount")),
        "grants": sorted((g.key, g.ends is not None and g.ends <= clock.now()) for g in account.entitlement_grants.all()),
        "movements": sorted(Movement.objects.filter(subscription__account=account).values_list("kind", "before", "after")),
        "told": sorted(Notice.objects.filter(**mine).values_list("kind", flat=True)),
        "letters": sorted(Mail.objects.filter(to=account.email).values_list("subject", flat=True)),
        "may": [key for key in ("stories:all", "tier:companion", "tier:patron") if entitlements.has(account, key)],
    }  # fmt: skip


def finish(till: Till) -> None:  # noqa: F811
    """The next worker, until nothing is left."""
    for _ in range(3):
        OutboxCall.objects.filter(state=CallState.PENDING).update(due_at=timezone.now())
        outbox.run_due()
        till.deliver()
    assert not Event.objects.filter(state__in=[EventState.RECEIVED, EventState.PARKED]).exists()
    assert not OutboxCall.objects.filter(state=CallState.PENDING).exists()


def member(name: str) -> User:
    """Somebody who pays, mirrored already."""
    account = person(name)
    demo.join(account, "companion-month")
    return account


# What happens at Stripe, by the kind of object whose events the worker dies over.


def begins(till: Till) -> User:  # noqa: F811
    """A subscription that we hear of by its events alone."""
    account, price = person(), PlanPrice.objects.get(lookup_key="companion-month")
    customer = customers.ensure(account).stripe_id
    gateway.attach_card(customer=customer, card="pm_card_visa", key=f"card:{account.pk}")
    gateway.create_subscription(key=f"sub:{account.pk}", customer=customer, items=[{"price": price.stripe_price}])
    return account


def owes(till: Till) -> User:  # noqa: F811
    """Somebody whose bank refused the first payment, and would not again."""
    till.sandbox.control("fault", payment="insufficient_funds", times=1)
    return begins(till)


def joined(till: Till) -> User:  # noqa: F811
    """Somebody who pays."""
    return member("Ning")


def _bill(account: User) -> Invoice:
    return Invoice.objects.get(account=account, status="paid")


def refunded(till: Till) -> User:  # noqa: F811
    account = member("Ning")
    till.deliver()
    till.sandbox.v1.refunds.create({"payment_intent": gateway.payment_of(_bill(account).stripe_id), "amount": 4800})
    return account


def disputed(till: Till) -> User:  # noqa: F811
    account = member("Ning")
    till.deliver()
    till.sandbox.control("dispute", invoice=_bill(account).stripe_id)
    return account


KINDS: dict[str, tuple[Callable[[Till], User], str]] = {
    "subscription": (begins, "entitling.follow"),
    "invoice": (begins, "settling.settle"),
    "refund": (refunded, "settling.settle"),
    "dispute": (disputed, "settling.settle"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_drain_killed_at_any_step_is_finished_by_the_next_one(till: Till, mortal: Mortal, kind: str) -> None:  # noqa: F811
    happens, rights = KINDS[kind]
    calm = happens(till)
    finish(till)
    expected = facts(till, calm)
    assert expected["ours"] and expected["told"] and expected["bills"]
    steps = [
        (f"subscriptions.billing.gateway.{kind}", "after"),  # fetched, nothing written
        (f"subscriptions.billing.{rights}", "before"),  # mirrored, no rights yet: one transaction, so neither
        (f"subscriptions.billing.{rights}", "after"),  # rights too, not committed
        ("subscriptions.billing.inbox._finish", "before"),  # all committed, the event not marked
    ]
    for place, when in steps:
        account = happens(till)
        till.deliver(drain=False)
        assert Event.objects.filter(state=EventState.RECEIVED, object_type=kind).exists()
        assert mortal.work(till, "drain", place, when=when, kind=kind) == KILLED, (place, when)
        finish(till)
        assert facts(till, account) == expected, (place, when)


def test_a_batch_read_by_pages_that_dies_in_the_middle_is_finished(till: Till, mortal: Mortal) -> None:  # noqa: F811
    calm = begins(till)
    finish(till)
    expected = facts(till, calm)
    for place, when, count in (
        ("subscriptions.billing.sync.apply_subscription", "after", 3),
        ("subscriptions.billing.inbox._finish", "before", 1),  # a page's events are marked together
        ("subscriptions.billing.sync.apply_invoice", "before", 4),
    ):
        people = [begins(till) for _ in range(4)]
        till.deliver(drain=False)
        before = Subscription.objects.count()
        assert mortal.work(till, "drain", place, when=when, count=count, worth=3) == KILLED, place
        assert Subscription.objects.count() - before < 4 or "apply_subscription" not in place
        assert Event.objects.filter(state=EventState.RECEIVED).exists()
        assert mortal.work(till, "drain", worth=3) == 0
        finish(till)
        assert [facts(till, account) for account in people] == [expected] * 4, place


# The outbox: each way of telling Stripe something, killed after Stripe's answer and before ours is written down.


def _mine(account: User) -> Subscription:
    return Subscription.objects.get(account=account)


def upgrade(till: Till, account: User) -> None:  # noqa: F811
    price = PlanPrice.objects.select_related("plan").get(lookup_key="patron-month")
    changing.change(subscription=_mine(account), price=price)


def downgrade(till: Till, account: User) -> None:  # noqa: F811
    price = PlanPrice.objects.select_related("plan").get(lookup_key="friend-month")
    changing.change(subscription=_mine(account), price=price)


def rest(till: Till, account: User) -> None:  # noqa: F811
    actions.pause(subscription=_mine(account), until=clock.now() + timedelta(days=60))


def refund(till: Till, account: User) -> None:  # noqa: F811
    paying.refund(invoice=_bill(account), amount=4800, reason="duplicate", token="one", end=True, actor="staff")


def pay(till: Till, account: User) -> None:  # noqa: F811
    paying.pay(invoice=Invoice.objects.get(account=account, status="open"))


def lose(till: Till, account: User) -> None:  # noqa: F811
    """The bank decides against us: the subscription ends."""
    till.sandbox.control("dispute", invoice=_bill(account).stripe_id)
    found = next(iter(till.sandbox.v1.disputes.list({"limit": 1}).data))
    till.sandbox.control("dispute", dispute=found.id, close="lost")
    till.deliver(drain=False)
    inbox.drain_due()


GATE = "subscriptions.billing.gateway"
CALLS: dict[str, tuple[Callable[[Till], User], Callable[[Till, User], None], list[tuple[str, str]]]] = {
    "subscription up": (joined, upgrade, [(f"{GATE}.update_subscription", "after"),
                                          ("subscriptions.billing.sync.subscription", "before")]),
    "subscription down": (joined, downgrade, [(f"{GATE}.schedule_from", "after"), (f"{GATE}.update_schedule", "after")]),
    "subscription rests": (joined, rest, [(f"{GATE}.pause_subscription", "after")]),
    "invoice": (owes, pay, [(f"{GATE}.pay_invoice", "after"), ("subscriptions.billing.sync.invoice", "before")]),
    "refund": (joined, refund, [(f"{GATE}.create_refund", "after"), ("subscriptions.billing.returns.refund", "after")]),
    "refund that ends": (joined, refund, [(f"{GATE}.cancel_subscription", "after")]),
    "dispute": (joined, lose, [(f"{GATE}.cancel_subscription", "after")]),
}  # fmt: skip


@pytest.mark.parametrize("call", CALLS)
def test_an_outbox_killed_after_stripes_answer_says_it_again_and_it_counts_once(
    till: Till, mortal: Mortal, call: str, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    who, act, steps = CALLS[call]
    monkeypatch.setattr(outbox, "_now", lambda pk: None)  # the web process is gone right after its commit
    calm = who(till)
    till.deliver()
    act(till, calm)
    finish(till)
    expected = facts(till, calm)
    assert not OutboxCall.objects.exclude(state=CallState.DONE).exists()
    for place, when in steps:
        account = who(till)
        till.deliver()
        act(till, account)
        assert OutboxCall.objects.filter(state=CallState.PENDING).exists()
        assert mortal.work(till, "outbox", place, when=when) == KILLED, place
        finish(till)
        assert facts(till, account) == expected, place


def test_an_end_that_was_said_twice_is_kept_as_done(
    till: Till, mortal: Mortal, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    account = joined(till)
    monkeypatch.setattr(outbox, "_now", lambda pk: None)
    actions.end_now(subscription=_mine(account), actor="staff")
    assert mortal.work(till, "outbox", f"{GATE}.cancel_subscription") == KILLED
    finish(till)
    assert _mine(account).status == "canceled"
    assert [call.state for call in OutboxCall.objects.all()] == [CallState.DONE]
