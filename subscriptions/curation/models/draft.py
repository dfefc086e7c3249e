"""What a run of the allocation chose: a head per box, a line per compartment."""

from typing import ClassVar

from django.db import models

from subscriptions.boxes.models import BoxOrder, Cycle, CycleSlot, Item
from subscriptions.curation.enums import How, RunState, Why


class Run(models.Model):
    """One run for one cycle: who asked for it, how far it is, what came of it."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="runs", db_index=False)
    state = models.CharField(max_length=8, choices=RunState.choices, default=RunState.WANTED)
    actor = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    step = models.CharField(max_length=60, blank=True)
    boxes = models.PositiveIntegerField(default=0)
    served = models.PositiveIntegerField(default=0)
    short = models.PositiveIntegerField(default=0)
    rounds = models.PositiveSmallIntegerField(default=0)
    milliseconds = models.PositiveIntegerField(default=0)
    said = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
        indexes = [models.Index(fields=["cycle", "-id"], name="run_of_cycle")]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle"], condition=models.Q(state__in=["wanted", "running"]), name="one_open_run_of_a_cycle"
            )
        ]

    def __str__(self) -> str:
        return f"run {self.pk} of {self.cycle_id}"


class Draft(models.Model):
    """A box as it was made up. `place` is its turn, `ahead` that it came before others who paid earlier."""

    order = models.OneToOneField(BoxOrder, models.CASCADE, primary_key=True, related_name="draft")
    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="drafts", db_index=False)
    place = models.PositiveIntegerField()
    ahead = models.BooleanField(default=False)
    missing = models.PositiveSmallIntegerField(default=0)
    substitutes = models.PositiveSmallIntegerField(default=0)
    headings = models.PositiveSmallIntegerField(default=0)
    families = models.PositiveSmallIntegerField(default=0)
    fresh = models.PositiveSmallIntegerField(default=0)  # families that the two boxes before did not have

    class Meta:
        indexes = [
            models.Index(fields=["cycle", "missing"], name="draft_short"),
            models.Index(fields=["cycle", "headings"], name="draft_headings"),
        ]

    def __str__(self) -> str:
        return f"draft of {self.order_id}"


class DraftLine(models.Model):
    """One compartment. Of a short box each line with an item is a promise that stands: what was found is kept.

    Half a million are written at once from rows that are locked, so the database does not check each again.
    """

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="lines", db_index=False, db_constraint=False)
    slot = models.ForeignKey(CycleSlot, models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    item = models.ForeignKey(Item, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    how = models.CharField(max_length=10, choices=How.choices)
    why = models.CharField(max_length=10, choices=Why.choices, blank=True, default=Why.NONE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft", "slot"], name="one_line_for_a_slot"),
            models.CheckConstraint(
                condition=models.Q(how="short", item=None) | (~models.Q(how="short") & models.Q(item__isnull=False)),
                name="line_is_short_or_has_an_item",
            ),
        ]
        indexes = [models.Index(fields=["slot", "how"], name="line_of_slot")]

    def __str__(self) -> str:
        return f"{self.draft_id}/{self.slot_id}: {self.how}"
