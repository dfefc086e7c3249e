"""Labels that are bought, and messages that carriers send: rows first, the work after."""

from django.db import models

from subscriptions.parcels.enums import CallState
from subscriptions.parcels.models.parcel import Parcel


class LabelCall(models.Model):
    """The wish for a label. `key` goes along with every try, so that the carrier sells it once; `body` never changes."""

    parcel = models.ForeignKey(Parcel, models.CASCADE, related_name="calls")
    key = models.CharField(max_length=80, unique=True)
    carrier = models.CharField(max_length=40)
    body = models.JSONField()
    state = models.CharField(max_length=8, choices=CallState.choices, default=CallState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["parcel"], condition=models.Q(state="pending"), name="one_label_at_a_time")
        ]
        indexes = [models.Index(fields=["due_at"], name="label_call_due", condition=models.Q(state="pending"))]

    def __str__(self) -> str:
        return self.key


class CarrierMessage(models.Model):
    """A message of a carrier's, as it came. `(carrier, ident)` is its own name for it: kept once."""

    carrier = models.CharField(max_length=40)
    ident = models.CharField(max_length=120)
    body = models.JSONField()
    received_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["carrier", "ident"], name="carrier_message_once")]
        indexes = [models.Index(fields=["received_at"], name="carrier_message_due", condition=models.Q(done_at=None))]

    def __str__(self) -> str:
        return f"{self.carrier} {self.ident}"
