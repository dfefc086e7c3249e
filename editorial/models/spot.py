"""Places."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from editorial.models.entry import EntryPage
from editorial.models.facet import Region


class PlacePage(EntryPage):
    """Somewhere that things come from. Latitude and longitude in degrees, WGS 84."""

    region = models.ForeignKey(
        Region, models.SET_NULL, null=True, blank=True, related_name="places", verbose_name=_("region")
    )
    latitude = models.FloatField(
        _("latitude"), null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        _("longitude"), null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )

    kind = "place"
    template = "editorial/place.html"
    page_description = _("Somewhere that things come from")
    content_panels: ClassVar = [
        FieldPanel("title"),
        FieldRowPanel([FieldPanel("region"), FieldPanel("latitude"), FieldPanel("longitude")]),
        FieldPanel("short"),
        EntryPage.picture_panel,
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
