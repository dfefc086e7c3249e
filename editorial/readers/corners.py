"""What stands on a kept story page for one reader: save and give, where they stopped, what their meter leaves."""

import uuid
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from editorial import holes, kept
from editorial.readers import queries
from membership import meter

SAVE, RESUME, METER = "save", "resume", "meter"
METER_SECONDS = 5.0  # a spent read is a grant, which moves the account’s epoch: it is seen at once


def register() -> None:
    """Called once at start."""
    holes.register(SAVE, _save)
    holes.register(RESUME, _resume)
    holes.register(METER, _meter)


def _save(name: str, request: HttpRequest) -> str:
    """The buttons beside the byline; a visitor's lead to the sign-in."""
    story = _uuid(name)
    if story is None:
        return ""
    context = {"story": story, "reading": _reading(request, story), "signed_in": request.user.is_authenticated}
    return render_to_string("readers/save.html", context, request)


def _resume(name: str, request: HttpRequest) -> str:
    """A line that leads to where somebody stopped; nothing where they have not begun or have read to the end."""
    story = _uuid(name)
    row = _reading(request, story) if story else None
    if row is None or row.paragraph < 3 or row.finished_at:
        return ""
    return render_to_string("readers/resume.html", {"reading": row}, request)


def _meter(name: str, request: HttpRequest) -> str:
    """The way through the wall with one of this month's reads; `name` is `<story>:<anchor>`."""
    key, _, anchor = name.partition(":")
    story = _uuid(key)
    if story is None or not request.user.is_authenticated:
        return ""
    found = kept.near(request.user, ("meter",), lambda: meter.read(request.user), METER_SECONDS)
    if not found.allowed:
        return ""
    context = {"story": story, "meter": found, "back": f"{request.path}#{anchor}"}
    return render_to_string("readers/meter.html", context, request)


def _reading(request: HttpRequest, story: uuid.UUID) -> Any:
    """Asked once for a page, though two holes show it."""
    if not request.user.is_authenticated:
        return None
    held = request.__dict__.setdefault("_readings", {})
    if story not in held:
        held[story] = queries.reading_of(request.user, story)
    return held[story]


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
