"""The front page."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from editorial import front
from editorial.blocks import FRONT_BLOCKS
from editorial.models.base import AudiencePage
from ground import clock


class HomePage(AudiencePage):
    """Composed by editors, one for each language; the root of that language's pages."""

    dateline = models.CharField(
        _("line beside the date"), max_length=120, blank=True, help_text=_("A word on the season.")
    )
    body = StreamField(FRONT_BLOCKS, blank=True, verbose_name=_("page"))

    template = "editorial/home.html"
    parent_page_types: ClassVar = ["wagtailcore.Page"]
    subpage_types: ClassVar = ["editorial.ChannelPage", "editorial.DirectoryPage", "editorial.PlainPage"]
    page_description = _("The front page of a language")
    content_panels: ClassVar = [FieldPanel("title"), FieldPanel("dateline"), FieldPanel("body")]

    class Meta:
        verbose_name = _("front page")
        verbose_name_plural = _("front pages")

    @property
    def free_text(self) -> str:
        """The season's line; what the blocks show has pages of its own."""
        return self.dateline

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Date, blocks, and the stories in them as cards."""
        shown = {"today": clock.now(), "page_stories": front.stories(self.body)}
        return super().get_context(request, *args, **kwargs) | shown
