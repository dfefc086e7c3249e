"""One gift: somebody paid, somebody else sits."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from subscriptions.billing.enums import PlanKind
from subscriptions.billing.models import PlanPrice


class GiftState(models.TextChoices):
    """new -> ready -> sent -> claimed; ready and sent -> expired; anything paid -> returned, and back when a dispute is won."""

    NEW = "new", _("not paid yet")
    READY = "ready", _("waiting")
    SENT = "sent", _("sent")
    CLAIMED = "claimed", _("opened")
    EXPIRED = "expired", _("over")
    RETURNED = "returned", _("given back")


OPENABLE = frozenset({GiftState.READY, GiftState.SENT})


class Gift(models.Model):
    """`key` is the payment page's as well. The code itself is not kept, only what it is known by."""

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    buyer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="gifts_given")
    price = models.ForeignKey(PlanPrice, models.PROTECT, related_name="gifts")
    state = models.CharField(max_length=10, choices=GiftState.choices, default=GiftState.NEW)
    buyer_name = models.CharField(max_length=80)
    recipient_name = models.CharField(max_length=80, blank=True)
    recipient_email = models.EmailField(blank=True)
    message = models.CharField(max_length=600, blank=True)
    language = models.CharField(max_length=10)
    deliver_on = models.DateField(null=True)
    code_hash = models.CharField(max_length=64, unique=True, null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="gifts_opened")
    claimed_at = models.DateTimeField(null=True)
    starts = models.DateTimeField(null=True)
    ends = models.DateTimeField(null=True)
    ending_told_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="claimed") | Q(claimed_by__isnull=False, ends__isnull=False),
                name="gift_is_claimed_by_somebody",
            )
        ]
        indexes = [
            models.Index(fields=["buyer", "-created_at"], name="gift_of_buyer"),
            models.Index(fields=["deliver_on"], name="gift_to_send", condition=Q(state="ready")),
            models.Index(fields=["ends"], name="gift_ending", condition=Q(state="claimed")),
        ]

    def __str__(self) -> str:
        return f"{self.price_id} {self.state}"

    @property
    def months(self) -> int:
        """Months given; of a box, how many boxes."""
        return self.price.gift_months or 0

    @property
    def of_boxes(self) -> bool:
        """True when boxes are given, and not a seat."""
        return self.price.plan.kind == PlanKind.BOX
