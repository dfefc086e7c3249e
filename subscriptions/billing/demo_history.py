"""Fourteen months of members before today: led by the sandbox, mirrored by the same writers as every other subscription.

The sandbox leads each life through its own engine and tells in a diary how the subscription stood whenever it changed. We
mirror each entry with business time standing at its moment, so that rights, movements and rests are what they would have
become. Nobody is told of any of it.
"""

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import requests
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.notices import silence
from ground import clock
from membership.models import GrantChange
from membership.perks.actions import owe_due
from subscriptions.billing import gateway, reducer, returns, sync
from subscriptions.billing.demo_lives import Life
from subscriptions.billing.demo_names import DOMAIN
from subscriptions.billing.demo_plots import tell
from subscriptions.billing.models import Customer, Deal, DealUse, Invoice, InvoiceLine, Pause, PlanPrice, Subscription

AT_ONCE = 20  # lives in one call: the sandbox leads the next ones while we write these
SECONDS = 120  # for one such call
Told = dict[str, Any]


def seed(step: Callable[[str], None]) -> None:
    """Everybody who is not there yet; again changes nothing. Nothing where Stripe itself is asked."""
    if not settings.STRIPE_SANDBOX:
        return
    step("who was here before")
    today = clock.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    lives = _waiting(tell(today))
    parts = [lives[n : n + AT_ONCE] for n in range(0, len(lives), AT_ONCE)]
    with ThreadPoolExecutor(1) as ahead:
        for number, (part, told) in enumerate(zip(parts, ahead.map(_led, parts), strict=True), start=1):
            step(f"{min(number * AT_ONCE, len(lives))} of {len(lives)} lives")
            _write(part, told)
    with silence():
        owe_due(clock.now())


def _waiting(lives: list[Life]) -> list[Life]:
    """Those without a customer yet. All accounts are made at once, so that a second run knows who belongs to the first."""
    if not User.objects.filter(email__endswith=f"@{DOMAIN}").exists():
        with transaction.atomic():
            found = User.objects.bulk_create([_account(life) for life in lives])
            EmailAddress.objects.bulk_create(
                EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in found
            )
    without = User.objects.filter(email__endswith=f"@{DOMAIN}", billing_customer=None)
    waiting = set(without.values_list("email", flat=True))
    return [life for life in lives if life.person.email in waiting]


def _account(life: Life) -> User:
    who = life.person
    return User(
        email=who.email, name=who.name, language=who.language, created_at=datetime.fromtimestamp(life.calls[0]["at"], UTC),
        public_id=uuid5(NAMESPACE_URL, f"mailto:{who.email}"), password=make_password(None),
    )  # fmt: skip


def _led(lives: Sequence[Life]) -> list[Told]:
    """Let the sandbox lead them. With a key: a run that was cut off gets what the sandbox already has."""
    for life in lives:
        life.calls[0]["with"]["metadata"] = {"account": str(uuid5(NAMESPACE_URL, f"mailto:{life.person.email}"))}
    key = hashlib.sha256(" ".join(life.person.email for life in lives).encode()).hexdigest()[:32]
    body = {
        "lives": [{"calls": life.calls, "aside": True} for life in lives],
        "expand": gateway.SUBSCRIPTION_WITH,
        "key": key,
    }
    answer = requests.post(f"{settings.STRIPE_API_BASE}/_control/load", json=body, timeout=SECONDS)  # type: ignore[arg-type]
    if not answer.ok:
        raise RuntimeError(f"The sandbox did not lead the demo's lives: {answer.text[:300]}")
    return list(answer.json()["lives"])


@transaction.atomic
def _write(lives: Sequence[Life], told: Sequence[Told]) -> None:
    asked = timezone.now()
    accounts = User.objects.in_bulk([life.person.email for life in lives], field_name="email")
    prices = {price.stripe_price: price for price in PlanPrice.objects.select_related("plan")}
    deals = {deal.code: deal for deal in Deal.objects.all()}
    with silence():
        for life, one in zip(lives, told, strict=True):
            account = accounts[life.person.email]
            _customer(account, one["named"]["customer"])
            _subscriptions(one["diary"], asked)
            _invoices(account, one["papers"]["invoice"], prices, asked)
            _rests(life, one)
            _uses(account, life, one, deals)
            for remote in one["papers"]["refund"]:
                _refund(account, remote, one["named"]["one"]["latest_invoice"], asked)


def _customer(account: User, remote: Told) -> None:
    card = reducer.card(remote["invoice_settings"]["default_payment_method"])
    shown = {"card_brand": card.brand, "card_last4": card.last4, "card_until": card.until} if card else {}
    Customer.objects.create(account=account, stripe_id=remote["id"], created_at=account.created_at, **shown)


def _subscriptions(diary: Sequence[Told], asked: datetime) -> None:
    """Each entry is mirrored as if it had been fetched at its moment; the ledger's own log says that moment, too."""
    for entry in diary:
        moment = datetime.fromtimestamp(entry["at"], UTC)
        with clock.standing_at(moment):
            row = sync.apply_subscription(entry["subscription"], asked)
        GrantChange.objects.filter(grant__account=row.account_id, at__gte=asked).update(at=moment)


def _invoices(account: User, remotes: Sequence[Told], prices: dict[str | None, PlanPrice], asked: datetime) -> None:
    """Rows by the same reducer as any invoice, in two statements: their lines give nothing but what is mirrored already."""
    states = [reducer.invoice(remote) for remote in remotes]
    rows = dict(Subscription.objects.filter(account=account).values_list("stripe_id", "pk"))
    papers = Invoice.objects.bulk_create(
        Invoice(
            stripe_id=state.stripe_id, account=account, subscription_id=rows.get(state.subscription), fetched_at=asked,
            **{name: getattr(state, name) for name in sync.INVOICE_COPIED},
        ) for state in states
    )  # fmt: skip
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            stripe_id=line.stripe_id, invoice=paper, price=prices.get(line.price), amount=line.amount, quantity=line.quantity,
            proration=line.proration, period_start=line.period_start, period_end=line.period_end,
        ) for paper, state in zip(papers, states, strict=True) for line in state.lines
    )  # fmt: skip


def _rests(life: Life, told: Told) -> None:
    row = Subscription.objects.get(stripe_id=told["named"]["one"]["id"]) if life.rests else None
    Pause.objects.bulk_create(
        Pause(subscription=row, began_at=began, until=until, ended_at=ended) for began, until, ended in life.rests
    )


def _uses(account: User, life: Life, told: Told, deals: dict[str, Deal]) -> None:
    DealUse.objects.bulk_create(
        DealUse(deal=deals[code], account=account, subscription_id=told["named"][name]["id"], at=at)
        for code, name, at in life.uses if name in told["named"]
    )  # fmt: skip


def _refund(account: User, remote: Told, invoice_id: str, asked: datetime) -> None:
    state = reducer.refund(remote)
    with clock.standing_at(state.created_at):
        returns.apply_refund(state, Invoice.objects.get(account=account, stripe_id=invoice_id), asked)
