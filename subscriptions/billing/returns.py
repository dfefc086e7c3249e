"""Refunds and disputes: mirrored once by their ids, whoever began them, then settled like any other payment."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from subscriptions.billing import gateway, outbox, reducer, settling, sync, telling
from subscriptions.billing.models import Dispute, Invoice, Refund


def refund(stripe_id: str) -> Refund:
    """Fetch and mirror one refund. Raises `Foreign`, `GatewayError`."""
    asked = timezone.now()
    state = reducer.refund(gateway.refund(stripe_id))
    known = Refund.objects.select_related("invoice").filter(stripe_id=stripe_id).first()
    invoice = known.invoice if known else _invoice(state.payment_intent)
    return apply_refund(state, invoice, asked)


@transaction.atomic
def apply_refund(state: reducer.RefundState, invoice: Invoice, fetched_at: datetime) -> Refund:
    """Write a refund down; what was bought with money that is wholly given back ends."""
    Invoice.objects.select_for_update().get(pk=invoice.pk)
    row = Refund.objects.filter(stripe_id=state.stripe_id).first()
    if row and row.fetched_at > fetched_at:
        return row
    before = row.status if row else ""
    row = row or Refund(stripe_id=state.stripe_id, account=invoice.account, invoice=invoice)
    for name in ("amount", "currency", "status", "reason", "created_at"):
        setattr(row, name, getattr(state, name))
    row.fetched_at = fetched_at
    row.save()
    settling.settle(invoice)
    telling.refund_changed(row, before)
    return row


def dispute(stripe_id: str) -> Dispute:
    """Fetch and mirror one dispute. Raises `Foreign`, `GatewayError`."""
    asked = timezone.now()
    state = reducer.dispute(gateway.dispute(stripe_id))
    known = Dispute.objects.select_related("invoice").filter(stripe_id=stripe_id).first()
    invoice = known.invoice if known else _invoice(state.payment_intent)
    return apply_dispute(state, invoice, asked)


@transaction.atomic
def apply_dispute(state: reducer.DisputeState, invoice: Invoice, fetched_at: datetime) -> Dispute:
    """Write a dispute down: what the charge paid for rests until it is decided, and ends when it is lost."""
    Invoice.objects.select_for_update().get(pk=invoice.pk)
    row = Dispute.objects.filter(stripe_id=state.stripe_id).first()
    if row and row.fetched_at > fetched_at:
        return row
    before = row.status if row else ""
    row = row or Dispute(stripe_id=state.stripe_id, account=invoice.account, invoice=invoice)
    for name in ("amount", "currency", "status", "reason", "created_at", "due_by"):
        setattr(row, name, getattr(state, name))
    row.fetched_at = fetched_at
    row.save()
    settling.settle(invoice)
    if row.status == "lost" and invoice.subscription and invoice.subscription.live:
        outbox.put(
            key=f"dispute:{row.stripe_id}", object_id=invoice.subscription.stripe_id, params={}, kind=outbox.CANCEL
        )
    telling.dispute_changed(row, before)
    return row


def _invoice(payment_intent: str) -> Invoice:
    """The mirrored invoice behind a payment. Raises `Foreign` for a payment that is not ours."""
    found = gateway.invoice_of(payment_intent) if payment_intent else ""
    if not found:
        raise sync.Foreign(f"payment {payment_intent or 'of nothing'}")
    return sync.invoice(found)
