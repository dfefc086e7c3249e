"""The mirror's only writer: fetch an object once, reduce it, write it, and let rights follow - one path for webhooks,
the success page's refresh, replay and reconciliation."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from ground import clock
from subscriptions.billing import cards, deals, entitling, gateway, hooks, movements, reducer, settling, telling
from subscriptions.billing.batches import Page
from subscriptions.billing.enums import PAID_ONCE, CheckoutKind, CheckoutState, SubscriptionStatus
from subscriptions.billing.models import Checkout, Customer, Invoice, InvoiceLine, PlanPrice, Subscription

COPIED = (
    "item_id", "quantity", "status", "started_at", "period_start", "period_end", "trial_end", "cancel_at_period_end", "cancel_at",
    "ended_at", "collection_paused", "collection_resumes_at", "origin", "cancel_reason", "cancel_cause", "schedule_id",
    "next_price_at",
)  # fmt: skip
INVOICE_COPIED = (
    "status", "number", "billing_reason", "currency", "total", "amount_paid", "amount_due", "needs_action", "attempts",
    "next_attempt_at", "pay_url", "pdf_url", "created_at", "paid_at",
)  # fmt: skip
LINE_COPIED = ("amount", "quantity", "proration", "period_start", "period_end")


class Foreign(Exception):
    """An object of a customer or a product that is not ours: left alone, never a default tier."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is read once for a page of many, instead of once for each: the page, our prices, and where the mirror stands
    (status and end of the period, by subscription)."""

    page: Page
    prices: dict[str, PlanPrice]
    stands: dict[str, tuple[str, datetime]]


def known_of(page: Page) -> Known:
    """Two queries for a page, whatever is on it."""
    wanted = [reducer.subscription_of(row) for row in page.found.values()] if page.kind == "invoice" else []
    rows = Subscription.objects.filter(stripe_id__in=wanted).values_list("stripe_id", "status", "period_end")
    prices = PlanPrice.objects.select_related("plan").exclude(stripe_price=None)
    return Known(page, {str(p.stripe_price): p for p in prices}, {key: (status, end) for key, status, end in rows})


def subscription(stripe_id: str, known: Known | None = None) -> Subscription:
    """Fetch and mirror one subscription, from a page of many where it is there. Raises `Foreign`, `GatewayError`."""
    found = known.page.get(stripe_id) if known else None
    if known and found:
        return apply_subscription(found, known.page.asked, known)
    asked = timezone.now()
    return apply_subscription(gateway.subscription(stripe_id), asked)


@transaction.atomic
def apply_subscription(remote: dict[str, Any], fetched_at: datetime, known: Known | None = None) -> Subscription:
    """Mirror a fetched subscription and its rights. An answer older than the one we have is not written."""
    state = reducer.subscription(remote)
    customer, price = ours(state.customer, state.price, known)
    row = Subscription.objects.select_for_update().filter(stripe_id=state.stripe_id).first()
    if row and row.fetched_at > fetched_at:
        return row
    before, price_before = (row.status, row.price_id) if row else ("", None)
    row = row or Subscription(stripe_id=state.stripe_id, account=customer.account)
    row.plan, row.price, row.fetched_at = price.plan, price, fetched_at
    _same_account(row, customer)
    for name in COPIED:
        setattr(row, name, getattr(state, name))
    _write_terms(row, state)
    row.save()
    _card(customer, state.card)
    entitling.follow(row)
    movements.record(row)
    for hook in hooks.subscription_synced:
        hook(row, before)
    telling.subscription_changed(row, before, price_before)
    return row


def _same_account(row: Subscription | Invoice, customer: Customer) -> None:
    """The account was read with the customer; it need not be read again."""
    if row.account_id == customer.account_id:
        row.account = customer.account


def _write_terms(row: Subscription, state: reducer.SubscriptionState) -> None:
    following, off = state.next_price, state.discount
    row.next_price = PlanPrice.objects.filter(stripe_price=following).first() if following else None
    row.percent_off = off.percent_off if off else None
    row.amount_off = off.amount_off if off else None
    row.discount_ends = off.ends if off else None
    row.card_id = state.card.stripe_id if state.card else ""


def _card(customer: Customer, card: reducer.CardState | None) -> None:
    found = (card.brand, card.last4, card.until) if card else None
    if found and found != (customer.card_brand, customer.card_last4, customer.card_until):
        customer.card_brand, customer.card_last4, customer.card_until = found
        customer.save(update_fields=["card_brand", "card_last4", "card_until"])


def schedule(stripe_id: str) -> Subscription:
    """A schedule changed: what it means is part of its subscription. Raises `Foreign`, `GatewayError`."""
    remote = gateway.schedule(stripe_id)
    found = remote["subscription"] or remote.get("released_subscription")
    if not found:
        raise Foreign(stripe_id)
    return subscription(found if isinstance(found, str) else found["id"])


def customer(stripe_id: str) -> Customer:
    """The card that a customer pays with by default. Raises `Foreign`, `GatewayError`."""
    _customer(stripe_id)
    remote = gateway.customer(stripe_id)
    with transaction.atomic():
        row = _customer(stripe_id)
        _card(row, reducer.card((remote.get("invoice_settings") or {}).get("default_payment_method")))
    return row


def invoice(stripe_id: str, known: Known | None = None) -> Invoice:
    """Fetch and mirror one invoice, its subscription first; from a page of many where it is there.

    Raises `Foreign`, `GatewayError`.
    """
    found = known.page.get(stripe_id) if known else None
    if found and found["status"] == "open" and found["attempt_count"]:
        found = None  # whether the bank wants a word is told by a single fetch alone
    asked = known.page.asked if known and found else timezone.now()
    state = reducer.invoice(found or gateway.invoice(stripe_id))
    if state.subscription and not (known and found and _leads_nowhere_new(state, known)):
        subscription(state.subscription)
    return apply_invoice(state, asked, known)


def _leads_nowhere_new(state: reducer.InvoiceState, known: Known) -> bool:
    """True when the mirror is already where this invoice leads: its subscription is active in the period that is paid.

    Then the subscription need not be asked for once more; if it changed since, an event of its own says so.
    """
    status, end = known.stands.get(state.subscription, ("", None))
    return (
        status == SubscriptionStatus.ACTIVE and end is not None and all(line.period_end <= end for line in state.lines)
    )


@transaction.atomic
def apply_invoice(state: reducer.InvoiceState, fetched_at: datetime, known: Known | None = None) -> Invoice:
    """Mirror a reduced invoice; when it is paid, every line gives what it gives, once."""
    customer = _customer(state.customer)
    row = Invoice.objects.select_for_update().filter(stripe_id=state.stripe_id).first()
    if row and row.fetched_at > fetched_at:
        return row
    before = row.status if row else ""
    row = row or Invoice(stripe_id=state.stripe_id, account=customer.account)
    _same_account(row, customer)
    row.subscription = _paid_for(state, customer)
    for name in INVOICE_COPIED:
        setattr(row, name, getattr(state, name))
    row.fetched_at = fetched_at
    row.save()
    lines = _lines(row, state, known)
    if row.status == "paid":
        for line in lines:
            for hook in hooks.line_paid:
                hook(line)
    settling.settle(row)
    telling.invoice_changed(row, before)
    return row


def _paid_for(state: reducer.InvoiceState, customer: Customer) -> Subscription | None:
    if not state.subscription:
        return None
    found = Subscription.objects.select_related("plan", "price").filter(stripe_id=state.subscription).first()
    if found:
        _same_account(found, customer)
    return found


def _lines(invoice: Invoice, state: reducer.InvoiceState, known: Known | None) -> list[InvoiceLine]:
    """The rows of its lines: new ones are made, others brought to what Stripe says."""
    there = {
        line.stripe_id: line
        for line in InvoiceLine.objects.filter(stripe_id__in=[one.stripe_id for one in state.lines])
    }
    prices = known.prices if known else {}
    rows = []
    for one in state.lines:
        row = there.get(one.stripe_id) or InvoiceLine(stripe_id=one.stripe_id)
        row.invoice, row.price = invoice, prices.get(one.price) or _price(one.price)
        for name in LINE_COPIED:
            setattr(row, name, getattr(one, name))
        row.save()
        rows.append(row)
    return rows


def _price(stripe_price: str) -> PlanPrice | None:
    """Our price behind Stripe's, if it is one of ours."""
    return PlanPrice.objects.select_related("plan").filter(stripe_price=stripe_price).first() if stripe_price else None


