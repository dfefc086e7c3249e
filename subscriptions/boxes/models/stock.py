"""What lies on the shelf."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ground.localized import Localized


class Item(models.Model):
    """A thing that goes into boxes. `allocated` of `on_hand` are promised; the database allows no promise too many."""

    sku = models.SlugField(_("SKU"), unique=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=80)
    name_en = models.CharField(_("name (English)"), max_length=80)
    maker_zh = models.CharField(_("maker (Chinese)"), max_length=80, blank=True)
    maker_en = models.CharField(_("maker (English)"), max_length=80, blank=True)
    art = models.CharField(_("drawing"), max_length=40, blank=True)
    digital = models.BooleanField(_("digital"), default=False, help_text=_("Sent, not packed; needs no stock."))
    on_hand = models.PositiveIntegerField(_("on hand"), default=0)
    allocated = models.PositiveIntegerField(_("allocated"), default=0)

    name = Localized("name")
    maker = Localized("maker")

    class Meta:
        ordering: ClassVar[list[str]] = ["sku"]
        verbose_name = _("item")
        verbose_name_plural = _("items")
        constraints = [
            models.CheckConstraint(
                condition=Q(allocated__gte=0) & Q(allocated__lte=F("on_hand")), name="allocated_within_on_hand"
            )
        ]

    def __str__(self) -> str:
        return f"{self.sku} {self.name}"
