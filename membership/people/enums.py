"""Statuses of long work."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Work(models.TextChoices):
    """What a piece of work does to each of its lines."""

    IMPORT = "import", _("Bring members in")
    TAG = "tag", _("Put a tag on")
    UNTAG = "untag", _("Take a tag off")
    COMP = "comp", _("Give a complimentary seat")


class JobState(models.TextChoices):
    """tried -> running -> done; tried -> dropped. Running goes on after a crash from the first line that is not done."""

    TRIED = "tried", _("Tried, nothing done yet")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


MOVES = {JobState.TRIED: {JobState.RUNNING, JobState.DROPPED}, JobState.RUNNING: {JobState.DONE}}


class Verdict(models.TextChoices):
    """What a line will do, or did not."""

    CREATE = "create", _("new account")
    CHANGE = "change", _("changes")
    NOTHING = "nothing", _("nothing to do")
    REFUSED = "refused", _("refused")


WILL_DO = frozenset({Verdict.CREATE, Verdict.CHANGE})
