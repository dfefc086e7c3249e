"""Pages that say what has to be said: about, terms, privacy, imprint, returns."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from editorial import reading, wall
from editorial.blocks import FREE_BLOCKS
from editorial.models.base import AudiencePage


class PlainPage(AudiencePage):
    """Text that editors own; legal pages are of this kind."""

    standfirst = models.TextField(_("standfirst"), blank=True)
    body = StreamField(FREE_BLOCKS, blank=True, verbose_name=_("text"))

    template = "editorial/plain.html"
    parent_page_types: ClassVar = ["editorial.HomePage"]
    subpage_types: ClassVar = []
    page_description = _("About, terms, privacy and the like")
    content_panels: ClassVar = [FieldPanel("title"), FieldPanel("standfirst"), FieldPanel("body")]
    settings_panels: ClassVar = AudiencePage.settings_panels[1:]  # such pages are for everybody

    class Meta:
        verbose_name = _("plain page")
        verbose_name_plural = _("plain pages")

    @property
    def free_text(self) -> str:
        """All of it."""
        return f"{self.standfirst}\n{reading.words_of(self.body, self.audience)}"

    @property
    def description(self) -> str:
        """For search engines."""
        return self.search_description or self.standfirst

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The text, by the same wall as everything."""
        ready = reading.make_ready(self.body, [], self.locale.language_code, {"page": self})
        shown = ready.shown(self.audience, wall.visitor)
        return super().get_context(request, *args, **kwargs) | {"pieces": shown.pieces}
