"""How stories are sorted: craft, period, region. One row serves both languages."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from ground.localized import Localized


class Facet(models.Model):
    """Abstract: a key, a name in each language, and a place in lists."""

    slug = models.SlugField(_("key"), unique=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=40)
    name_en = models.CharField(_("name (English)"), max_length=40)
    place = models.PositiveSmallIntegerField(_("place in lists"), default=50)

    name = Localized("name")
    panels: ClassVar = [FieldPanel("slug"), FieldPanel("name_zh"), FieldPanel("name_en"), FieldPanel("place")]

    class Meta:
        abstract = True
        ordering: ClassVar[list[str]] = ["place", "slug"]

    def __str__(self) -> str:
        return str(self.name)


class Craft(Facet):
    """What hands do: celadon, indigo, lacquer."""

    class Meta(Facet.Meta):
        verbose_name = _("craft")
        verbose_name_plural = _("crafts")


class Period(Facet):
    """When: Tang, Song, today."""

    class Meta(Facet.Meta):
        verbose_name = _("period")
        verbose_name_plural = _("periods")


class Region(Facet):
    """Where, roughly: Longquan, Huizhou."""

    class Meta(Facet.Meta):
        verbose_name = _("region")
        verbose_name_plural = _("regions")
