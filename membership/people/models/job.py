"""Work on many members: tried first, line by line, then done by a worker that may die at any moment."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from membership.people.enums import JobState, Verdict, Work


class Job(models.Model):
    """One piece of work. `chosen` says what is done (`tag`, `tier`, `until`, `reason`, `language`)."""

    work = models.CharField(max_length=10, choices=Work.choices)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.TRIED)
    chosen = models.JSONField(default=dict)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="member_jobs")
    total = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    beat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("work on members")
        default_permissions: ClassVar = []
        permissions: ClassVar = [
            ("see_members", "Can see members and what is written about them"),
            ("change_members", "Can tag, note, import and work on members"),
        ]
        indexes = [
            models.Index(fields=["-created_at"], name="people_job_newest"),
            models.Index(fields=["beat_at"], name="people_job_running", condition=models.Q(state="running")),
        ]

    def __str__(self) -> str:
        return f"{self.get_work_display()} {self.pk}"


class JobLine(models.Model):
    """One member's part. `data` is the imported line; `says` tells what is wrong or what is done; `done_at` ends it."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField()
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="member_job_lines")
    email = models.EmailField(blank=True)
    data = models.JSONField(default=dict)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    says = models.CharField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="people_line_once")]
        indexes = [
            models.Index(
                fields=["job", "number"], name="people_line_due",
                condition=models.Q(done_at=None, verdict__in=["create", "change"]),
            ),
            models.Index(fields=["email"], name="people_line_email"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.job_id}:{self.number}"
