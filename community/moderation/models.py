"""Cases of the moderation queue and the reports that opened them."""

import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community.enums import APPEAL_DECIDED, AppealState, CaseState, Reason, SanctionKind


class Case(models.Model):
    """Something reported, as it stood when it was reported, and what was decided about it."""

    target_key = models.CharField(_("what"), max_length=120, db_index=True)
    room = models.ForeignKey("community.Room", models.CASCADE, null=True, related_name="cases", verbose_name=_("room"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("author")
    )
    text = models.TextField(_("as reported"))
    url = models.CharField(max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=CaseState.choices, default=CaseState.OPEN)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason.choices)
    opened_at = models.DateTimeField(_("reported"))
    due_at = models.DateTimeField(_("due"))
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("taken by")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["target_key"], condition=models.Q(state=CaseState.OPEN), name="community_one_open_case"
            ),
            models.CheckConstraint(
                condition=models.Q(state=CaseState.OPEN, decided_at=None)
                | (~models.Q(state=CaseState.OPEN) & models.Q(decided_at__isnull=False)),
                name="community_decided_has_a_date",
            ),
        ]
        verbose_name = _("case")
        verbose_name_plural = _("cases")

    def __str__(self) -> str:
        return self.text[:60]


class Report(models.Model):
    """One person's report; several make one case."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "reporter"], name="community_one_report_each")]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.reason}"


class Sanction(models.Model):
    """A decision about somebody, and the statement of its reasons in one row: nothing is imposed without one.

    What it refers to is copied as it stood: the rules may change and the words may go. Times are business time.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=12, choices=SanctionKind.choices)
    room = models.ForeignKey("community.Room", models.SET_NULL, null=True, related_name="+")
    group = models.ForeignKey("community.Group", models.SET_NULL, null=True, related_name="sanctions")
    message = models.ForeignKey("community.Message", models.SET_NULL, null=True, related_name="sanctions")
    case = models.ForeignKey(Case, models.SET_NULL, null=True, related_name="sanctions")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    rule = models.TextField(blank=True)
    words = models.TextField(blank=True)
    note = models.CharField(max_length=500, blank=True)
    imposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-begins_at", "-pk"]
        indexes = [
            models.Index(fields=["account", "lifted_at", "ends_at"], name="community_sanctions_of"),
            models.Index(fields=["group", "-begins_at"], name="community_log_of_group"),
            models.Index(fields=["imposed_by", "begins_at"], name="community_power_used"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at=None) | models.Q(ends_at__gt=models.F("begins_at")),
                name="community_ends_later",
            ),
        ]
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")

    def __str__(self) -> str:
        return f"{self.kind} of {self.begins_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("decisions:decision", args=[self.public_id])


class Appeal(models.Model):
    """The one objection to a decision; somebody else decides it."""

    sanction = models.OneToOneField(Sanction, models.CASCADE, related_name="appeal")
    text = models.TextField()
    filed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(_("state"), max_length=12, choices=AppealState.choices, default=AppealState.OPEN)
    answer = models.CharField(max_length=1000, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=AppealState.OPEN, decided_at=None)
                | models.Q(state__in=sorted(APPEAL_DECIDED), decided_at__isnull=False),
                name="community_appeal_decided_has_a_date",
            ),
        ]
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")

    def __str__(self) -> str:
        return self.text[:60]


class PowerPause(models.Model):
    """A moderator's power rests: too many removals in too short a time. Ends by itself."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    began_at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["account", "until"], name="community_power_pauses")]

    def __str__(self) -> str:
        return f"{self.account_id} until {self.until:%Y-%m-%d %H:%M}"
