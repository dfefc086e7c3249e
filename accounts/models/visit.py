"""Staff who look at the house with a member's eyes: never without a row."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class StaffVisit(models.Model):
    """`staff` sees what `account` sees, from `started_at` until `ended_at`, at most until `ends`; `reason` in words.

    The member can read the row. It stays when the staff's account is erased; it goes with the member's.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="visits_received")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="visits_made")
    reason = models.CharField(max_length=250)
    started_at = models.DateTimeField()
    ends = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("staff visit")
        verbose_name_plural = _("staff visits")
        default_permissions: ClassVar = ["view"]
        permissions: ClassVar = [("visit_members", "Can look at the house with a member’s eyes")]
        indexes = [models.Index(fields=["account", "-started_at"], name="visit_newest")]
        constraints = [
            models.CheckConstraint(condition=~Q(account=F("staff")), name="visit_somebody_else"),
            models.CheckConstraint(condition=~Q(reason=""), name="visit_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} as {self.account_id}"
