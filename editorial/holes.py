"""Places in kept pages for what is a reader's own: a mark in the HTML, filled at every visit.

What people write can never make such a mark: rich text is cleaned of comments, everything else is escaped.
"""

import re
from collections.abc import Callable

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

Fill = Callable[[str, HttpRequest], str]
PATTERN = r"<!-- hole:(?P<hole>\w+:[\w:.-]*) -->"
_hole = re.compile(PATTERN)
_fillers: dict[str, Fill] = {}


def register(kind: str, fill: Fill) -> None:
    """`fill(name, request)` answers the HTML for a hole of this kind. Raises `ValueError` when the kind is taken."""
    if kind in _fillers:
        raise ValueError(f"a hole {kind!r} is registered twice.")
    _fillers[kind] = fill


def mark(kind: str, name: object) -> SafeString:
    """The mark for a hole; nothing for a name that no mark can hold."""
    written = f"<!-- hole:{kind}:{name} -->"
    return mark_safe(written if _hole.fullmatch(written) else "")  # noqa: S308 - the pattern lets no markup through


def content(hole: str, request: HttpRequest) -> str:
    """The HTML for `kind:name`; nothing for a kind that nobody fills."""
    kind, _, name = hole.partition(":")
    fill = _fillers.get(kind)
    return fill(name, request) if fill else ""


def filled(html: str, request: HttpRequest) -> SafeString:
    """The text with all its holes filled for the reader of this request."""
    return mark_safe(_hole.sub(lambda found: content(found["hole"], request), html))  # noqa: S308 - our own templates


def emptied(html: str) -> str:
    """The text without its holes: for feeds and letters."""
    return _hole.sub("", html)


def _room(subject: str, request: HttpRequest) -> str:
    return render_to_string("editorial/talk.html", {"room_subject": subject, "request": request})


register("room", _room)
