"""Makers, scholars, writers."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, PageChooserPanel

from editorial.models.entry import EntryPage


class Calling(models.TextChoices):
    """What a person is to us."""

    MAKER = "maker", _("Maker")
    SCHOLAR = "scholar", _("Scholar")
    WRITER = "writer", _("Writer")


class PersonPage(EntryPage):
    """Somebody who makes things, or knows about them, or writes of them."""

    calling = models.CharField(_("calling"), max_length=10, choices=Calling, default=Calling.MAKER)
    trade = models.CharField(_("trade"), max_length=80, blank=True, help_text=_("Such as kiln master, Longquan."))
    home = models.ForeignKey(
        "editorial.PlacePage", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("place")
    )

    kind = "person"
    template = "editorial/person.html"
    page_description = _("A maker, a scholar or a writer")
    content_panels: ClassVar = [
        FieldPanel("title", heading=_("name")),
        FieldRowPanel([FieldPanel("calling"), FieldPanel("trade")]),
        PageChooserPanel("home", "editorial.PlacePage"),
        FieldPanel("short"),
        EntryPage.picture_panel,
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
