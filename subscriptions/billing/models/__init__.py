"""What we sell, what Stripe told us, and what we told Stripe."""

from subscriptions.billing.models.catalogue import Plan, PlanPrice
from subscriptions.billing.models.checkout import Checkout, OutboxCall
from subscriptions.billing.models.deal import Deal, DealUse
from subscriptions.billing.models.event import ClockOffset, DriftReport, Event
from subscriptions.billing.models.mirror import (
    Customer,
    Dispute,
    Invoice,
    InvoiceLine,
    Movement,
    Pause,
    Refund,
    Subscription,
)

__all__ = [
    "Checkout",
    "ClockOffset",
    "Customer",
    "Deal",
    "DealUse",
    "Dispute",
    "DriftReport",
    "Event",
    "Invoice",
    "InvoiceLine",
    "Movement",
    "OutboxCall",
    "Pause",
    "Plan",
    "PlanPrice",
    "Refund",
    "Subscription",
]
