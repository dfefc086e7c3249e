"""Credits that money gave, orders that spend them, and the record of every move."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from subscriptions.boxes.enums import CreditKind, OrderKind, OrderState
from subscriptions.boxes.models.edition import BoxVariant, Cycle
from subscriptions.boxes.models.stock import Item
from subscriptions.boxes.models.subscriber import BoxSubscription


class BoxOrder(models.Model):
    """One box for one subscription in one cycle. Contents do not change from `packed` on."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="orders")
    subscription = models.ForeignKey(BoxSubscription, models.PROTECT, related_name="orders")
    seq = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(
        max_length=8, choices=OrderKind.choices, default=OrderKind.CYCLE, db_default=OrderKind.CYCLE
    )
    state = models.CharField(max_length=18, choices=OrderState.choices, default=OrderState.PROJECTED)
    variant = models.ForeignKey(BoxVariant, models.PROTECT, null=True, blank=True, related_name="orders")
    address = models.JSONField(default=dict)
    own_address = models.BooleanField(default=False, db_default=False)  # given for this box alone: the cut-off keeps it
    flag = models.CharField(_("to look at"), max_length=200, blank=True, default="", db_default="")
    carrier = models.CharField(_("carrier"), max_length=40, blank=True)
    tracking = models.CharField(_("tracking number"), max_length=80, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        verbose_name = _("box order")
        verbose_name_plural = _("box orders")
        constraints = [
            models.UniqueConstraint(fields=["cycle", "subscription", "seq"], name="one_box_per_cycle"),
            models.UniqueConstraint(
                fields=["carrier", "tracking"], condition=~models.Q(tracking=""), name="tracking_once"
            ),
        ]
        indexes = [
            models.Index(fields=["cycle", "state"], name="order_of_cycle"),
            models.Index(fields=["subscription", "-id"], name="order_of_subscription"),
            models.Index(fields=["cycle"], name="order_to_look_at", condition=~models.Q(flag="")),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What people quote: YJ-202611-000042."""
        return f"YJ-{self.cycle.period.replace('-', '')}-{self.pk:06d}"


class Credit(models.Model):
    """One box that was paid for. `(source, seq)` is the invoice line and its count: given once, whatever comes twice."""

    subscription = models.ForeignKey(BoxSubscription, models.PROTECT, related_name="credits")
    source = models.CharField(max_length=120)
    seq = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(
        max_length=10, choices=CreditKind.choices, default=CreditKind.PAID, db_default=CreditKind.PAID
    )
    why = models.CharField(max_length=200, blank=True, default="", db_default="")
    order = models.OneToOneField(BoxOrder, models.PROTECT, null=True, related_name="credit")
    granted_at = models.DateTimeField()
    spent_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "seq"], name="credit_once"),
            models.CheckConstraint(
                condition=models.Q(order=None) | models.Q(withdrawn_at=None), name="credit_spent_or_withdrawn"
            ),
        ]
        indexes = [
            models.Index(
                fields=["subscription", "id"], name="credit_unspent", condition=models.Q(order=None, withdrawn_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}/{self.seq}"


class OrderItem(models.Model):
    """What lies in a box."""

    order = models.ForeignKey(BoxOrder, models.CASCADE, related_name="items")
    item = models.ForeignKey(Item, models.PROTECT, related_name="order_items")
    quantity = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "item"], name="item_once_in_an_order")]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.item_id}"


class Move(models.Model):
    """Who moved what from where to where, and why."""

    subject = models.CharField(max_length=60)
    actor = models.CharField(max_length=120)
    cause = models.CharField(max_length=160)
    before = models.CharField(max_length=20)
    after = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["subject", "at"], name="move_of_subject")]

    def __str__(self) -> str:
        return f"{self.subject}: {self.before} -> {self.after}"
