"""Perks, what is owed of them, every move, and birthdays."""

from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ground.localized import Localized
from membership import keys
from membership.models import EntitlementGrant
from membership.perks.enums import PerkKind, PerkPeriod, State


class Perk(models.Model):
    """Something that whoever holds `entitlement` gets: so many (`quota`) in each period, or always (quota nought)."""

    key = models.SlugField(_("key"), unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=PerkKind.choices)
    name_zh = models.CharField(_("name (Chinese)"), max_length=60)
    name_en = models.CharField(_("name (English)"), max_length=60)
    about_zh = models.CharField(_("in a sentence (Chinese)"), max_length=200, blank=True)
    about_en = models.CharField(_("in a sentence (English)"), max_length=200, blank=True)
    entitlement = models.CharField(_("for whoever holds"), max_length=80)
    quota = models.PositiveSmallIntegerField(
        _("how many"), default=1, help_text=_("Nought: a standing right; nothing is counted and nothing is sent.")
    )
    period = models.CharField(_("in each"), max_length=8, choices=PerkPeriod.choices, default=PerkPeriod.YEAR)
    claimable = models.BooleanField(
        _("members ask for it"), default=False, help_text=_("Otherwise it is owed by itself when its period begins.")
    )
    after_months = models.PositiveSmallIntegerField(
        _("after months of membership"), default=0, help_text=_("Counted through pauses.")
    )
    valid_days = models.PositiveSmallIntegerField(
        _("expires after days"), null=True, blank=True, help_text=_("If it was not sent by then. Empty: never.")
    )
    archived = models.BooleanField(
        _("archived"), default=False, help_text=_("What is owed stays owed; nothing is added.")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=50)

    name = Localized("name")
    about = Localized("about")

    class Meta:
        ordering: ClassVar[list[str]] = ["order", "pk"]
        verbose_name = _("perk")
        verbose_name_plural = _("perks")

    def __str__(self) -> str:
        return str(self.name)

    def clean(self) -> None:
        """A key that exists; a birthday comes once a year and by itself."""
        if self.entitlement == keys.PUBLIC or not keys.known(self.entitlement):
            raise ValidationError({"entitlement": _("Nothing asks for this entitlement.")})
        if self.kind == PerkKind.BIRTHDAY and (self.quota != 1 or self.period != PerkPeriod.YEAR or self.claimable):
            raise ValidationError({"kind": _("A birthday gift is one a year, and nobody has to ask for it.")})


class Obligation(models.Model):
    """One thing owed to one member. `number` is its place in the quota of `period_key`: the database lets no two share it.

    `grant` is the right behind it and `covered_until` when that right was to end; what ends earlier was taken back.
    """

    perk = models.ForeignKey(Perk, models.PROTECT, related_name="obligations")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="obligations")
    grant = models.ForeignKey(EntitlementGrant, models.SET_NULL, null=True, related_name="+")
    covered_until = models.DateTimeField(null=True)
    period_key = models.CharField(max_length=20)
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OWED)
    code = models.CharField(max_length=80, blank=True)
    flagged = models.BooleanField(default=False)
    owed_at = models.DateTimeField()
    due_on = models.DateField()
    expires_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "perk", "period_key", "number"], condition=~Q(state="void"), name="perk_quota_place"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="perk_number_from_one"),
        ]
        indexes = [
            models.Index(fields=["perk", "state", "due_on"], name="perk_due_list"),
            models.Index(fields=["state", "expires_at"], name="perk_expiring"),
            models.Index(fields=["account", "state"], name="perk_of_account"),
        ]

    def __str__(self) -> str:
        return f"{self.perk_id} for {self.account_id}, {self.period_key}"


class Marking(models.Model):
    """One act of staff over many obligations; the last one can be undone once."""

    actor = models.CharField(max_length=120)
    at = models.DateTimeField()
    perk = models.ForeignKey(Perk, models.CASCADE, related_name="markings")
    to = models.CharField(max_length=10, choices=State.choices)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["perk", "at"], name="perk_marking_at")]

    def __str__(self) -> str:
        return f"{self.to} by {self.actor}"


class ObligationMove(models.Model):
    """Every move of every obligation: from where, to where, by whom."""

    obligation = models.ForeignKey(Obligation, models.CASCADE, related_name="moves")
    marking = models.ForeignKey(Marking, models.SET_NULL, null=True, related_name="moves")
    before = models.CharField(max_length=10, blank=True)
    after = models.CharField(max_length=10)
    code_before = models.CharField(max_length=80, blank=True)
    actor = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["obligation", "at"], name="perk_move_at")]

    def __str__(self) -> str:
        return f"{self.before} -> {self.after}"


class Birthday(models.Model):
    """The day of a member's birthday, without the year, kept because they said so; taken back, the row goes."""

    account = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="birthday")
    month = models.PositiveSmallIntegerField()
    day = models.PositiveSmallIntegerField()
    agreed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(month__range=(1, 12)) & Q(day__range=(1, 31)), name="birthday_is_a_day")
        ]
        indexes = [models.Index(fields=["month", "day"], name="birthday_by_day")]

    def __str__(self) -> str:
        return f"{self.month:02}-{self.day:02}"
