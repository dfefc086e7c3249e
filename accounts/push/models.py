"""Browsers that somebody lets us call, and the calls that are due."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from accounts.models import Notice, SignIn


class PushState(models.TextChoices):
    """Where a call stands."""

    WAITING = "waiting"
    SENT = "sent"
    NEEDLESS = "needless"
    FAILED = "failed"


class Device(models.Model):
    """A browser with its address at its maker's push service. `digest` is the address's own: one row for each.

    `sign_in` and `session_key` say by which sign-in it came: it goes with it.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    sign_in = models.ForeignKey(SignIn, models.CASCADE, null=True, related_name="+")
    session_key = models.CharField(max_length=40, db_index=True)
    endpoint = models.CharField(max_length=1000)
    digest = models.CharField(max_length=64, unique=True)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=40)
    browser = models.CharField(max_length=40, blank=True)
    system = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()
    reached_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account", "-created_at"], name="push_devices_of")]

    def __str__(self) -> str:
        return f"{self.browser}, {self.system}"


class Push(models.Model):
    """One notice on one device: due, sent, or given up. The pair is unique, so nobody is called twice."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="+")
    device = models.ForeignKey(Device, models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=PushState.choices, default=PushState.WAITING)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["notice", "device"], name="push_once")]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=models.Q(state=PushState.WAITING), name="push_due"),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} on {self.device_id}: {self.state}"


class PushRefusal(models.Model):
    """This account wants no word on its devices of this kind; the line in the app and the letter are other matters."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=60)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "kind"], name="push_refused_once")]

    def __str__(self) -> str:
        return f"{self.account_id} without {self.kind}"
