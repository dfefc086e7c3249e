"""What staff do with many boxes at once, and how far it is."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Work(models.TextChoices):
    """One kind of work."""

    PACK = "pack", _("mark packed")
    SHIP = "ship", _("hand to the carrier")
    DELIVER = "deliver", _("mark delivered")
    HOLD = "hold", _("hold back")
    RELEASE = "release", _("release")
    CANCEL = "cancel", _("cancel")
    SKIP = "skip", _("skip the next edition")
    ADDRESS = "address", _("change a line of the address")
    CREDIT = "credit", _("give a box from the house")
    FLAG = "flag", _("flag, or take the flag away")
    IMPORT = "import", _("orders from a sheet")


class RunState(models.TextChoices):
    """How far a piece of work is."""

    TRIED = "tried", _("tried")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    DROPPED = "dropped", _("dropped")
    UNDOING = "undoing", _("being taken back")
    UNDONE = "undone", _("taken back")


class Verdict(models.TextChoices):
    """What becomes of a line."""

    CHANGE = "change", _("changes")
    NOTHING = "nothing", _("stays as it is")
    REFUSED = "refused", _("not possible")


MOVES = {
    RunState.TRIED: frozenset({RunState.RUNNING, RunState.DROPPED}),
    RunState.RUNNING: frozenset({RunState.DONE}),
    RunState.DONE: frozenset({RunState.UNDOING}),
    RunState.UNDOING: frozenset({RunState.UNDONE}),
}
AT_WORK = (RunState.RUNNING, RunState.UNDOING)
