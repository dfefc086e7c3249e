"""Open invoices, and money that goes back."""

from django.db import transaction

from subscriptions.billing import actions, outbox
from subscriptions.billing.enums import CallState
from subscriptions.billing.models import Invoice, OutboxCall

REFUND_REASONS = ("requested_by_customer", "duplicate", "fraudulent")


class NothingDue(Exception):
    """The invoice is not open."""


class TooMuch(ValueError):
    """More than was paid and not given back yet; the argument is what is left, in minor units."""

    def __init__(self, left: int) -> None:
        super().__init__(str(left))
        self.left = left


@transaction.atomic
def pay(*, invoice: Invoice) -> OutboxCall:
    """Try to collect an open invoice with the saved card; one try at a time.

    The answered call is `failed` with its `code` when the card was refused. Raises `NothingDue`.
    """
    row = Invoice.objects.select_for_update().get(pk=invoice.pk)
    if row.status != "open":
        raise NothingDue(row.status)
    # Two clicks at once are one try; once the bank has said no, a further click is a further try.
    tried = OutboxCall.objects.filter(object_id=row.stripe_id, kind=outbox.PAY).exclude(state=CallState.PENDING).count()
    return outbox.put(key=f"pay:{row.stripe_id}:{tried}", object_id=row.stripe_id, params={}, kind=outbox.PAY)


def left_of(invoice: Invoice) -> int:
    """What can still be given back of an invoice, in minor units: paid, less what went or is about to go."""
    gone = sum(r.amount for r in invoice.refunds.all() if r.counts)
    waiting = OutboxCall.objects.filter(object_id=invoice.stripe_id, kind=outbox.REFUND, state=CallState.PENDING)
    return invoice.amount_paid - gone - sum(call.params["amount"] for call in waiting)


@transaction.atomic
def refund(*, invoice: Invoice, amount: int, reason: str, token: str, end: bool, actor: str) -> OutboxCall:
    """Give back `amount` (minor units) of a paid invoice; `end` ends its subscription at once as well.

    `token` names the click: the same one gives back once. Raises `TooMuch`, `NothingDue`.
    """
    row = Invoice.objects.select_for_update().get(pk=invoice.pk)
    key = f"refund:{row.stripe_id}:{token}"
    known = OutboxCall.objects.filter(key=key).first()
    if known:
        return known
    if row.status != "paid":
        raise NothingDue(row.status)
    if not 0 < amount <= left_of(row):
        raise TooMuch(left_of(row))
    why = reason if reason in REFUND_REASONS else REFUND_REASONS[0]
    params = {"amount": amount, "reason": why, "metadata": {"by": actor[:120]}}
    call = outbox.put(key=key, object_id=row.stripe_id, params=params, kind=outbox.REFUND)
    if end and row.subscription and row.subscription.live:
        actions.end_now(subscription=row.subscription, actor=actor)
    return call
