"""Letters that somebody can do without."""

from django.conf import settings
from django.db import models


class NoticeRefusal(models.Model):
    """This account wants no notices of this kind: neither in the app nor by mail. Only for kinds that can be refused."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_refusals")
    kind = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "kind"], name="notice_refused_once")]
        indexes = [models.Index(fields=["kind", "account"], name="notice_refused_kind")]

    def __str__(self) -> str:
        return f"{self.account_id} without {self.kind}"
