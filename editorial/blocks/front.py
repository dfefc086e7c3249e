"""Blocks of the front page, composed by editors: cover, three stories, a sentence, rooms, the box, people, an invitation."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from editorial.blocks.words import PREVIEW

STORY = "editorial.StoryPage"


class CoverBlock(blocks.StructBlock):
    """The story of the issue."""

    story = blocks.PageChooserBlock(page_type=STORY, label=_("story"))
    slip = blocks.CharBlock(label=_("title slip"), max_length=12, required=False)

    class Meta:
        icon = "doc-full"
        label = _("Cover")
        description = _("One story, with its picture large")
        template = "editorial/home/cover.html"
        preview_template = PREVIEW


class TrioBlock(blocks.StructBlock):
    """Three stories beside each other."""

    heading = blocks.CharBlock(label=_("heading"), max_length=60, help_text=_("Read aloud, not shown"))
    stories = blocks.ListBlock(blocks.PageChooserBlock(page_type=STORY), label=_("stories"), min_num=1, max_num=3)

    class Meta:
        icon = "list-ul"
        label = _("Three stories")
        description = _("Up to three stories side by side")
        template = "editorial/home/trio.html"
        preview_template = PREVIEW


class SaidBlock(blocks.StructBlock):
    """A sentence on a page of its own."""

    text = blocks.TextBlock(label=_("words"), rows=2)
    who = blocks.CharBlock(label=_("who said it"), max_length=60)
    what = blocks.CharBlock(label=_("who that is"), max_length=80, required=False)
    story = blocks.PageChooserBlock(page_type=STORY, label=_("from which story"), required=False)
    more = blocks.CharBlock(label=_("words of the link"), max_length=40, required=False)

    class Meta:
        icon = "openquote"
        label = _("Sentence")
        description = _("Somebody’s words, large, with a link to where they stand")
        template = "editorial/home/quote.html"
        preview_template = PREVIEW


class RoomsBlock(blocks.StructBlock):
    """Rooms in which stories are talked over."""

    heading = blocks.CharBlock(label=_("heading"), max_length=60)
    stories = blocks.ListBlock(
        blocks.PageChooserBlock(page_type=STORY), label=_("stories"), min_num=1, max_num=3,
        help_text=_("The room of each of these stories is shown."),
    )  # fmt: skip

    class Meta:
        icon = "group"
        label = _("Rooms")
        description = _("Rooms in which stories are talked over")
        template = "editorial/home/rooms.html"
        preview_template = PREVIEW


class MonthBlock(blocks.StructBlock):
    """The box of the month."""

    edition = blocks.RegexBlock(
        r"^edition:\d+$", label=_("edition"), required=False, help_text=_("Empty: the one that is open.")
    )

    class Meta:
        icon = "package"
        label = _("Box of the month")
        description = _("What is inside, what it costs, until when")
        template = "editorial/home/box.html"
        preview_template = PREVIEW
        preview_value = {"edition": ""}


class PersonBlock(blocks.StructBlock):
    """Somebody who makes things."""

    image = ImageChooserBlock(label=_("picture"))
    name = blocks.CharBlock(label=_("name"), max_length=40)
    text = blocks.CharBlock(label=_("one line"), max_length=120)
    story = blocks.PageChooserBlock(page_type=STORY, label=_("story"), required=False)

    class Meta:
        icon = "user"
        label = _("Person")


class PeopleBlock(blocks.StructBlock):
    """The hands behind the things."""

    heading = blocks.CharBlock(label=_("heading"), max_length=60)
    people = blocks.ListBlock(PersonBlock(), label=_("people"), min_num=1, max_num=6)

    class Meta:
        icon = "group"
        label = _("People")
        description = _("Makers, each with a picture and a line")
        template = "editorial/home/people.html"
        preview_template = PREVIEW


class InviteBlock(blocks.StructBlock):
    """The way in, at the end of the page."""

    image = ImageChooserBlock(label=_("picture"))
    kicker = blocks.CharBlock(label=_("line above"), max_length=40, required=False)
    title = blocks.CharBlock(label=_("title"), max_length=60)
    text = blocks.TextBlock(label=_("text"), rows=2)
    act = blocks.CharBlock(label=_("words of the button"), max_length=30)

    class Meta:
        icon = "user"
        label = _("Invitation")
        description = _("The one red button of the front page: to the join page")
        template = "editorial/home/invite.html"
        preview_template = PREVIEW


FRONT_BLOCKS: list[tuple[str, Any]] = [
    ("cover", CoverBlock()), ("trio", TrioBlock()), ("quote", SaidBlock()), ("rooms", RoomsBlock()),
    ("box", MonthBlock()), ("people", PeopleBlock()), ("invite", InviteBlock()),
]  # fmt: skip
