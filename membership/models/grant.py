"""The one ledger of rights."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from membership.models.tier import Tier


class EntitlementGrant(models.Model):
    """`account` may `key` from `starts` until `ends` (None: open end), because of one source.

    A source is a kind (`plan`, `once`, `gift`, `comp`, `seat`, `import`, `staff`, `read`) and an object's id. The
    triple of account, key and source is unique: granting twice is granting once. `overdue_since` is when the money
    behind the right went missing (None: nothing is missing); how long the right stands then is `GraceSetting`.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="entitlement_grants")
    key = models.CharField(max_length=80)
    tier = models.ForeignKey(Tier, models.PROTECT, null=True, related_name="grants", editable=False)
    source_kind = models.CharField(max_length=20)
    source_id = models.CharField(max_length=120)
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True)
    overdue_since = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "key", "source_kind", "source_id"], name="grant_once"),
            models.CheckConstraint(condition=Q(ends=None) | Q(ends__gte=F("starts")), name="grant_ends_after_start"),
        ]
        indexes = [models.Index(fields=["source_kind", "source_id"], name="grant_source")]

    def __str__(self) -> str:
        return f"{self.key} for {self.account_id}"


class GrantChange(models.Model):
    """Who changed a grant, when, and to what: one row for every change."""

    grant = models.ForeignKey(EntitlementGrant, models.CASCADE, related_name="changes")
    actor = models.CharField(max_length=120)
    at = models.DateTimeField()
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True)
    overdue_since = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["grant", "at"], name="grant_change_at")]

    def __str__(self) -> str:
        return f"{self.grant_id} by {self.actor}"
