"""Jobs of accounts."""

from celery import shared_task

from accounts import mails


@shared_task(name="accounts.send_due_mails")
def send_due_mails() -> int:
    """Send the outbox."""
    return mails.send_due()
