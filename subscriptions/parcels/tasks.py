"""Work on parcels that a request does not wait for."""

from celery import shared_task

from subscriptions.parcels import sending


@shared_task(name="parcels.tell")
def tell() -> int:
    """Tell what left and what arrived."""
    return sending.tell_due()
