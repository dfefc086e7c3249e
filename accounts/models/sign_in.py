"""Sign-ins: which devices are in, since when."""

from django.conf import settings
from django.db import models


class SignIn(models.Model):
    """One sign-in on one device, open until `ended_at`. `session_key` names its session; `device` is a digest of the
    device's own cookie. Of the address only the first part is kept, never the whole."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, db_index=True)
    device = models.CharField(max_length=64)
    browser = models.CharField(max_length=40)
    system = models.CharField(max_length=40)
    network = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["account", "-seen_at"], name="sign_in_newest"),
            models.Index(fields=["seen_at"], name="sign_in_seen"),
        ]

    def __str__(self) -> str:
        return f"{self.browser}, {self.system}"
