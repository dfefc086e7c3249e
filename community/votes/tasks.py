"""Jobs of votes: they only hurry what the sweep would find."""

from celery import shared_task

from community.votes.polls import publishing


@shared_task(name="votes.publish_poll")
def publish_poll(pk: int) -> None:
    """The counts of a poll, a second after the last time."""
    publishing.hurry(pk)
