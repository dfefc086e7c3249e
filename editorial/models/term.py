"""The glossary."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from editorial.models.entry import EntryPage
from editorial.models.facet import Craft


class TermPage(EntryPage):
    """A word of a craft. A link to it in a story shows `short` where the word stands."""

    reading = models.CharField(_("reading"), max_length=80, blank=True, help_text=_("Pinyin, with tones"))
    other_name = models.CharField(_("in the other language"), max_length=80, blank=True)
    craft = models.ForeignKey(
        Craft, models.SET_NULL, null=True, blank=True, related_name="terms", verbose_name=_("craft")
    )
    see = ParentalManyToManyField("self", blank=True, symmetrical=False, verbose_name=_("see also"))

    kind = "term"
    template = "editorial/term.html"
    page_description = _("A word of a craft, explained")
    content_panels: ClassVar = [
        FieldPanel("title", heading=_("term")),
        FieldRowPanel([FieldPanel("reading"), FieldPanel("other_name"), FieldPanel("craft")]),
        FieldPanel("short"),
        EntryPage.picture_panel,
        FieldPanel("body"),
        FieldPanel("see"),
    ]

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """With the terms that it points at."""
        return super().get_context(request, *args, **kwargs) | {"see": self.named()}

    def named(self) -> list["TermPage"]:
        """Terms that it points at and that can be read; in a draft they are a list, not a query."""
        return sorted((term for term in self.see.all() if term.live), key=lambda term: term.title)
