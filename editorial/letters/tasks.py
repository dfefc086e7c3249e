"""Jobs of letters."""

from celery import shared_task

from editorial.letters.actions import sending
from ground import clock


@shared_task(name="letters.send_due")
def send_due_letters() -> int:
    """Prepare and hand over what is due."""
    return sending.run_due(clock.now())
