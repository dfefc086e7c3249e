"""Mails that wait to leave: rows, so that none is lost with a broker."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class MailState(models.TextChoices):
    """queued -> sending -> sent | failed; `failed` after the last attempt waits for a person."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class Mail(models.Model):
    """One mail to one address. `message_id` is ours and stays the same over attempts, so receivers drop doubles."""

    message_id = models.UUIDField(default=uuid.uuid4, unique=True)
    to = models.EmailField()
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField(blank=True)
    leave_url = models.CharField(max_length=300, blank=True)
    secret = models.BooleanField(default=False, help_text=_("Codes and links: the bodies are emptied once sent."))
    state = models.CharField(max_length=10, choices=MailState.choices, default=MailState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    error = models.CharField(max_length=250, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="mail_due", condition=models.Q(state__in=["queued", "sending"])),
            models.Index(fields=["to"], name="mail_to"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} -> {self.to}"
