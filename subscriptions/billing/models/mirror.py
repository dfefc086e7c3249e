"""Our mirror of Stripe's objects. Written by `sync` alone, from a fetched object, never from an event's body."""

from django.conf import settings
from django.db import models

from ground.money import Money
from subscriptions.billing.enums import LIVE, SubscriptionStatus
from subscriptions.billing.models.catalogue import Plan, PlanPrice


class Customer(models.Model):
    """The account at Stripe. One each; the e-mail typed at a checkout never decides who somebody is."""

    account = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="billing_customer")
    stripe_id = models.CharField(max_length=80, unique=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.stripe_id


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    """Subscriptions as sentences."""

    def live(self) -> "SubscriptionQuerySet":
        """Those that are not over."""
        return self.filter(status__in=LIVE)


class Subscription(models.Model):
    """A subscription as Stripe last had it. Periods are the item's: Stripe has them nowhere else."""

    stripe_id = models.CharField(max_length=80, unique=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="subscriptions")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="subscriptions")
    price = models.ForeignKey(PlanPrice, models.PROTECT, related_name="subscriptions")
    status = models.CharField(max_length=20, choices=SubscriptionStatus.choices)
    started_at = models.DateTimeField()
    period_start = models.DateTimeField()
    period_end = models.DateTimeField()
    cancel_at_period_end = models.BooleanField(default=False)
    cancel_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    collection_paused = models.BooleanField(default=False)
    collection_resumes_at = models.DateTimeField(null=True)
    origin = models.CharField(max_length=120, blank=True)
    fetched_at = models.DateTimeField()

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["account", "status"], name="subscription_of_account"),
            models.Index(fields=["status", "period_end"], name="subscription_due"),
        ]

    def __str__(self) -> str:
        return self.stripe_id

    @property
    def live(self) -> bool:
        """True while it is not over."""
        return self.status in LIVE

    @property
    def ends_at_period_end(self) -> bool:
        """True when it was left and runs out by itself."""
        return self.live and (self.cancel_at_period_end or self.cancel_at is not None)


class Invoice(models.Model):
    """An invoice as Stripe last had it."""

    stripe_id = models.CharField(max_length=80, unique=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="invoices")
    subscription = models.ForeignKey(Subscription, models.PROTECT, null=True, related_name="invoices")
    status = models.CharField(max_length=20)
    billing_reason = models.CharField(max_length=40, blank=True)
    currency = models.CharField(max_length=3)
    total = models.IntegerField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    pay_url = models.URLField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["account", "-created_at"], name="invoice_newest")]

    def __str__(self) -> str:
        return self.stripe_id

    @property
    def money(self) -> Money:
        """The total with its currency."""
        return Money(self.total, self.currency)


class InvoiceLine(models.Model):
    """One line of an invoice. What a paid line gives hangs on its id: given once, whatever arrives twice."""

    stripe_id = models.CharField(max_length=120, unique=True)
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="lines")
    price = models.ForeignKey(PlanPrice, models.PROTECT, null=True, related_name="lines")
    amount = models.IntegerField()
    quantity = models.PositiveIntegerField(default=1)
    proration = models.BooleanField(default=False)
    period_start = models.DateTimeField()
    period_end = models.DateTimeField()

    def __str__(self) -> str:
        return self.stripe_id
