"""Statuses of elections, with their transitions."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ElectionState(TextChoices):
    """Where an election stands."""

    NOMINATING = "nominating", _("People can stand")
    VOTING = "voting", _("Voting")
    COUNTED = "counted", _("Counted")
    FELL = "fell", _("Ended without a vote")
    ABORTED = "aborted", _("Stopped by the house")


class Step(TextChoices):
    """A line of an election's log."""

    CALLED = "called", _("Called")
    STOOD = "stood", _("Somebody stands")
    WITHDREW = "withdrew", _("Somebody does not stand any more")
    OPENED = "opened", _("Voting opened, the list of voters was closed")
    COUNTED = "counted", _("Counted")
    FELL = "fell", _("Ended without a vote")
    ABORTED = "aborted", _("Stopped by the house")


RUNNING = frozenset({ElectionState.NOMINATING, ElectionState.VOTING})
MOVES = {
    ElectionState.NOMINATING: frozenset({ElectionState.VOTING, ElectionState.FELL, ElectionState.ABORTED}),
    ElectionState.VOTING: frozenset({ElectionState.COUNTED, ElectionState.ABORTED}),
    ElectionState.COUNTED: frozenset(),
    ElectionState.FELL: frozenset(),
    ElectionState.ABORTED: frozenset(),
}
TOLD = frozenset({Step.CALLED, Step.OPENED, Step.COUNTED, Step.FELL, Step.ABORTED})
