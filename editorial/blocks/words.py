"""Blocks of words: text, heading, quote, timeline."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

INLINE = ["bold", "italic", "link"]
PREVIEW = "editorial/blocks/preview.html"


class TextBlock(blocks.RichTextBlock):
    """Paragraphs and lists. `^1` in the text becomes the mark of note 1."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("features", [*INLINE, "ol", "ul"])
        super().__init__(**kwargs)

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        description = _("Paragraphs and lists; ^1 marks the first note")
        template = "editorial/blocks/text.html"
        preview_template = PREVIEW
        preview_value = "<p>A colour can be mixed. A moment has to be <i>waited for</i>.</p>"


class HeadingBlock(blocks.CharBlock):
    """The heading of a part; parts are numbered by the page."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 80)
        super().__init__(**kwargs)

    class Meta:
        icon = "title"
        label = _("Heading")
        description = _("Begins a part of the story; its number is counted for you")
        template = "editorial/blocks/heading.html"
        preview_template = PREVIEW
        preview_value = "Iron has two tempers"


class QuoteBlock(blocks.StructBlock):
    """Somebody's words, set large."""

    text = blocks.TextBlock(label=_("words"), rows=2, help_text=_("Without quotation marks"))
    who = blocks.CharBlock(label=_("who said it"), required=False, max_length=60)
    what = blocks.CharBlock(label=_("who that is"), required=False, max_length=80, help_text=_("Place and trade"))

    class Meta:
        icon = "openquote"
        label = _("Quote")
        description = _("One sentence that can stand alone, with its speaker")
        template = "editorial/blocks/quote.html"
        preview_template = PREVIEW
        preview_value = {
            "text": "A good glaze is what is left when you have not spoiled it.",
            "who": "Zhou Qilang",
            "what": "kiln master, Longquan",
        }


class Moment(blocks.StructBlock):
    """One station of a timeline."""

    when = blocks.CharBlock(label=_("when"), max_length=40)
    what = blocks.CharBlock(label=_("what happened"), max_length=240)

    class Meta:
        icon = "date"
        label = _("Moment")


class TimelineBlock(blocks.StructBlock):
    """Moments in their order."""

    moments = blocks.ListBlock(Moment(), label=_("moments"), min_num=2, max_num=24)

    class Meta:
        icon = "history"
        label = _("Timeline")
        description = _("Dated moments, one below the other")
        template = "editorial/blocks/timeline.html"
        preview_template = PREVIEW
        preview_value = {
            "moments": [
                {"when": "874", "what": "The secret colour is sealed under the pagoda."},
                {"when": "1323", "what": "A merchant ship goes down off Sinan."},
            ]
        }
