"""Mails: a row first, sent by a task, found again by the sweep."""

import logging
from datetime import datetime, timedelta
from email.utils import make_msgid
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override

from accounts.models import Mail
from accounts.models.mail import MailState

log = logging.getLogger("accounts.mails")
ATTEMPTS = 6
STUCK_AFTER = timedelta(minutes=10)


def post(*, to: str, template: str, context: dict[str, Any], language: str, leave_url: str = "") -> Mail:
    """Render `<template>/subject.txt`, `body.txt` and `body.html` in the language and queue the mail.

    `leave_url` is where one click ends letters of this kind (RFC 8058); empty for those that nobody can refuse.
    """
    context = {"site_url": settings.PUBLIC_URL, "language": language, **context}
    with override(language):
        subject = " ".join(render_to_string(f"{template}/subject.txt", context).split())
        text = render_to_string(f"{template}/body.txt", context).strip() + "\n"
        html = _optional(f"{template}/body.html", context)
    return queue(to=to, subject=subject, text=text, html=html, leave_url=leave_url)


def queue(*, to: str, subject: str, text: str, html: str = "", secret: bool = False, leave_url: str = "") -> Mail:
    """Put a rendered mail in the outbox, in the caller's transaction; a worker is nudged after commit."""
    now = timezone.now()
    mail = Mail.objects.create(
        to=to,
        subject=subject[:250],
        text=text,
        html=html,
        secret=secret,
        leave_url=leave_url,
        due_at=now,
        created_at=now,
    )
    transaction.on_commit(_nudge)
    return mail


def _optional(template: str, context: dict[str, Any]) -> str:
    try:
        return render_to_string(template, context)
    except TemplateDoesNotExist:
        return ""


def _nudge() -> None:
    from accounts.tasks import send_due_mails

    try:
        send_due_mails.delay()
    except Exception as trouble:  # the broker is away: the sweep finds the row within a minute
        log.warning("broker away: %s", type(trouble).__name__)


def send_due(now: datetime | None = None) -> int:
    """Send everything that is due by real time; answers how many left. Safe to run in several workers at once."""
    now, sent = timezone.now(), 0
    due = Q(state=MailState.QUEUED, due_at__lte=now) | Q(state=MailState.SENDING, due_at__lte=now - STUCK_AFTER)
    for pk in Mail.objects.filter(due).order_by("due_at").values_list("pk", flat=True)[:200]:
        claimed = Mail.objects.filter(due, pk=pk).update(state=MailState.SENDING, due_at=now)
        if claimed:
            sent += _send(Mail.objects.get(pk=pk))
    return sent


def _send(mail: Mail) -> int:
    message = EmailMultiAlternatives(mail.subject, mail.text, to=[mail.to])
    message.extra_headers["Message-ID"] = make_msgid(str(mail.message_id), domain="yaji.mail")
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    if mail.leave_url:
        message.extra_headers["List-Unsubscribe"] = f"<{mail.leave_url}>"
        message.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    try:
        message.send()
    except Exception as trouble:  # any failure of a mail server is the same to us: later again, then a person
        _failed(mail, trouble)
        return 0
    mail.state, mail.sent_at, mail.error = MailState.SENT, timezone.now(), ""
    if mail.secret:
        mail.text = mail.html = ""
    mail.save()
    return 1


def _failed(mail: Mail, trouble: Exception) -> None:
    mail.attempts += 1
    mail.error = f"{type(trouble).__name__}: {trouble}"[:250]
    mail.state = MailState.FAILED if mail.attempts >= ATTEMPTS else MailState.QUEUED
    mail.due_at = timezone.now() + timedelta(minutes=2**mail.attempts)
    mail.save(update_fields=["attempts", "error", "state", "due_at"])
    log.warning("mail %s: %s", mail.pk, mail.error)