def checkout(session_id: str) -> Checkout:
    """Fetch a Checkout Session and bring our row to its state; a completed one syncs its subscription."""
    row = Checkout.objects.filter(session_id=session_id).first()
    if row is None:
        raise Foreign(session_id)
    remote = gateway.checkout(session_id)
    subscription_id = remote.get("subscription") or ""
    if remote["status"] == "complete" and subscription_id:
        subscription(subscription_id)
    row = _apply_checkout(row.pk, remote, subscription_id)
    if row.state == CheckoutState.COMPLETE and row.kind in PAID_ONCE and row.invoice_id:
        invoice(row.invoice_id)
    if row.state == CheckoutState.COMPLETE and row.kind == CheckoutKind.CARD:
        cards.use(row, remote)
    if row.state == CheckoutState.COMPLETE and row.kind == CheckoutKind.AHEAD:
        cards.keep(row, remote)
    return row


@transaction.atomic
def _apply_checkout(pk: int, remote: dict[str, Any], subscription_id: str) -> Checkout:
    row = Checkout.objects.select_for_update().get(pk=pk)
    if remote["status"] == "complete" and row.state != CheckoutState.COMPLETE:
        row.state, row.subscription_id = CheckoutState.COMPLETE, subscription_id
        row.invoice_id, row.completed_at = remote.get("invoice") or "", clock.now()
        row.save(update_fields=["state", "subscription_id", "invoice_id", "completed_at"])
        deals.used(row, remote)
        for hook in hooks.checkout_completed:
            hook(row, remote)
    elif remote["status"] == "expired" and row.state in (CheckoutState.NEW, CheckoutState.OPEN):
        row.state = CheckoutState.EXPIRED
        row.save(update_fields=["state"])
        for told in hooks.checkout_expired:
            told(row)
    return row


def _customer(stripe_id: str) -> Customer:
    found = Customer.objects.select_related("account").filter(stripe_id=stripe_id)
    if transaction.get_connection().in_atomic_block:
        # One writer per customer: two drains of one join may both want to insert its subscription.
        found = found.select_for_update(of=("self",))
    customer = found.first()
    if customer is None:
        raise Foreign(f"customer {stripe_id}")
    return customer


def ours(customer_id: str, price_id: str, known: Known | None = None) -> tuple[Customer, PlanPrice]:
    """The customer and the price behind these ids. Raises `Foreign` when either is not ours."""
    price = (known.prices.get(price_id) if known else None) or _price(price_id)
    if price is None:
        raise Foreign(f"price {price_id}")
    return _customer(customer_id), price
