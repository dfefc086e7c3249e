"""The public log of elections, and who is to be told of what stands in it."""

from typing import Any

from community.votes.enums import TOLD, Step
from community.votes.models import Election, Entry, Telling
from ground import clock


def write(election: Election, what: Step, **data: Any) -> None:
    """A line with numbers, and the telling of it where members are told. Call it inside the transaction that did it."""
    Entry.objects.create(election=election, at=clock.now(), what=what, data=data)
    if what in TOLD:
        Telling.objects.get_or_create(election=election, what=what)
