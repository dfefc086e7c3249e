"""The streams of a story: what is free, and the section that only members read."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from editorial import audiences
from editorial.blocks.house import ActBlock, EventBlock, PollBlock, RoomBlock
from editorial.blocks.maps import MapBlock
from editorial.blocks.media import FilmBlock, SoundBlock
from editorial.blocks.pictures import GalleryBlock, Picture
from editorial.blocks.sources import SourceBlock
from editorial.blocks.viewers import ModelBlock, PanoramaBlock, SliderBlock, ZoomBlock
from editorial.blocks.words import INLINE, PREVIEW, HeadingBlock, QuoteBlock, TextBlock, TimelineBlock

TEXT, HEADING, MEMBERS, BOX, POLL, ROOM = "text", "heading", "members", "box", "poll", "room"
CARDS = frozenset({BOX, ROOM, "act"})  # the house's own: no words of the story, and nothing for feeds and letters


class BoxBlock(blocks.StructBlock):
    """The box that the story is about."""

    edition = blocks.RegexBlock(
        r"^edition:\d+$", label=_("edition"), required=False,
        help_text=_("Such as edition:4. Empty: the edition of the story, else the one that is open."),
    )  # fmt: skip

    class Meta:
        icon = "package"
        label = _("Box card")
        description = _("From the story to the box it is about")
        template = "editorial/blocks/box.html"
        preview_template = PREVIEW
        preview_value = {"edition": ""}


FREE_BLOCKS: list[tuple[str, Any]] = [
    (TEXT, TextBlock(group=_("Words"))),
    (HEADING, HeadingBlock(group=_("Words"))),
    ("quote", QuoteBlock(group=_("Words"))),
    ("timeline", TimelineBlock(group=_("Words"))),
    ("image", Picture(group=_("Pictures"))),
    ("gallery", GalleryBlock(group=_("Pictures"))),
    ("slider", SliderBlock(group=_("Pictures"))),
    ("zoom", ZoomBlock(group=_("Pictures"))),
    ("panorama", PanoramaBlock(group=_("Pictures"))),
    ("model", ModelBlock(group=_("Pictures"))),
    ("map", MapBlock(group=_("Pictures"))),
    ("audio", SoundBlock(group=_("Sound and film"))),
    ("video", FilmBlock(group=_("Sound and film"))),
    (POLL, PollBlock(group=_("Yaji"))),
    ("event", EventBlock(group=_("Yaji"))),
    (ROOM, RoomBlock(group=_("Yaji"))),
    (BOX, BoxBlock(group=_("Yaji"))),
    ("act", ActBlock(group=_("Yaji"))),
]


class MembersBlock(blocks.StructBlock):
    """A section behind the wall. Its own template never shows the section: only `editorial.wall` opens it."""

    requires = audiences.AudienceBlock(
        choices=audiences.block_choices, label=_("who may read it"), default="stories:all"
    )
    title = blocks.CharBlock(label=_("title of the wall"), max_length=80, required=False)
    promise = blocks.TextBlock(
        label=_("what follows"), rows=2, required=False, help_text=_("One sentence that gives nothing away.")
    )
    content = blocks.StreamBlock(FREE_BLOCKS, label=_("the section"))

    class Meta:
        icon = "lock"
        label = _("Members’ section")
        description = _("What stands in here leaves the house only for those who may read it")
        template = "editorial/blocks/members.html"
        preview_template = PREVIEW
        preview_value = {
            "requires": "stories:all",
            "title": "The last two parts are kept for the table",
            "promise": "What follows is the worst firing of Zhou’s life.",
            "content": [],
        }


STORY_BLOCKS: list[tuple[str, Any]] = [*FREE_BLOCKS, (MEMBERS, MembersBlock(group=_("Yaji")))]


class Note(blocks.RichTextBlock):
    """A note or a source; the first is note 1."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("features", INLINE)
        super().__init__(**kwargs)

    class Meta:
        icon = "list-ol"
        label = _("Note")
        template = "editorial/blocks/text.html"


NOTE_BLOCKS: list[tuple[str, Any]] = [("note", Note()), ("source", SourceBlock())]
