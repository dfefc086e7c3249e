"""Special prices: a first month for less, a reason to stay, a way back."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ground.localized import Localized
from subscriptions.billing.models.catalogue import PlanPrice


class Purpose(models.TextChoices):
    """Where a deal is offered."""

    LINK = "link", _("by a link or a code")
    STAY = "stay", _("to those who are leaving")
    RETURN = "return", _("to those who left")


class Kind(models.TextChoices):
    """What it gives."""

    PERCENT = "percent", _("percent off")
    AMOUNT = "amount", _("an amount off")
    TRIAL = "trial", _("days of trial")


class Lasts(models.TextChoices):
    """For how long a discount stands; Stripe's own words."""

    ONCE = "once", _("the first payment")
    REPEATING = "repeating", _("some months")
    FOREVER = "forever", _("for good")


class Reason(models.TextChoices):
    """Why somebody leaves; Stripe's own words, so that its reports say the same."""

    TOO_EXPENSIVE = "too_expensive", _("It costs too much")
    UNUSED = "unused", _("I do not come often enough")
    MISSING_FEATURES = "missing_features", _("I miss something here")
    LOW_QUALITY = "low_quality", _("The stories are not what I hoped for")
    CUSTOMER_SERVICE = "customer_service", _("I was not treated well")
    SWITCHED_SERVICE = "switched_service", _("I found another place")
    TOO_COMPLEX = "too_complex", _("It is too complicated")
    OTHER = "other", _("I would rather not say")


class Deal(models.Model):
    """One special price. `code` is what people type and what the link says; Stripe has it as a promotion code."""

    code = models.SlugField(
        _("code"), max_length=40, unique=True, help_text=_("Letters and figures; said in the link.")
    )
    name_zh = models.CharField(_("name (Chinese)"), max_length=80)
    name_en = models.CharField(_("name (English)"), max_length=80)
    purpose = models.CharField(_("offered"), max_length=8, choices=Purpose.choices, default=Purpose.LINK)
    kind = models.CharField(_("gives"), max_length=8, choices=Kind.choices, default=Kind.PERCENT)
    percent = models.PositiveSmallIntegerField(_("percent"), null=True, blank=True)
    amount = models.PositiveIntegerField(_("amount"), null=True, blank=True, help_text=_("In minor units."))
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    trial_days = models.PositiveSmallIntegerField(_("days of trial"), null=True, blank=True)
    lasts = models.CharField(_("stands for"), max_length=10, choices=Lasts.choices, default=Lasts.ONCE)
    months = models.PositiveSmallIntegerField(_("months"), null=True, blank=True)
    price = models.ForeignKey(
        PlanPrice, models.PROTECT, null=True, blank=True, related_name="deals", verbose_name=_("only for this price")
    )
    reason = models.CharField(_("for this reason"), max_length=20, choices=Reason.choices, blank=True)
    most = models.PositiveIntegerField(_("at most, in all"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    after_days = models.PositiveSmallIntegerField(
        _("write to those who left, after days"), null=True, blank=True,
        help_text=_("Empty: nobody is written to. Who left more than two weeks before that day is not written to either."),
    )  # fmt: skip
    archived = models.BooleanField(_("archived"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    stripe_coupon = models.CharField(max_length=80, blank=True, editable=False)
    stripe_code = models.CharField(max_length=80, blank=True, editable=False)

    name = Localized("name")

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        verbose_name = _("special price")
        verbose_name_plural = _("special prices")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="percent", percent__gte=1, percent__lte=100)
                | Q(kind="amount", amount__gt=0, currency__gt="")
                | Q(kind="trial", trial_days__gte=1),
                name="deal_gives_something",
            ),
            models.CheckConstraint(
                condition=Q(after_days=None) | Q(purpose="return", after_days__gte=1),
                name="deal_writes_to_those_who_left",
            ),
            models.CheckConstraint(condition=~Q(lasts="repeating") | Q(months__gte=1), name="deal_repeats_for_months"),
        ]

    def __str__(self) -> str:
        return self.code


class DealUse(models.Model):
    """Somebody took a deal: once per account and deal, whatever is clicked how often."""

    deal = models.ForeignKey(Deal, models.PROTECT, related_name="uses")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="deal_uses")
    subscription_id = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deal", "account"], name="deal_once_per_account")]

    def __str__(self) -> str:
        return f"{self.deal_id} by {self.account_id}"
