"""A story for people who are signed in: the page is made once for each set of rights, with holes for what is their own.

The wall is asked at every visit which of the story's gates are open to this account; only then is a shell taken, made
for exactly those gates. A shell is rendered for a stand-in, never for a person: nobody's name, counts or rooms are in it.
"""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.html import format_html

from editorial import holes, kept, routing, translations
from editorial.models import StoryPage
from editorial.readers import access
from ground import clock, registry
from ground.templatetags.yaji import initial, unread_label
from membership import entitlements
from membership.keys import ACCOUNT

FACE = "ꙮ"  # the stand-in's initial: no story of ours has this letter
ROOM = "<!-- room -->"
ROOM_CARD = "room:"  # of the holes that blocks make: the card of a room
RIGHTS_SECONDS = 5.0  # a change of what a tier gives is seen after this long; a change of who has it, at once
ROOM_SECONDS, BADGE_SECONDS = 30.0, 5.0  # how old the quote of a room, and a count of unread, may be on a story
_count = r'<span class="count"><span aria-hidden="true">hole:(?P<badge>\w+)</span>.*?</span></span>'
_holes = re.compile(f"(?P<face>{FACE})|(?P<room>{re.escape(ROOM)})|{holes.PATTERN}|{_count}")


class StandIn:
    """For whom shells are rendered."""

    is_authenticated = True
    name = FACE


@dataclass(frozen=True, slots=True)
class Door:
    """What has to be known of a story before it is opened: which rights its parts ask for."""

    pk: int
    story: uuid.UUID
    gates: frozenset[str]
    room_subject: str


@dataclass(frozen=True, slots=True)
class Shell:
    """A page in pieces: fixed HTML, and between two pieces the kind of hole and its name."""

    fixed: tuple[str, ...]
    holes: tuple[tuple[str, str], ...]

    def filled(self, fill: Callable[[str, str], str]) -> str:
        """The whole page; `fill(kind, name)` answers the HTML for a hole."""
        parts = [self.fixed[0]]
        for (kind, name), text in zip(self.holes, self.fixed[1:], strict=True):
            parts += [fill(kind, name), text]
        return "".join(parts)


def answer(request: HttpRequest, language: str, path: str) -> HttpResponse | None:
    """The story at this path for the account of the request; None where the plain way has to be taken."""
    if request.method not in ("GET", "HEAD") or len(get_messages(request)):
        return None
    place = (request.get_host(), language, path)
    door = kept.get(("door", *place), lambda: _door(request, language, path))
    if door is None:
        return None
    opened = door.gates if access.gift_opens(request, door.story) else _opened(request.user, door)
    shell = kept.get(("shell", *place, opened), lambda: _make(request, language, path, opened))
    if shell is None:
        return None
    response = HttpResponse(shell.filled(_filler(request, door, language)))
    response["Cache-Control"] = "private, no-cache"
    return response


def _opened(account: Any, door: Door) -> frozenset[str]:
    """Which of the story's gates are open to the account now; all of them, where it holds the one story by itself.

    What the ledger answers is kept for seconds under the account's epoch, which every grant and every end of one moves;
    that a right runs out is seen at its very moment, by the clock.
    """
    held = kept.near(account, ("rights",), lambda: entitlements.keys(account), RIGHTS_SECONDS)
    now = clock.now()

    def is_open(key: str) -> bool:
        return key == ACCOUNT or (key in held and (held[key] is None or now < held[key]))

    if is_open(f"story:{door.story}"):
        return door.gates
    return frozenset(filter(is_open, door.gates))


def _door(request: HttpRequest, language: str, path: str) -> Door | None:
    page = routing.find(request, language, path)
    if page is None:
        return None
    return Door(page.pk, page.translation_key, page.gates, page.room_subject or page.subject_key)


def _make(request: HttpRequest, language: str, path: str, opened: frozenset[str]) -> Shell | None:
    """A shell for exactly these rights. The page may be newer than the door that was asked: what it gates by keys that
    were not asked for stays closed."""
    page: StoryPage | None = routing.find(request, language, path)
    if page is None:
        return None
    page.opened = opened  # type: ignore[attr-defined]
    translations.tell(request, page)
    context = page.get_context(request) | {"account": StandIn(), "messages": (), "shell": True}
    html = render_to_string(page.template, context, request)
    fixed, found, at = [], [], 0
    for hole in _holes.finditer(html):
        kind = hole.lastgroup or ""
        fixed.append(html[at : hole.start()])
        found.append((kind, hole["badge"] or hole["hole"] or ""))
        at = hole.end()
    return Shell((*fixed, html[at:]), tuple(found))


def _filler(request: HttpRequest, door: Door, language: str) -> Callable[[str, str], str]:
    account: Any = request.user

    def fill(kind: str, name: str) -> str:
        if kind == "face":
            return format_html("{}", initial(account.name))
        if kind == "badge":
            number = kept.near(account, ("badge", name), lambda: _counted(name, account), BADGE_SECONDS)
            return count(number)
        if kind == "hole" and not name.startswith(ROOM_CARD):  # what the reader has just done there is seen at once
            return holes.content(name, request)
        if kind == "hole":
            return kept.near(account, (name, language), lambda: holes.content(name, request), ROOM_SECONDS)
        key = ("room", door.room_subject, language)
        context = {"room_subject": door.room_subject, "request": request}
        return kept.near(account, key, lambda: render_to_string("editorial/talk.html", context), ROOM_SECONDS)

    return fill


def _counted(name: str, account: Any) -> int:
    badge = registry.nav_badges.get(name)
    return badge.count(account) if badge else 0


def count(number: int) -> str:
    """A badge as `components/dock.html` has it; nothing for nothing."""
    if not number:
        return ""
    words = '<span class="count"><span aria-hidden="true">{}</span><span class="sr">{}</span></span>'
    return format_html(words, number, unread_label(number))
