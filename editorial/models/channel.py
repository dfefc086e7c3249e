"""A list of stories."""

from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from editorial import cards
from editorial.models.base import AudiencePage
from editorial.models.story import StoryPage

PER_PAGE = 12


class ChannelPage(AudiencePage):
    """Its stories, newest first."""

    standfirst = models.TextField(_("standfirst"), blank=True)

    template = "editorial/channel.html"
    parent_page_types: ClassVar = ["editorial.HomePage"]
    subpage_types: ClassVar = ["editorial.StoryPage", "editorial.SeriesPage"]
    page_description = _("A list of stories")
    content_panels: ClassVar = [FieldPanel("title"), FieldPanel("standfirst")]

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")

    @property
    def free_text(self) -> str:
        """What it says of itself."""
        return self.standfirst

    @property
    def description(self) -> str:
        """For search engines."""
        return self.search_description or self.standfirst

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """One page of stories; `?page=` that is no number is the first, one too high the last."""
        rows = StoryPage.objects.readable().child_of(self).written_in(self.locale.language_code).newest_first()
        leaf = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        leaf.object_list = cards.cards(list(leaf.object_list))
        return super().get_context(request, *args, **kwargs) | {"leaf": leaf}
