"""What an invoice that was paid, given back or disputed means for what was bought with it."""

from subscriptions.billing import entitling, hooks
from subscriptions.billing.enums import PAID_ONCE
from subscriptions.billing.models import Checkout, Invoice


def stands(invoice: Invoice) -> bool:
    """True while its money is ours: paid, not wholly given back, not disputed."""
    back = sum(refund.amount for refund in invoice.refunds.all() if refund.counts)
    return (
        invoice.status == "paid"
        and (back < invoice.amount_paid or invoice.total == 0)
        and not any(dispute.suspends for dispute in invoice.disputes.all())
    )


def settle(invoice: Invoice) -> None:
    """Bring what hangs on this invoice to its state: a lifetime, a gift, the subscription's rights. Idempotent."""
    if invoice.subscription:
        entitling.follow(invoice.subscription)
        if invoice.status == "paid":
            for settled in hooks.settled:
                settled(invoice, stands(invoice))
        return  # a lifetime and a gift are paid by invoices of their own
    bought = Checkout.objects.filter(invoice_id=invoice.stripe_id, kind__in=PAID_ONCE).select_related("price__plan")
    for checkout in bought:
        for hook in hooks.paid_once:
            hook(checkout, stands(invoice))
