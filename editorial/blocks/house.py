"""Blocks that lead on: a poll, a room, an event, a button."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode
from zlib import crc32

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from editorial import holes
from editorial.blocks.choosers import PollChooser
from editorial.blocks.words import PREVIEW

EVENT_LENGTH = timedelta(hours=2)  # where nobody says until when


class PollBlock(blocks.StructBlock):
    """A question to the readers."""

    poll = PollChooser("polls.Poll", label=_("poll"))

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """`hole`: filled for each reader at each visit."""
        poll = value.get("poll")
        return super().get_context(value, parent_context) | {"hole": holes.mark("poll", poll.pk) if poll else ""}

    def get_preview_value(self) -> Any:
        """Any poll."""
        from editorial.polls.models import Poll

        return self.normalize({"poll": Poll.objects.first()})

    class Meta:
        icon = "help"
        label = _("Poll")
        description = _("A question with answers; one vote for each account")
        template = "editorial/blocks/poll.html"
        plain_template = "editorial/blocks/poll_plain.html"
        preview_template = "editorial/blocks/poll_preview.html"


class RoomBlock(blocks.StructBlock):
    """The room in which the story is talked over, here instead of at its end."""

    subject = blocks.RegexBlock(
        r"^(?:story|edition|room):[\w-]+$", label=_("room of"), required=False,
        help_text=_("Such as story:… whose room is meant. Empty: the room of this story."),
    )  # fmt: skip

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """`hole`: filled for each reader at each visit."""
        context = super().get_context(value, parent_context)
        page = context.get("page")
        subject = value.get("subject") or getattr(page, "room_subject", "") or context.get("subject_key", "")
        return context | {"hole": holes.mark("room", subject) if subject else ""}

    class Meta:
        icon = "group"
        label = _("Room card")
        description = _("The room in which the story is talked over")
        template = "editorial/blocks/room.html"
        preview_template = "editorial/blocks/room_preview.html"
        preview_value = {"subject": ""}


class EventBlock(blocks.StructBlock):
    """Something that takes place."""

    title = blocks.CharBlock(label=_("title"), max_length=80)
    when = blocks.DateTimeBlock(label=_("when"))
    until = blocks.DateTimeBlock(label=_("until"), required=False)
    where = blocks.CharBlock(label=_("where"), max_length=120)
    text = blocks.TextBlock(label=_("one sentence"), required=False, rows=2)

    def clean(self, value: Any) -> Any:
        """It ends after it begins."""
        found = super().clean(value)
        if found.get("until") and found["until"] <= found["when"]:
            trouble = ValidationError(_("It ends before it begins."))
            raise StructBlockValidationError(block_errors={"until": trouble})
        return found

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """`calendar`: the event as a calendar file, inside its own address."""
        told = f"data:text/calendar;charset=utf-8,{quote(_calendar(value))}" if value.get("when") else ""
        return super().get_context(value, parent_context) | {"calendar": told}

    def get_preview_value(self) -> Any:
        """An evening at the kiln."""
        return self.normalize({"title": "A kiln is opened", "when": timezone.make_aware(datetime(2026, 12, 12, 15)),
                               "where": "Longquan, at the slope", "text": "Bring a cup; it may ring."})  # fmt: skip

    class Meta:
        icon = "date"
        label = _("Event card")
        description = _("What takes place, when and where, with a file for the calendar")
        template = "editorial/blocks/event.html"
        preview_template = PREVIEW


def _calendar(value: Any) -> str:
    """RFC 5545, one event."""
    begins, ends = value["when"], value.get("until") or value["when"] + EVENT_LENGTH
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Yaji//EN", "BEGIN:VEVENT",
        f"UID:{begins:%Y%m%dT%H%M%S}-{crc32(value['title'].encode())}@yaji", f"DTSTAMP:{_moment(begins)}",
        f"DTSTART:{_moment(begins)}", f"DTEND:{_moment(ends)}", f"SUMMARY:{_escaped(value['title'])}",
        f"LOCATION:{_escaped(value['where'])}", f"DESCRIPTION:{_escaped(value.get('text') or '')}",
        "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
    return "\r\n".join(lines)


def _moment(at: datetime) -> str:
    aware = at if timezone.is_aware(at) else timezone.make_aware(at)
    return f"{aware.astimezone(timezone.get_fixed_timezone(0)):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n").replace("\r", "")


JOIN, BOX_PAGE, ADDRESS = "join", "box", "address"


class ActBlock(blocks.StructBlock):
    """A sentence and a button."""

    text = blocks.TextBlock(label=_("text"), rows=2)
    act = blocks.CharBlock(label=_("words of the button"), max_length=30)
    to = blocks.ChoiceBlock(
        choices=[(JOIN, _("To the seats")), (BOX_PAGE, _("To the box")), (ADDRESS, _("To the address below"))],
        label=_("leads"), default=JOIN, search_index=False,
    )  # fmt: skip
    address = blocks.RegexBlock(
        r"^(?:https?://|/(?!/))\S+$", label=_("address"), required=False, help_text=_("https://… or /en/…"),
        error_messages={"invalid": _("An address begins with https:// or with /.")},
    )  # fmt: skip

    def clean(self, value: Any) -> Any:
        """Where it leads must be known."""
        found = super().clean(value)
        if found.get("to") == ADDRESS and not found.get("address"):
            trouble = ValidationError(_("Say where the button leads."))
            raise StructBlockValidationError(block_errors={"address": trouble})
        return found

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """`href`: with the story as the origin where it leads to a purchase."""
        context = super().get_context(value, parent_context)
        origin = urlencode({"origin": context["subject_key"]}) if context.get("subject_key") else ""
        if value.get("to") == ADDRESS:
            return context | {"href": value.get("address") or ""}
        base = reverse("membership:join" if value.get("to") == JOIN else "boxes:index")
        return context | {"href": f"{base}?{origin}" if origin else base}

    class Meta:
        icon = "link"
        label = _("Call to act")
        description = _("A sentence and one button: to the seats, to the box, or elsewhere")
        template = "editorial/blocks/act.html"
        preview_template = PREVIEW
        preview_value = {"text": "The rest of the evening is kept for the table.", "act": "Take a seat", "to": "join", "address": ""}  # fmt: skip
