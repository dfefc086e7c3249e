"""What a person, a term and a place have in common: a few free blocks of text, and the stories that name them."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField

from editorial import reading, shelves, wall
from editorial.blocks import FREE_BLOCKS
from editorial.models.base import AudiencePage


class EntryPage(AudiencePage):
    """Abstract. Both languages of an entry share one subject key."""

    short = models.TextField(
        _("in one sentence"), max_length=240, blank=True,
        help_text=_("Stands in lists, in search results, and in the card that a reader gets on the word."),
    )  # fmt: skip
    picture = models.ForeignKey(
        "wagtailimages.Image", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("picture")
    )
    picture_alt = models.CharField(_("what is seen in it"), max_length=240, blank=True)
    body = StreamField(FREE_BLOCKS, blank=True, verbose_name=_("text"))

    kind: ClassVar[str] = ""
    parent_page_types: ClassVar = ["editorial.DirectoryPage"]
    subpage_types: ClassVar = []
    settings_panels: ClassVar = AudiencePage.settings_panels[1:]
    picture_panel: ClassVar = MultiFieldPanel([FieldPanel("picture"), FieldPanel("picture_alt")], _("Picture"))

    class Meta:
        abstract = True

    @property
    def subject_key(self) -> str:
        """Names it in every language."""
        return f"{self.kind}:{self.translation_key}"

    @property
    def free_text(self) -> str:
        """All of it."""
        return f"{self.short}\n{reading.words_of(self.body, self.audience)}"

    @property
    def description(self) -> str:
        """For search engines and link cards."""
        return self.search_description or self.short

    @property
    def lead_image(self) -> Any:
        """Under the name that cards and link pictures know."""
        return self.picture

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The text by the same wall as everything, and the stories that name this."""
        ready = reading.make_ready(self.body, [], self.locale.language_code, {"page": self})
        shown = ready.shown(self.audience, wall.visitor)
        more = {"pieces": shown.pieces} | shelves.entry(self)
        return super().get_context(request, *args, **kwargs) | more
