"""Writes: voting."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from editorial.files.access import reaches
from editorial.polls.models import Option, Poll, Vote
from ground import clock
from membership import entitlements


class Refused(ValueError):
    """A vote that does not count; `sentence` says why, to the voter."""

    def __init__(self, sentence: Any) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


@transaction.atomic
def vote(*, poll: Poll, option_id: int, account: Any) -> Vote:
    """Choose an answer, or another one than before. Raises `Refused`."""
    now = clock.now()
    if poll.closed(now):
        raise Refused(_("This poll is closed; its result stands."))
    if not entitlements.has(account, poll.requires) or not reaches(account, f"poll:{poll.pk}"):
        raise Refused(_("This poll is for others at the table."))
    option = Option.objects.filter(poll=poll, pk=option_id).first()
    if option is None:
        raise Refused(_("Choose one of the answers."))
    row, _made = Vote.objects.update_or_create(poll=poll, account=account, defaults={"option": option, "voted_at": now})
    return row
