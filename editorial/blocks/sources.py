"""Sources: what a story rests on."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class SourceKind(models.TextChoices):
    """What sort of thing is cited."""

    BOOK = "book", _("Book")
    ARTICLE = "article", _("Article")
    ARCHIVE = "archive", _("Archive, collection")
    TALK = "talk", _("Conversation")
    WEB = "web", _("Web page")


class SourceBlock(blocks.StructBlock):
    """A source as it is cited. Everybody sees the sources, those who stand before the wall too."""

    author = blocks.CharBlock(label=_("author"), max_length=160, required=False)
    title = blocks.CharBlock(label=_("title"), max_length=240)
    published = blocks.CharBlock(label=_("where and when"), max_length=160, required=False)
    url = blocks.URLBlock(label=_("address"), required=False)
    kind = blocks.ChoiceBlock(choices=SourceKind.choices, label=_("kind"), default=SourceKind.BOOK, search_index=False)

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """As the component takes it."""
        return super().get_context(value, parent_context) | {"sources": [cited(value)]}

    class Meta:
        icon = "doc-full-inverse"
        label = _("Source")
        description = _("A book, an article, a collection: author, title, where and when")
        template = "editorial/blocks/sources.html"
        preview_template = "editorial/blocks/preview.html"
        preview_value = {"author": "Gao Lian", "title": "Eight Discourses on the Art of Living", "published": "1591",
                         "url": "", "kind": "book"}  # fmt: skip


def cited(value: Any) -> dict[str, Any]:
    """A source as `components/sources.html` takes it."""
    kind = value.get("kind") or SourceKind.BOOK
    return {
        "author": value.get("author", ""),
        "title": value.get("title", ""),
        "published": value.get("published", ""),
        "url": value.get("url", ""),
        "kind": SourceKind(kind).label if kind in SourceKind.values else "",
    }
