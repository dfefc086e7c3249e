"""Complimentary seats."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from membership.models.tier import Tier


class Comp(models.Model):
    """A tier given for nothing until `ends`. The right itself is the grant whose source is `comp:<id>`.

    `closed_at` (real time) is set when it is over or was ended by hand; `reminded_at` when the member was told of the end.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="comps")
    tier = models.ForeignKey(Tier, models.PROTECT, related_name="comps")
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    reason = models.CharField(max_length=200)
    given_by = models.CharField(max_length=120)
    reminded_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["ends", "pk"]
        verbose_name = _("complimentary seat")
        verbose_name_plural = _("complimentary seats")
        constraints = [
            models.UniqueConstraint(fields=["account", "tier"], condition=Q(closed_at=None), name="comp_runs_once"),
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="comp_ends_after_start"),
        ]
        indexes = [models.Index(fields=["closed_at", "ends"], name="comp_by_end")]

    def __str__(self) -> str:
        return f"{self.tier_id} for {self.account_id}"
