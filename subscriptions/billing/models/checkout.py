"""What we asked Stripe to do: checkouts, and calls that change something there."""

import uuid

from django.conf import settings
from django.db import models

from subscriptions.billing.enums import WAITING_CHECKOUTS, CallState, CheckoutKind, CheckoutState
from subscriptions.billing.models.catalogue import PlanPrice
from subscriptions.billing.models.deal import Deal


class Checkout(models.Model):
    """An intent to pay. `key` is the idempotency key of its session, so that a retry makes no second one.

    One waiting checkout per account and slot, by constraint: two tabs share one payment page.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="checkouts")
    kind = models.CharField(max_length=12, choices=CheckoutKind.choices, default=CheckoutKind.SUBSCRIPTION)
    price = models.ForeignKey(PlanPrice, models.PROTECT, null=True, related_name="checkouts")
    quantity = models.PositiveSmallIntegerField(default=1)
    deal = models.ForeignKey(Deal, models.PROTECT, null=True, related_name="checkouts")
    trial_days = models.PositiveSmallIntegerField(default=0)
    first = models.ForeignKey(PlanPrice, models.PROTECT, null=True, related_name="+")  # charged at once beside it
    choice = models.CharField(max_length=40, blank=True, default="", db_default="")  # the variant of a box
    slot = models.CharField(max_length=80)
    state = models.CharField(max_length=12, choices=CheckoutState.choices, default=CheckoutState.NEW)
    language = models.CharField(max_length=10)
    next_url = models.CharField(max_length=500, blank=True)
    origin = models.CharField(max_length=120, blank=True)
    session_id = models.CharField(max_length=120, unique=True, null=True)
    session_url = models.URLField(max_length=800, blank=True)
    subscription_id = models.CharField(max_length=80, blank=True)
    invoice_id = models.CharField(max_length=80, blank=True)
    completed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "slot"],
                condition=models.Q(state__in=sorted(WAITING_CHECKOUTS)),
                name="one_waiting_checkout",
            ),
            models.CheckConstraint(
                condition=models.Q(kind=CheckoutKind.CARD) | models.Q(price__isnull=False),
                name="checkout_sells_a_price",
            ),
        ]
        indexes = [models.Index(fields=["invoice_id"], name="checkout_invoice", condition=~models.Q(invoice_id=""))]

    def __str__(self) -> str:
        return str(self.key)


class OutboxCall(models.Model):
    """A call to Stripe that changes something. `key` comes from the intent and is its idempotency key."""

    key = models.CharField(max_length=160, unique=True)
    kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=80)
    params = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=CallState.choices, default=CallState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    code = models.CharField(max_length=60, blank=True)  # why a card was refused, in Stripe's word
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="outbox_due", condition=models.Q(state=CallState.PENDING)),
            models.Index(fields=["object_id", "id"], name="outbox_of_object"),
        ]

    def __str__(self) -> str:
        return self.key
