"""Our mirror of Stripe's objects. Written by `sync` alone, from a fetched object, never from an event's body."""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ground.money import Money
from subscriptions.billing.enums import DISPUTE_OVER_WELL, LIVE, RETURNING, SubscriptionStatus
from subscriptions.billing.models.catalogue import Plan, PlanPrice


class Customer(models.Model):
    """The account at Stripe. One each; the e-mail typed at a checkout never decides who somebody is."""

    account = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="billing_customer")
    stripe_id = models.CharField(max_length=80, unique=True)
    created_at = models.DateTimeField()
    card_brand = models.CharField(max_length=20, blank=True)
    card_last4 = models.CharField(max_length=4, blank=True)
    card_until = models.DateField(null=True)  # the last day of the month in which the card ends
    fetched_at = models.DateTimeField(null=True)

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
    quantity = models.PositiveIntegerField(default=1)
    trial_end = models.DateTimeField(null=True)
    cancel_at_period_end = models.BooleanField(default=False)
    cancel_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=20, blank=True)
    cancel_cause = models.CharField(max_length=30, blank=True)  # who ended it, in Stripe's words
    schedule_id = models.CharField(max_length=80, blank=True)
    next_price = models.ForeignKey(PlanPrice, models.PROTECT, null=True, related_name="awaited")
    next_price_at = models.DateTimeField(null=True)
    percent_off = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    amount_off = models.PositiveIntegerField(null=True)
    discount_ends = models.DateTimeField(null=True)
    card_id = models.CharField(max_length=80, blank=True)
    item_id = models.CharField(max_length=80, blank=True)
    collection_paused = models.BooleanField(default=False)
    collection_resumes_at = models.DateTimeField(null=True)
    origin = models.CharField(max_length=120, blank=True)
    fetched_at = models.DateTimeField()

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["account", "status"], name="subscription_of_account"),
            models.Index(fields=["status", "period_end"], name="subscription_due"),
            models.Index(fields=["origin"], name="subscription_origin", condition=~models.Q(origin="")),
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

    @property
    def leaves_at(self) -> datetime | None:
        """When it runs out, if it was left."""
        return (self.cancel_at or self.period_end) if self.ends_at_period_end else None

    @property
    def charge(self) -> Money:
        """The regular charge of one period, before discounts."""
        return self.price.money * self.quantity

    @property
    def monthly(self) -> Money:
        """Recurring revenue of a month: what is charged, less a discount that stands for good."""
        whole = self.price.monthly(self.quantity)
        if self.discount_ends is None and self.percent_off:
            off = Decimal(whole.amount) * self.percent_off / 100
            return Money(whole.amount - int(off.quantize(Decimal(1), ROUND_HALF_UP)), whole.currency)
        return whole


class Pause(models.Model):
    """A rest that a member took, and until when. The row is what brings them back: a sweep finds it."""

    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="pauses")
    began_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription"], condition=models.Q(ended_at=None), name="one_open_pause"),
            models.CheckConstraint(condition=models.Q(until__gt=models.F("began_at")), name="pause_has_a_length"),
        ]
        indexes = [models.Index(fields=["until"], name="pause_due", condition=models.Q(ended_at=None))]

    def __str__(self) -> str:
        return f"{self.subscription_id} until {self.until:%Y-%m-%d}"


class Invoice(models.Model):
    """An invoice as Stripe last had it."""

    stripe_id = models.CharField(max_length=80, unique=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="invoices")
    subscription = models.ForeignKey(Subscription, models.PROTECT, null=True, related_name="invoices")
    status = models.CharField(max_length=20)
    number = models.CharField(max_length=60, blank=True)
    billing_reason = models.CharField(max_length=40, blank=True)
    currency = models.CharField(max_length=3)
    total = models.IntegerField()
    amount_paid = models.IntegerField(default=0)
    amount_due = models.IntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    needs_action = models.BooleanField(default=False)  # the bank wants the member to confirm
    next_attempt_at = models.DateTimeField(null=True)
    pay_url = models.URLField(max_length=500, blank=True)
    pdf_url = models.URLField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["account", "-created_at"], name="invoice_newest"),
            models.Index(fields=["status", "-created_at"], name="invoice_by_status"),
        ]

    def __str__(self) -> str:
        return self.stripe_id

    @property
    def money(self) -> Money:
        """The total with its currency."""
        return Money(self.total, self.currency)

    @property
    def due(self) -> Money:
        """What is still to be paid."""
        return Money(self.amount_due, self.currency)


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


class Refund(models.Model):
    """Money on its way back, as Stripe last had it. Written once per refund id, whoever began it."""

    stripe_id = models.CharField(max_length=80, unique=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="refunds")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="refunds")
    amount = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=20)
    reason = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()
    fetched_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-created_at"], name="refund_newest")]

    def __str__(self) -> str:
        return self.stripe_id

    @property
    def money(self) -> Money:
        """The amount with its currency."""
        return Money(self.amount, self.currency)

    @property
    def counts(self) -> bool:
        """True while the money is on its way or arrived."""
        return self.status in RETURNING


class Dispute(models.Model):
    """Somebody told their bank that they did not want this charge."""

    stripe_id = models.CharField(max_length=80, unique=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="disputes")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="disputes")
    amount = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=40)
    reason = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()
    due_by = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-created_at"], name="dispute_newest")]

    def __str__(self) -> str:
        return self.stripe_id

    @property
    def money(self) -> Money:
        """The amount with its currency."""
        return Money(self.amount, self.currency)

    @property
    def suspends(self) -> bool:
        """True while what was paid with the money gives nothing."""
        return self.status not in DISPUTE_OVER_WELL


class Movement(models.Model):
    """Recurring revenue that came, grew, shrank or went: one row whenever a subscription's monthly sum changes.

    `before` and `after` are minor units a month, so that sums over rows are the revenue itself.
    """

    class Kind(models.TextChoices):
        """What happened."""

        JOIN = "join", _("joined")
        RETURN = "return", _("came back")
        UPGRADE = "upgrade", _("went up")
        DOWNGRADE = "downgrade", _("went down")
        PAUSE = "pause", _("paused")
        RESUME = "resume", _("resumed")
        LEAVE = "leave", _("left")
        LOST = "lost", _("lost to a failed payment")

    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    currency = models.CharField(max_length=3)
    before = models.IntegerField()
    after = models.IntegerField()
    reason = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at", "kind"], name="movement_at")]

    def __str__(self) -> str:
        return f"{self.kind} {self.before}>{self.after}"

    @property
    def was(self) -> Money:
        """Revenue a month before."""
        return Money(self.before, self.currency)

    @property
    def became(self) -> Money:
        """Revenue a month after."""
        return Money(self.after, self.currency)
