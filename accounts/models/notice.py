"""What the house tells a person, once."""

from django.conf import settings
from django.db import models


class Notice(models.Model):
    """One in-app notice. `(account, kind, dedupe)` is unique: nobody is told the same thing twice."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=60)
    subject_key = models.CharField(max_length=120, blank=True)
    dedupe = models.CharField(max_length=160)
    context = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    letter_at = models.DateTimeField(null=True)  # when its letter goes out, if it is still worth one

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "kind", "dedupe"], name="notice_once")]
        indexes = [
            models.Index(fields=["account", "-created_at"], name="notice_newest"),
            models.Index(fields=["letter_at"], condition=models.Q(letter_at__isnull=False), name="notice_letters"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.dedupe}"
