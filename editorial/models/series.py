"""Stories that belong together and have an order."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from editorial import shelves
from editorial.models.base import AudiencePage


class SeriesPage(AudiencePage):
    """A series; its stories name it and say which part they are."""

    standfirst = models.TextField(_("standfirst"), blank=True)
    picture = models.ForeignKey(
        "wagtailimages.Image", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("picture")
    )
    picture_alt = models.CharField(_("what is seen in it"), max_length=240, blank=True)

    template = "editorial/series.html"
    parent_page_types: ClassVar = ["editorial.ChannelPage"]
    subpage_types: ClassVar = []
    page_description = _("Stories that belong together, in their order")
    content_panels: ClassVar = [
        FieldPanel("title"),
        FieldPanel("standfirst"),
        MultiFieldPanel([FieldPanel("picture"), FieldPanel("picture_alt")], _("Picture")),
    ]
    settings_panels: ClassVar = AudiencePage.settings_panels[1:]

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")

    @property
    def free_text(self) -> str:
        """What it says of itself."""
        return self.standfirst

    @property
    def description(self) -> str:
        """For search engines."""
        return self.search_description or self.standfirst

    @property
    def lead_image(self) -> Any:
        """Under the name that cards and link pictures know."""
        return self.picture

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Its stories in their order."""
        return super().get_context(request, *args, **kwargs) | (shelves.series(self) if self.pk else {"stories": []})
