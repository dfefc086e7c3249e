"""Tiers, what they open and how they are told."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from ground.localized import Localized
from membership import keys


class TierQuerySet(models.QuerySet["Tier"]):
    """Tiers as sentences."""

    def listed(self) -> "TierQuerySet":
        """Those that the comparison shows, lowest rank first."""
        return self.filter(visible=True, archived=False).order_by("rank")


class Tier(ClusterableModel):
    """A seat at the table. `key` is what grants name as `tier:<key>`; a higher rank is a higher tier."""

    key = models.SlugField(_("key"), unique=True)
    rank = models.PositiveSmallIntegerField(_("rank"), unique=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=40)
    name_en = models.CharField(_("name (English)"), max_length=40)
    tagline_zh = models.CharField(_("line below the name (Chinese)"), max_length=120, blank=True)
    tagline_en = models.CharField(_("line below the name (English)"), max_length=120, blank=True)
    summary_zh = models.CharField(_("at the wall (Chinese)"), max_length=120, blank=True)
    summary_en = models.CharField(_("at the wall (English)"), max_length=120, blank=True)
    metered_reads = models.PositiveSmallIntegerField(
        _("metered reads a month"), default=0,
        help_text=_("Stories above this tier that it may open each month; the house’s own number counts where it is higher."),
    )  # fmt: skip
    recommended = models.BooleanField(_("recommended"), default=False)
    visible = models.BooleanField(
        _("shown on the join page"), default=True,
        help_text=_("A hidden tier can be joined by whoever has the link to it."),
    )  # fmt: skip
    archived = models.BooleanField(_("archived"), default=False, help_text=_("Members keep it; nobody can join."))

    welcome_zh = models.TextField(_("welcome (Chinese)"), blank=True, help_text=_("Read once, just after joining."))
    welcome_en = models.TextField(_("welcome (English)"), blank=True)

    name = Localized("name")
    tagline = Localized("tagline")
    summary = Localized("summary")
    welcome = Localized("welcome")
    objects = TierQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["rank"]
        verbose_name = _("tier")
        verbose_name_plural = _("tiers")

    def __str__(self) -> str:
        return str(self.name)

    @property
    def entitlement(self) -> str:
        """The key that a grant of this tier carries."""
        return f"tier:{self.key}"

    @property
    def gives(self) -> frozenset[str]:
        """Every key that it opens, its own too. Prefetch `rights` before asking many."""
        return frozenset({self.entitlement, *(right.key for right in self.rights.all())})


class TierRight(models.Model):
    """One entitlement key that a tier gives beside its own."""

    tier = ParentalKey(Tier, on_delete=models.CASCADE, related_name="rights")
    key = models.CharField(_("entitlement"), max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tier", "key"], name="tier_right_once")]
        indexes = [models.Index(fields=["key"], name="tier_right_key")]

    def __str__(self) -> str:
        return self.key

    def clean(self) -> None:
        """A right that nobody can ask for opens nothing."""
        if self.key in (keys.PUBLIC, keys.ACCOUNT) or not keys.known(self.key):
            raise ValidationError({"key": _("Nothing asks for this entitlement.")})


class TierBenefit(models.Model):
    """One line of what a tier gives, in plain words."""

    tier = ParentalKey(Tier, on_delete=models.CASCADE, related_name="benefits")
    order = models.PositiveSmallIntegerField(default=0)
    text_zh = models.CharField(_("in Chinese"), max_length=120)
    text_en = models.CharField(_("in English"), max_length=120)

    text = Localized("text")
    sort_order_field = "order"

    class Meta:
        ordering: ClassVar[list[str]] = ["order", "pk"]

    def __str__(self) -> str:
        return str(self.text)


class TierStep(models.Model):
    """One of the first things to do at a new seat, on its welcome page."""

    tier = ParentalKey(Tier, on_delete=models.CASCADE, related_name="steps")
    order = models.PositiveSmallIntegerField(default=0)
    text_zh = models.CharField(_("in Chinese"), max_length=120)
    text_en = models.CharField(_("in English"), max_length=120)
    path = models.CharField(
        _("where it leads"), max_length=200, blank=True,
        help_text=_("An address of this site without its language, such as /groups/."),
    )  # fmt: skip

    text = Localized("text")
    sort_order_field = "order"

    class Meta:
        ordering: ClassVar[list[str]] = ["order", "pk"]

    def __str__(self) -> str:
        return str(self.text)

    def clean(self) -> None:
        """Only ways within the house."""
        if self.path and (not self.path.startswith("/") or self.path.startswith("//")):
            raise ValidationError({"path": _("An address of this site begins with a single slash.")})


class ComparisonRow(ClusterableModel):
    """A row of the comparison: one subject over all tiers."""

    order = models.PositiveSmallIntegerField(_("order"), default=0)
    label_zh = models.CharField(_("in Chinese"), max_length=60)
    label_en = models.CharField(_("in English"), max_length=60)

    label = Localized("label")

    class Meta:
        ordering: ClassVar[list[str]] = ["order", "pk"]
        verbose_name = _("row of the comparison")
        verbose_name_plural = _("rows of the comparison")

    def __str__(self) -> str:
        return str(self.label)


class ComparisonCell(models.Model):
    """What one tier has in one row; a missing cell means: not included."""

    row = ParentalKey(ComparisonRow, on_delete=models.CASCADE, related_name="cells")
    tier = models.ForeignKey(Tier, models.CASCADE, related_name="cells", verbose_name=_("tier"))
    text_zh = models.CharField(_("in Chinese"), max_length=80)
    text_en = models.CharField(_("in English"), max_length=80)

    text = Localized("text")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["row", "tier"], name="comparison_cell_once")]

    def __str__(self) -> str:
        return str(self.text)
