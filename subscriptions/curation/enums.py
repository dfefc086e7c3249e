"""Kinds, answers and reasons of the curation."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TraitKind(models.TextChoices):
    """What a trait is asked for."""

    EXCLUSION = "exclusion", _("what must not come")
    TASTE = "taste", _("what pleases")


class Answer(models.TextChoices):
    """What a reader says of a trait."""

    NEVER = "never", _("never")
    LIKE = "like", _("gladly")


class HadFrom(models.TextChoices):
    """Where somebody has a thing from."""

    BOX = "box", _("a box")
    SHOP = "shop", _("the shop")
    GIFT = "gift", _("a gift")


class How(models.TextChoices):
    """How the thing in a compartment was chosen."""

    FIRST = "first", _("as planned")
    CHOICE = "choice", _("another candidate")
    SUBSTITUTE = "substitute", _("a substitute")
    STAFF = "staff", _("by hand")
    SHORT = "short", _("nothing yet")


class Why(models.TextChoices):
    """Why a compartment is empty, or has a substitute."""

    NONE = "", "—"
    STOCK = "stock", _("no stock left")
    NEVER = "never", _("the reader says never")
    HAD = "had", _("the reader has it already")
    FAMILY = "family", _("its kind lies in the box already")
    CANDIDATES = "candidates", _("nothing is planned for this variant")


class RunState(models.TextChoices):
    """A run of the allocation."""

    WANTED = "wanted", _("waits")
    RUNNING = "running", _("at work")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
