"""Work on many boxes: tried first, line by line, then done by a worker that may die at any moment."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from subscriptions.board.enums import RunState, Verdict, Work
from subscriptions.boxes.models import BoxOrder


class BulkRun(models.Model):
    """One piece of work. `asked` are the filters that chose the orders, `chosen` what is done; `actor` is `staff:<pk>`."""

    work = models.CharField(max_length=10, choices=Work.choices)
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.TRIED)
    asked = models.JSONField(default=dict)
    chosen = models.JSONField(default=dict)
    actor = models.CharField(max_length=120)
    total = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    beat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("work on boxes")
        indexes = [
            models.Index(fields=["-created_at"], name="board_run_newest"),
            models.Index(
                fields=["beat_at"], name="board_run_at_work", condition=models.Q(state__in=["running", "undoing"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_work_display()} {self.pk}"


class BulkLine(models.Model):
    """One order's part. `data` is the imported line, `before` what is needed to take it back; `done_at` ends it."""

    run = models.ForeignKey(BulkRun, models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField()
    order = models.ForeignKey(BoxOrder, models.CASCADE, null=True, related_name="bulk_lines")
    label = models.CharField(max_length=80, blank=True)
    data = models.JSONField(default=dict)
    before = models.JSONField(null=True)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    says = models.CharField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="board_line_once")]
        indexes = [
            models.Index(
                fields=["run", "number"], name="board_line_due", condition=models.Q(done_at=None, verdict="change")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.number}"
