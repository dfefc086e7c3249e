"""What the room's page shows, gathered for its template."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import User
from community import actions, parts, queries
from community.access import Can
from community.chat.protocol import MAX_BODY, STAMPS
from community.enums import Reason
from community.forms import HideForm, ReportForm, SayForm
from community.models import Message, Room, Seat
from community.rows import STAMP_LABELS, rows
from ground import clock
from ground.registry import resolve_subjects
from membership import queries as membership


@dataclass(frozen=True, slots=True)
class Where:
    """Which stretch of a room, or of what stands under one message (`root`), is asked for; nothing: the newest.

    Bounds are numbers of messages in a room, and ids under a message.
    """

    before: int | None = None
    after: int | None = None
    around: int | None = None
    root: Message | None = None

    @property
    def past(self) -> bool:
        """Whether this is a look back."""
        return (self.before, self.after, self.around) != (None, None, None)

    @property
    def query(self) -> str:
        """The same stretch, asked for as data."""
        given = {"before": self.before, "after": self.after, "at": self.around,
                 "thread": self.root.no if self.root else None}  # fmt: skip
        return urlencode({name: value for name, value in given.items() if value is not None})

    def page(self, room: Room) -> list[Message]:
        """The stretch, oldest first. What stands under a message begins with that message itself."""
        if self.root is None:
            return queries.page(room, before=self.before, after=self.after, around=self.around)
        found = queries.thread_page(self.root, before=self.before)
        return found if self._more(found) else [self.root, *found]

    def older(self, page: list[Message]) -> int | None:
        """The bound before which there is more, None when this is the beginning."""
        if self.root is not None:
            return page[0].pk if self._more(page) else None
        return page[0].no if page and (page[0].no or 0) > 1 else None

    def later(self, room: Room, page: list[Message]) -> int | None:
        """The bound after which there is more, None when this is the end."""
        return page[-1].no if self.past and not self.root and page and (page[-1].no or 0) < room.last_no else None

    def _more(self, page: list[Message]) -> bool:
        return len(page) >= queries.PAGE and page[0] != self.root


def where_of(asked: Mapping[str, str], room: Room) -> Where:
    """The stretch that an address asks for: at a message, from a day on, before or after a number."""
    around = number(asked.get("at", ""))
    if around is None and (day := _day(asked.get("day", ""))):
        around = queries.first_of_day(room, day) or room.last_no
    return Where(number(asked.get("before", "")), number(asked.get("after", "")), around)


def number(text: str) -> int | None:
    """A whole number as an address has it; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def room_context(
    room: Room, can: Can, account: User | None, *, where: Where, reply: int | None, draft: str
) -> dict[str, Any]:
    """Everything of an open room. `head` is read before the messages: what came between is caught up by number."""
    language = get_language() or "en"
    page = where.page(room)
    seat = Seat.objects.filter(account=account, room=room).first() if account else None
    read_to = seat.last_read_no if seat else None
    unheard = actions.blocked_ids(account)
    stream = rows(
        room,
        page,
        account=account,
        language=language,
        read_to=None if where.past or where.root else read_to,
        unheard=unheard,
    )
    lines = queries.directory(account)
    if account and not where.past and not where.root:
        actions.mark_read(actor=account, room_id=room.pk, no=room.last_no)
    return {
        "room": room, "group": room.group, "can": can, "rows": stream, "lines": lines, "form": SayForm(),
        "cid": SayForm.new_cid(), "draft": draft, "reply_to": _quoted(room, reply), "head": room.last_seq,
        "older": where.older(page), "newer": where.past, "later": where.later(room, page), "at": where.around,
        "root": where.root, "where": where.query, "composer_tools": list(parts.tools), "root_text": _root_text(where.root),
        "read_to": read_to if read_to is not None else room.last_no, "pins": _pins(room), "people": queries.members(room.group),
        "subject": _subject(room, language, account), "max_body": MAX_BODY, "zone": settings.TIME_ZONE,
        "stamps": [(stamp, STAMP_LABELS[stamp]) for stamp in STAMPS], "reasons": Reason.choices,
        "today": timezone.localtime().date(), "report_form": ReportForm(), "hide_form": HideForm(),
        "blank": _blank(), "unheard": sorted(unheard),
        "quiet": room.group.quiet_until if room.group.quiet_until and room.group.quiet_until > clock.now() else None, "is_member": any(g.group.pk == room.group_id and g.role for g in lines),
    }  # fmt: skip


def _quoted(room: Room, reply: int | None) -> Message | None:
    found = Message.objects.filter(room=room, no=reply).select_related("sender").first() if reply else None
    return found if found and not found.is_tombstone else None


def _pins(room: Room) -> list[dict[str, Any]]:
    return [
        {
            "mid": m.pk,
            "no": m.no,
            "name": m.sender.display_name if m.sender else "",
            "text": parts.line(m.html, m.parts, 160),
        }
        for m in queries.pins(room)
    ]


def _root_text(root: Message | None) -> str:
    return "" if root is None or root.is_tombstone else parts.line(root.html, root.parts, 60)


def _subject(room: Room, language: str, account: User | None) -> Any:
    return resolve_subjects([room.subject_key], language, account).get(room.subject_key) if room.subject_key else None


def _blank() -> dict[str, Any]:
    """A message without words: what the browser client clones."""
    by = {"id": "", "name": "", "tint": ""}
    return {
        "mid": "", "no": "", "ref": "", "by": by, "html": "", "reply": None, "stamp_rows": [], "part_rows": [],
        "under": {"n": 0},
    }  # fmt: skip


def shut_context(room: Room, can: Can, account: User | None) -> dict[str, Any]:
    """A listed room that this person may not enter: its name, what it is about, and who opens it. No word from inside."""
    return {
        "room": room, "group": room.group, "can": can, "lines": queries.directory(account),
        "wall": membership.wall_for(room.read_key, account), "account_here": account,
    }  # fmt: skip
