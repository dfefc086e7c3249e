"""Jobs: small pictures, links."""

from celery import shared_task

from community.hung import actions
from community.hung.links import jobs


@shared_task(name="hung.make_thumbs")
def make_thumbs() -> int:
    """Small pictures that are due."""
    return actions.thumbs_due()


@shared_task(name="hung.look_up_links")
def look_up_links() -> int:
    """Links that are due."""
    return jobs.run_due()
