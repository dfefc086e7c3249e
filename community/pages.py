"""What the room's page shows, gathered for its template."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import User
from community import actions, queries
from community.access import Can
from community.chat.protocol import MAX_BODY, STAMPS
from community.enums import Reason
from community.forms import HideForm, ReportForm, SayForm
from community.markup import plain
from community.models import Message, Room, Seat
from community.rows import STAMP_LABELS, rows
from ground import clock
from ground.registry import resolve_subjects
from membership import queries as membership


@dataclass(frozen=True, slots=True)
class Where:
    """Which stretch of a room is asked for; nothing: the newest, alive."""

    before: int | None = None
    after: int | None = None
    around: int | None = None

    @property
    def past(self) -> bool:
        """Whether this is a look back, which no socket keeps up to date."""
        return (self.before, self.after, self.around) != (None, None, None)


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
    page = queries.page(room, before=where.before, after=where.after, around=where.around)
    seat = Seat.objects.filter(account=account, room=room).first() if account else None
    read_to = seat.last_read_no if seat else None
    unheard = actions.blocked_ids(account)
    stream = rows(
        room, page, account=account, language=language, read_to=None if where.past else read_to, unheard=unheard
    )
    lines = queries.directory(account)
    if account and not where.past:
        actions.mark_read(actor=account, room_id=room.pk, no=room.last_no)
    return {
        "room": room, "group": room.group, "can": can, "rows": stream, "lines": lines, "form": SayForm(),
        "cid": SayForm.new_cid(), "draft": draft, "reply_to": _quoted(room, reply), "head": room.last_seq,
        "older": page[0].no if page and page[0].no > 1 else None, "newer": where.past,
        "later": page[-1].no if where.past and page and page[-1].no < room.last_no else None, "at": where.around,
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
        {"mid": m.pk, "no": m.no, "name": m.sender.display_name if m.sender else "", "text": plain(m.html, 160)}
        for m in queries.pins(room)
    ]


def _subject(room: Room, language: str, account: User | None) -> Any:
    return resolve_subjects([room.subject_key], language, account).get(room.subject_key) if room.subject_key else None


def _blank() -> dict[str, Any]:
    """A message without words: what the browser client clones."""
    return {"mid": "", "no": "", "by": {"id": "", "name": "", "tint": ""}, "html": "", "reply": None, "stamp_rows": []}


def shut_context(room: Room, can: Can, account: User | None) -> dict[str, Any]:
    """A listed room that this person may not enter: its name, what it is about, and who opens it. No word from inside."""
    return {
        "room": room, "group": room.group, "can": can, "lines": queries.directory(account),
        "wall": membership.wall_for(room.read_key, account), "account_here": account,
    }  # fmt: skip
