"""What we sell, what Stripe told us, and what we told Stripe."""

from subscriptions.billing.models.catalogue import Plan, PlanPrice
from subscriptions.billing.models.checkout import Checkout, OutboxCall
from subscriptions.billing.models.event import ClockOffset, DriftReport, Event
from subscriptions.billing.models.mirror import Customer, Invoice, InvoiceLine, Subscription

__all__ = [
    "Checkout",
    "ClockOffset",
    "Customer",
    "DriftReport",
    "Event",
    "Invoice",
    "InvoiceLine",
    "OutboxCall",
    "Plan",
    "PlanPrice",
    "Subscription",
]
