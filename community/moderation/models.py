"""Cases of the moderation queue and the reports that opened them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from community.enums import CaseState, Reason


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
