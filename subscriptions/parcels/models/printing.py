"""Printing that a browser does away from the request."""

from django.db import models

from subscriptions.boxes.models import Cycle
from subscriptions.parcels.enums import Paper, PrintKind, PrintState


class PrintJob(models.Model):
    """So many boxes on paper. `ids` are the orders in the order of the stack; `parts` the files that are done."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="print_jobs")
    kind = models.CharField(max_length=8, choices=PrintKind.choices)
    paper = models.CharField(max_length=4, choices=Paper.choices, default=Paper.A6)
    language = models.CharField(max_length=10)
    ids = models.JSONField(default=list)
    parts = models.JSONField(default=list)
    done = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=8, choices=PrintState.choices, default=PrintState.WAITING)
    error = models.CharField(max_length=300, blank=True)
    actor = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    beat_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["id"], name="print_job_due", condition=models.Q(state="waiting"))]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def total(self) -> int:
        """How many boxes."""
        return len(self.ids)
