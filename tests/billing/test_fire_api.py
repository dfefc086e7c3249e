"""Stripe busy, away, failing or cut off after doing the work, in the middle of each flow: nothing is charged twice,
nothing is lost, and after the sweeps everything stands as if nothing had happened."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from ground import clock
from ground.tasks import run_due
from subscriptions.billing import actions, changing, gateway, inbox, joining, outbox, paying
from subscriptions.billing.enums import CallState, EventState
from subscriptions.billing.models import Event, Invoice, OutboxCall, PlanPrice, Subscription
from tests.billing.conftest import Till
from tests.factories.accounts import person

pytestmark = pytest.mark.sandbox
# (fault, how many calls it strikes): the client tries a call three times by itself, a busy answer only once
FAULTS = [("error", 4), ("timeout", 1), ("timeout", 4), ("rate_limit", 1), ("unavailable", 4)]


def _price(key: str) -> PlanPrice:
    return PlanPrice.objects.select_related("plan").get(lookup_key=key)


def _mine(account: User) -> Subscription:
    return Subscription.objects.get(account=account)


def join(till: Till, account: User) -> None:
    """Clicks until the payment page comes, as people do."""
    for _ in range(4):
        with suppress(gateway.GatewayAway):
            joining.start(account=account, wish=joining.Wish(price=_price("companion-month")))
            return
    raise AssertionError("no payment page came")


def upgrade(till: Till, account: User) -> None:
    row, price = _mine(account), _price("patron-month")
    seen = changing.preview(row, price)
    changing.change(subscription=row, price=price, moment=seen.moment, shown=seen.due.amount)


def downgrade(till: Till, account: User) -> None:
    changing.change(subscription=_mine(account), price=_price("friend-month"))


def leave(till: Till, account: User) -> None:
    actions.leave(subscription=_mine(account), reason="unused")


def rest(till: Till, account: User) -> None:
    actions.pause(subscription=_mine(account), until=clock.now() + timedelta(days=60))


def refund(till: Till, account: User) -> None:
    bill = Invoice.objects.filter(account=account, status="paid").latest("created_at")
    paying.refund(invoice=bill, amount=700, reason="duplicate", token="one", end=False, actor="staff")


def pay(till: Till, account: User) -> None:
    paying.pay(invoice=Invoice.objects.get(account=account, status="open"))


def _member(till: Till, account: User) -> None:
    till.join(account)
    till.advance(seconds=3 * 86_400)


def _debtor(till: Till, account: User) -> None:
    """A renewal failed; a better card is there now."""
    row = till.join(account, card="4000000000000341")
    till.advance(to=int(row.period_end.timestamp()) + 3700)
    assert _mine(account).status == "past_due"
    v1 = till.sandbox.v1
    card = v1.payment_methods.attach("pm_card_visa", {"customer": account.billing_customer.stripe_id})
    v1.subscriptions.update(row.stripe_id, {"default_payment_method": card.id})
    till.deliver()


def _nobody(till: Till, account: User) -> None:
    return None


def _pay_page(till: Till, account: User) -> None:
    till.pay(joining.start(account=account, wish=joining.Wish(price=_price("companion-month"))).session_url)


FLOWS: dict[str, tuple[Callable[[Till, User], None], Callable[[Till, User], None], str]] = {
    "join": (_nobody, join, "/v1/"),
    "upgrade": (_member, upgrade, "/v1/subscriptions"),
    "downgrade": (_member, downgrade, "/v1/subscription_schedules"),
    "leave": (_member, leave, "/v1/subscriptions"),
    "rest": (_member, rest, "/v1/subscriptions"),
    "refund": (_member, refund, "/v1/refunds"),
    "pay": (_debtor, pay, "/v1/invoices"),
}


def settle(till: Till) -> None:
    """The sweeps of the next hours: calls that wait are tried again, events come in."""
    for _ in range(4):
        OutboxCall.objects.filter(state=CallState.PENDING).update(due_at=timezone.now())
        outbox.run_due()
        till.deliver()
        run_due(clock.now())
    inbox.drain_due()


def stands(till: Till, account: User) -> dict[str, Any]:
    """What is at Stripe and with us, without the ids and moments that differ between two lives."""
    v1, customer = till.sandbox.v1, account.billing_customer.stripe_id
    charges = v1.charges.list({"customer": customer, "limit": 100}).data
    remote = v1.subscriptions.list({"customer": customer, "status": "all"}).data
    ours = Subscription.objects.filter(account=account)
    return {
        "charges": sorted((c.status, c.amount // 100 * 100) for c in charges),
        "refunds": [r.amount for c in charges for r in v1.refunds.list({"charge": c.id}).data],
        "remote": [(s.status, s.cancel_at_period_end, bool(s.schedule), s.items.data[0].price.lookup_key) for s in remote],
        "ours": list(ours.values_list("status", "cancel_at_period_end", "price__lookup_key", "next_price__lookup_key")),
        "bills": sorted(Invoice.objects.filter(account=account).values_list("status", "billing_reason")),
        "grants": sorted(
            (g.key, g.overdue_since is None) for g in account.entitlement_grants.filter(source_kind="plan")
        ),
        "calls": sorted(OutboxCall.objects.values_list("kind", "state")),
        "pages": len(v1.checkout.sessions.list({"customer": customer}).data),
        "parked": Event.objects.filter(state=EventState.PARKED).count(),
    }  # fmt: skip


def _live(till: Till, account: User, flow: str, fault: tuple[str, int] | None) -> dict[str, Any]:
    prepare, act, path = FLOWS[flow]
    prepare(till, account)
    if fault:
        till.sandbox.control("fault", api=fault[0], times=fault[1], path=path)
    act(till, account)
    settle(till)
    if flow == "join":
        till.sandbox.control("fault", api=None)
        _pay_page(till, account)
        settle(till)
    assert till.sandbox.state()["faults"]["api"] is None, "the fault never struck"
    found = stands(till, account)
    OutboxCall.objects.all().delete()
    return found


@pytest.mark.parametrize("flow", FLOWS)
def test_a_flow_ends_the_same_whatever_stripe_does_meanwhile(till: Till, flow: str) -> None:
    expected = _live(till, person("Calm"), flow, None)
    assert expected["parked"] == 0 and (CallState.PENDING not in {state for _, state in expected["calls"]})
    for place, fault in enumerate(FAULTS):
        assert _live(till, person(f"Rough {place}"), flow, fault) == expected, fault
