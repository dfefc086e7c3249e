"""What can be true of a parcel, its label and what a carrier says, with named sets."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ParcelState(models.TextChoices):
    """Where a parcel is, in our words, whichever carrier has it."""

    NEW = "new", _("not sent yet")
    ANNOUNCED = "announced", _("announced")
    IN_TRANSIT = "in_transit", _("in transit")
    OUT = "out_for_delivery", _("out for delivery")
    EXCEPTION = "exception", _("held up")
    LOST = "lost", _("lost")
    DELIVERED = "delivered", _("delivered")
    DAMAGED = "damaged", _("damaged")
    RETURNED = "returned", _("came back")


class LabelState(models.TextChoices):
    """What became of a parcel's label."""

    NONE = "none", _("no label")
    WANTED = "wanted", _("on its way")
    BOUGHT = "bought", _("bought")
    FAILED = "failed", _("refused")


class CallState(models.TextChoices):
    """A label that is being bought."""

    PENDING = "pending", _("waiting")
    DONE = "done", _("done")
    FAILED = "failed", _("refused")


class PrintKind(models.TextChoices):
    """What is printed."""

    SLIPS = "slips", _("packing slips")
    LABELS = "labels", _("address labels")


class Paper(models.TextChoices):
    """Sizes of paper."""

    A6 = "a6", "A6"
    A4 = "a4", "A4"


class PrintState(models.TextChoices):
    """A piece of printing."""

    WAITING = "waiting", _("waiting")
    DONE = "done", _("done")
    FAILED = "failed", _("not printed")


FINAL = {ParcelState.LOST: 1, ParcelState.DELIVERED: 2, ParcelState.DAMAGED: 3, ParcelState.RETURNED: 4}
"""What ends a parcel's way, the weaker before the stronger: what was lost may turn up, what arrived may come back."""
EARLY = (ParcelState.NEW, ParcelState.ANNOUNCED)
ON_THE_WAY = (ParcelState.IN_TRANSIT, ParcelState.OUT, ParcelState.EXCEPTION)
