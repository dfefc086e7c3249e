"""The inbox of events, the drift report, and the sandbox's clock."""

from django.db import models

from subscriptions.billing.enums import EventState


class Event(models.Model):
    """One event of Stripe, stored once by its own id before anything is done about it."""

    id = models.CharField(primary_key=True, max_length=80)
    type = models.CharField(max_length=80)
    api_version = models.CharField(max_length=40, blank=True)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=120)
    payload = models.JSONField()
    state = models.CharField(max_length=10, choices=EventState.choices, default=EventState.RECEIVED)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="event_due", condition=models.Q(state=EventState.RECEIVED)),
            models.Index(fields=["object_id", "state"], name="event_of_object"),
            models.Index(fields=["state", "-received_at"], name="event_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.id}"


class DriftReport(models.Model):
    """What a reconciliation found: differences between Stripe and us, and what was mended."""

    made_at = models.DateTimeField()
    looked_at = models.PositiveIntegerField(default=0)
    findings = models.JSONField(default=list)
    mended = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["-made_at"], name="drift_newest")]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d %H:%M}: {len(self.findings)}"


class ClockOffset(models.Model):
    """How far the sandbox's clock is ahead of real time. One row, in development only."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seconds = models.FloatField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_clock")]

    def __str__(self) -> str:
        return f"{self.seconds:+.0f} s"
