"""One sending of one box, and what its carrier says of it."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from subscriptions.boxes.models import BoxOrder
from subscriptions.parcels.enums import LabelState, ParcelState


class Parcel(models.Model):
    """What left the house for an order. What is sent again is another order with a parcel of its own.

    `carrier` and `tracking` are those of the order: `actions.tracking.name_parcel` writes both.
    """

    order = models.OneToOneField(BoxOrder, models.PROTECT, related_name="parcel")
    carrier = models.CharField(_("carrier"), max_length=40, blank=True)
    service = models.CharField(_("service"), max_length=40, blank=True)
    tracking = models.CharField(_("tracking number"), max_length=80, blank=True)
    state = models.CharField(_("where it is"), max_length=16, choices=ParcelState.choices, default=ParcelState.NEW)
    weight = models.PositiveIntegerField(_("weight in grams"), default=0)
    cost = models.PositiveIntegerField(_("postage"), default=0)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    customs = models.JSONField(default=list)
    label_state = models.CharField(_("label"), max_length=8, choices=LabelState.choices, default=LabelState.NONE)
    label_url = models.URLField(max_length=500, blank=True)
    label_address = models.JSONField(default=dict)  # whereto it was bought, to see a change of address since
    shipped_at = models.DateTimeField(_("left"), null=True)
    delivered_at = models.DateTimeField(_("arrived"), null=True)
    untold_shipped = models.BooleanField(default=False)
    untold_delivered = models.BooleanField(default=False)
    back_in_stock_at = models.DateTimeField(null=True)  # what came back was booked or written off, once
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("parcel")
        verbose_name_plural = _("parcels")
        constraints = [
            models.UniqueConstraint(
                fields=["carrier", "tracking"], condition=~models.Q(tracking=""), name="parcel_tracking_once"
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="parcel_untold_shipped", condition=models.Q(untold_shipped=True)),
            models.Index(fields=["id"], name="parcel_untold_delivered", condition=models.Q(untold_delivered=True)),
            models.Index(fields=["tracking"], name="parcel_by_tracking", condition=~models.Q(tracking="")),
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {self.tracking}".strip() or f"parcel {self.pk}"

    @property
    def stale_label(self) -> bool:
        """True when the address was changed after the label was bought: the label leads elsewhere."""
        return self.label_state == LabelState.BOUGHT and self.label_address != self.order.address


class TrackingEvent(models.Model):
    """One thing that a carrier said. The same one twice is one."""

    parcel = models.ForeignKey(Parcel, models.CASCADE, related_name="events")
    code = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=16, choices=ParcelState.choices)
    at = models.DateTimeField()
    place = models.CharField(max_length=120, blank=True)
    words = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=40, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["parcel", "at", "state", "code"], name="tracking_event_once")]

    def __str__(self) -> str:
        return f"{self.parcel_id}: {self.state}"
