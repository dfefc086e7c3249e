"""Where we send, by whom, for how much."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from ground.localized import Localized
from ground.money import Money
from subscriptions.parcels.carriers.port import carriers


class Zone(models.Model):
    """Countries that cost the same. A country is in one zone."""

    name_zh = models.CharField(_("name (Chinese)"), max_length=60)
    name_en = models.CharField(_("name (English)"), max_length=60)
    countries = models.CharField(
        _("countries"), max_length=800, help_text=_("Two letters each, with spaces between: CN HK TW")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    name = Localized("name")

    class Meta:
        ordering: ClassVar[list[str]] = ["order", "pk"]
        verbose_name = _("shipping zone")
        verbose_name_plural = _("shipping zones")

    def __str__(self) -> str:
        return str(self.name)

    @property
    def codes(self) -> list[str]:
        """Its countries' codes."""
        return str(self.countries).upper().replace(",", " ").split()

    def clean(self) -> None:
        """Codes of two letters, and no country that another zone has."""
        codes = self.codes
        bad = [c for c in codes if not (len(c) == 2 and c.isascii() and c.isalpha())]
        if bad:
            raise ValidationError({"countries": _("Not a country’s code: %(codes)s") % {"codes": " ".join(bad)[:80]}})
        taken = {code for zone in Zone.objects.exclude(pk=self.pk) for code in zone.codes} & set(codes)
        if taken:
            said = _("In another zone already: %(codes)s") % {"codes": " ".join(sorted(taken))}
            raise ValidationError({"countries": said})
        self.countries = " ".join(dict.fromkeys(codes))


class Rate(models.Model):
    """A parcel of at most so much weight, by this carrier, costs so much."""

    zone = models.ForeignKey(Zone, models.CASCADE, related_name="rates", verbose_name=_("shipping zone"))
    carrier = models.CharField(_("carrier"), max_length=40)
    service = models.CharField(_("service"), max_length=40, blank=True)
    up_to = models.PositiveIntegerField(_("up to so many grams"))
    price = models.PositiveIntegerField(_("price"), help_text=_("In minor units."))
    currency = models.CharField(_("currency"), max_length=3, default="CNY")

    class Meta:
        ordering: ClassVar[list[str]] = ["zone", "carrier", "up_to"]
        verbose_name = _("shipping rate")
        verbose_name_plural = _("shipping rates")
        constraints = [
            models.UniqueConstraint(fields=["zone", "carrier", "service", "up_to"], name="rate_once"),
            models.CheckConstraint(condition=models.Q(up_to__gt=0), name="rate_of_some_weight"),
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {self.up_to} g"

    @property
    def money(self) -> Money:
        """Its price."""
        return Money(self.price, self.currency)

    def clean(self) -> None:
        """Only carriers that we know."""
        wanted: Any = carriers.get(self.carrier)
        if wanted is None:
            known = ", ".join(c.key for c in carriers)
            raise ValidationError({"carrier": _("No such carrier; there are: %(known)s") % {"known": known}})
