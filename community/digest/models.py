"""Whose week was looked at."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Digest(models.Model):
    """Somebody's week, looked at once, whether it made a letter (`rooms` of them in it) or there was nothing to tell."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    week = models.CharField(max_length=8)
    rooms = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["week", "account"], name="digest_once_a_week")]

    def __str__(self) -> str:
        return f"{self.week} for {self.account_id}"
