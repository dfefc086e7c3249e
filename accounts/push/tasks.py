"""Hurrying what the sweep would find."""

from celery import shared_task

from accounts.push import sending


@shared_task(name="push.send_due")
def send_due_pushes() -> int:
    """Send what is due."""
    return sending.send_due()
