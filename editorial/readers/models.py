"""Rows of readers. A story is named by its translation key: what is saved in one language is saved in the other."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class Reading(models.Model):
    """One account and one story: saved or not, and the paragraph up to which it was read."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="readings")
    story = models.UUIDField()
    saved_at = models.DateTimeField(null=True)
    paragraph = models.PositiveSmallIntegerField(default=0)  # the unit’s number, as in #p7; 0: not begun
    percent = models.PositiveSmallIntegerField(default=0)
    touched_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "story"], name="reading_once"),
            models.CheckConstraint(condition=Q(percent__lte=100), name="reading_percent"),
        ]
        indexes = [
            models.Index(fields=["account", "-saved_at"], name="reading_saved"),
            models.Index(fields=["account", "-touched_at"], name="reading_touched"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} at {self.percent} % of {self.story}"


class GiftLink(models.Model):
    """A link by which a member opens one story to anybody. The token alone opens; it can be taken back."""

    story = models.UUIDField()
    giver = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="gift_links")
    token = models.CharField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    opened = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["story", "giver"], condition=Q(revoked_at=None), name="gift_link_once")
        ]
        indexes = [models.Index(fields=["giver", "-made_at"], name="gift_link_giver")]

    def __str__(self) -> str:
        return f"{self.story} by {self.giver_id}"


class Audience(models.TextChoices):
    """Who reads, as the counts know it."""

    VISITOR = "visitor"
    ACCOUNT = "account"
    MEMBER = "member"


class DailyReads(models.Model):
    """How often a story was read on a day: counts alone, nobody's name."""

    story = models.UUIDField()
    day = models.DateField()
    language = models.CharField(max_length=10)
    audience = models.CharField(max_length=10, choices=Audience)
    reads = models.PositiveIntegerField(default=0)
    finished = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["story", "day", "language", "audience"], name="daily_reads_once")
        ]
        indexes = [models.Index(fields=["day", "story"], name="daily_reads_day")]

    def __str__(self) -> str:
        return f"{self.reads} on {self.day}"
