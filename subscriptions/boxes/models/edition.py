"""A box plan and its editions."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ground.localized import Localized
from subscriptions.boxes.enums import CycleState, FirstBox
from subscriptions.boxes.models.stock import Item


class BoxPlan(models.Model):
    """A box that comes again and again. `slug` is the target of its billing plan."""

    slug = models.SlugField(unique=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=80)
    name_en = models.CharField(_("name (English)"), max_length=80)
    promise_zh = models.CharField(_("what it is (Chinese)"), max_length=200, blank=True)
    promise_en = models.CharField(_("what it is (English)"), max_length=200, blank=True)
    cutoff_day = models.PositiveSmallIntegerField(_("cut-off day"), default=25)
    zone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai")
    every = models.PositiveSmallIntegerField(
        _("months between two boxes"), choices=[(1, _("every month")), (3, _("every quarter"))], default=1, db_default=1
    )
    anchor_month = models.PositiveSmallIntegerField(
        _("month of the year's first box"),
        default=1,
        db_default=1,
        help_text=_("For a quarterly box: 2 is February, May, August, November."),
    )
    first_box = models.CharField(
        _("the first box"), max_length=8, choices=FirstBox.choices, default=FirstBox.NEXT, db_default=FirstBox.NEXT
    )
    skips_a_year = models.PositiveSmallIntegerField(
        _("skips in a year"), null=True, blank=True, help_text=_("Empty: as many as one likes.")
    )
    active = models.BooleanField(_("active"), default=True)

    name = Localized("name")
    promise = Localized("promise")

    class Meta:
        verbose_name = _("box plan")
        verbose_name_plural = _("box plans")
        constraints = [
            models.CheckConstraint(condition=models.Q(every__in=[1, 3]), name="box_every_month_or_quarter"),
            models.CheckConstraint(
                condition=models.Q(anchor_month__gte=1, anchor_month__lte=12), name="box_anchor_is_a_month"
            ),
            models.CheckConstraint(condition=models.Q(cutoff_day__gte=1, cutoff_day__lte=31), name="cutoff_is_a_day"),
        ]

    def __str__(self) -> str:
        return str(self.name)

    @property
    def entitlement(self) -> str:
        """What a paid subscription of it grants."""
        return f"box:{self.slug}"


class BoxVariant(models.Model):
    """One of the ways a plan comes: black tea or green, a small ring or a large one."""

    plan = models.ForeignKey(BoxPlan, models.CASCADE, related_name="variants")
    slug = models.SlugField(max_length=40)
    name_zh = models.CharField(_("name (Chinese)"), max_length=60)
    name_en = models.CharField(_("name (English)"), max_length=60)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    active = models.BooleanField(_("active"), default=True)

    name = Localized("name")

    class Meta:
        ordering: ClassVar[list[str]] = ["order", "pk"]
        verbose_name = _("variant")
        verbose_name_plural = _("variants")
        constraints = [models.UniqueConstraint(fields=["plan", "slug"], name="variant_once")]

    def __str__(self) -> str:
        return str(self.name)


class Cycle(models.Model):
    """One edition of a plan: the centre of everything that is done with boxes."""

    plan = models.ForeignKey(BoxPlan, models.PROTECT, related_name="cycles")
    period = models.CharField(max_length=7, help_text=_("Year and month in which it locks, as 2026-11."))
    theme_zh = models.CharField(_("theme (Chinese)"), max_length=60)
    theme_en = models.CharField(_("theme (English)"), max_length=60)
    season_zh = models.CharField(_("month's name (Chinese)"), max_length=30)
    season_en = models.CharField(_("month's name (English)"), max_length=30)
    words_zh = models.TextField(_("words (Chinese)"), max_length=400, blank=True)
    words_en = models.TextField(_("words (English)"), max_length=400, blank=True)
    state = models.CharField(max_length=12, choices=CycleState.choices, default=CycleState.PLANNED)
    opens_at = models.DateTimeField()
    cutoff_at = models.DateTimeField()
    billed_by = models.DateTimeField()
    ships_on = models.DateField()
    story_key = models.CharField(
        _("its story"),
        max_length=80,
        blank=True,
        default="",
        db_default="",
        help_text=_("Subject key of the story it is about: story:<uuid>."),
    )
    reopened = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)

    theme = Localized("theme")
    season = Localized("season")
    words = Localized("words")

    class Meta:
        ordering: ClassVar[list[str]] = ["cutoff_at"]
        verbose_name = _("cycle")
        verbose_name_plural = _("cycles")
        constraints = [
            models.UniqueConstraint(fields=["plan", "period"], name="one_cycle_per_period"),
            models.CheckConstraint(
                condition=models.Q(opens_at__lt=models.F("cutoff_at")) & models.Q(cutoff_at__lt=models.F("billed_by")),
                name="cycle_dates_in_order",
            ),
        ]
        indexes = [models.Index(fields=["state", "cutoff_at"], name="cycle_due")]

    def __str__(self) -> str:
        return f"{self.label} {self.theme}"

    @property
    def label(self) -> str:
        """Its period, or what stands in the place of one: the welcome box has none."""
        return self.period if self.dated else str(_("welcome box"))

    @property
    def dated(self) -> bool:
        """True in the calendar; the welcome box is always being packed."""
        return self.period[:4].isdigit()

    @property
    def key(self) -> str:
        """Its subject key."""
        return f"edition:{self.pk}"


class CycleSlot(models.Model):
    """One compartment of the cabinet. A `blank` one hides its item until the box is opened."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="slots")
    order = models.PositiveSmallIntegerField(default=0)
    item = models.ForeignKey(Item, models.PROTECT, related_name="slots")
    kind_zh = models.CharField(max_length=20)
    kind_en = models.CharField(max_length=20)
    blank = models.BooleanField(default=False)

    kind = Localized("kind")

    class Meta:
        ordering: ClassVar[list[str]] = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["cycle", "item"], name="item_once_in_a_cycle")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.item_id}"
