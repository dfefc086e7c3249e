"""Plans and prices. A price is never edited: a new one takes its lookup key, the old one stays honoured."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ground.localized import Localized
from ground.money import Money
from subscriptions.billing.calendar import next_charge
from subscriptions.billing.enums import MONTHS, Interval, PlanKind


class Plan(models.Model):
    """What is sold: a tier (`target` is the tier's key) or a box (`target` is the box plan's slug)."""

    kind = models.CharField(max_length=8, choices=PlanKind.choices)
    target = models.SlugField(max_length=60)
    name_zh = models.CharField(_("name (Chinese)"), max_length=80)
    name_en = models.CharField(_("name (English)"), max_length=80)
    needs_address = models.BooleanField(_("needs an address"), default=False)
    billing_day = models.PositiveSmallIntegerField(
        _("common billing day"), null=True, blank=True, help_text=_("Day of the month; empty: the day of joining.")
    )
    billing_month = models.PositiveSmallIntegerField(
        _("month of the common billing day"),
        null=True,
        blank=True,
        help_text=_("For prices of a quarter or a year; empty: the next time the day comes."),
    )
    billing_hour = models.PositiveSmallIntegerField(_("hour of the common billing day, UTC"), default=2, db_default=2)
    trial_days = models.PositiveSmallIntegerField(
        _("days of trial"), default=0, help_text=_("Once per account; nought: none.")
    )
    smallest_group = models.PositiveSmallIntegerField(_("smallest group"), default=3)
    largest_group = models.PositiveSmallIntegerField(_("largest group"), default=100)
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True, help_text=_("Empty: it is open."))
    early_perk = models.ForeignKey(
        "perks.Perk",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("opens earlier for holders of"),
    )
    early_hours = models.PositiveSmallIntegerField(_("by hours"), default=24)
    stripe_product = models.CharField(max_length=80, unique=True, null=True, editable=False)

    name = Localized("name")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "target"], name="plan_once")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.target}"

    @property
    def entitlement(self) -> str:
        """The key that a paid subscription of this plan grants; a group's seats grant the tier."""
        return f"tier:{self.target}" if self.kind == PlanKind.GROUP else f"{self.kind}:{self.target}"

    @property
    def per_seat(self) -> bool:
        """True when its price is for one seat of several."""
        return self.kind == PlanKind.GROUP

    def anchor(self, moment: datetime, months: int = 1) -> dict[str, int]:
        """Stripe's `billing_cycle_anchor_config` for the common billing day, of a price charged every `months` months.

        Stripe takes the next month of that number, which for a quarter is the nearest of its four.
        """
        config = {"day_of_month": self.billing_day or 1, "hour": self.billing_hour, "minute": 0, "second": 0}
        if self.billing_month and months > 1:
            config["month"] = self.first_charge(moment, months).month
        return config

    def first_charge(self, moment: datetime, months: int = 1) -> datetime:
        """When somebody who joins at that moment is charged for the first period."""
        month = self.billing_month if months > 1 else None
        every = min(months, 3) if month else 1  # a year of quarters begins with the nearest one
        return next_charge(moment, self.billing_day or 1, self.billing_hour, every, month)

    @property
    def slot(self) -> str:
        """One live subscription per account and slot: one tier, one group, one of each box plan."""
        return f"box:{self.target}" if self.kind == PlanKind.BOX else self.kind


class PlanPrice(models.Model):
    """One price of a plan. `lookup_key` is its stable name at Stripe while it is the current one.

    A price that went out of use has no lookup key at Stripe any more and keeps its own here with a mark behind it, so
    that those who pay it go on paying it. `gift_months` makes it a gift's price.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="prices")
    lookup_key = models.SlugField(max_length=80, unique=True)
    currency = models.CharField(max_length=3)
    amount = models.PositiveIntegerField(help_text=_("In minor units."))
    interval = models.CharField(max_length=8, choices=Interval.choices)
    gift_months = models.PositiveSmallIntegerField(_("months given"), null=True, blank=True)
    boxes = models.PositiveSmallIntegerField(
        _("boxes given"), null=True, blank=True, help_text=_("For a box that is paid once: how many it buys.")
    )
    active = models.BooleanField(default=True)
    retired_at = models.DateTimeField(null=True, editable=False)
    stripe_price = models.CharField(max_length=80, unique=True, null=True, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["amount"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="price_is_positive"),
            models.UniqueConstraint(
                fields=["plan", "currency", "interval"],
                condition=models.Q(active=True, gift_months=None, boxes=None),
                name="one_price_for_each_currency_and_interval",
            ),
            models.CheckConstraint(
                condition=models.Q(gift_months=None) | models.Q(interval="once"), name="gift_is_paid_once"
            ),
            models.CheckConstraint(
                condition=models.Q(boxes=None) | models.Q(interval="once"), name="boxes_ahead_are_paid_once"
            ),
        ]

    def __str__(self) -> str:
        return self.lookup_key

    @property
    def money(self) -> Money:
        """The amount with its currency."""
        return Money(self.amount, self.currency)

    @property
    def months(self) -> int | None:
        """Months between two charges; None for what is paid once."""
        return MONTHS.get(Interval(self.interval))

    def monthly(self, quantity: int = 1) -> Money:
        """What it comes to in a month, rounded to the nearest minor unit; nought for what is paid once."""
        months = self.months
        return Money((self.amount * quantity * 2 + months) // (2 * months) if months else 0, self.currency)
