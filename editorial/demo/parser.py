"""Reads the demo's story files: a head of `key: value` lines, then blocks parted by blank lines. Pure, no Django models.

A block is a paragraph, `## a heading`, or begins with its kind: [image], [gallery], [quote], [timeline], [slider], [zoom],
[model], [panorama], [map], [audio], [video], [poll], [event], [room], [box], [notes], [sources], and [members] … [/members]
round the blocks that only members read. Links are `[words](https://…)`, `[words](/…)`, or to a page by its slug:
`[words](term:kaolin)`, with `person`, `place` or `story` alike.
"""

import html
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

HEAD = {
    "title", "kicker", "seq", "standfirst", "author", "art", "alt", "audience", "date", "topics", "minutes", "box", "room",
    "craft", "period", "region", "series", "part", "people", "places", "reviewer",
}  # fmt: skip
NEEDED = {"title", "standfirst", "author", "art", "alt", "date"}
_kind = re.compile(r"^\[(/?\w+)\](?!\()\s*(.*)$")
_inline = [
    (re.compile(r"\*\*(.+?)\*\*"), r"<b>\1</b>"),
    (re.compile(r"\*(.+?)\*"), r"<i>\1</i>"),
    (re.compile(r"\[([^\]]+)\]\((term|person|place|story):([\w-]+)\)"), r'<a linktype="demo" to="\2:\3">\1</a>'),
    (re.compile(r"\[([^\]]+)\]\((https?://[^)\s]+|/[^)\s]*)\)"), r'<a href="\2">\1</a>'),
]

Block = tuple[str, Any]


class BadStory(ValueError):
    """A story file says something that cannot be read; the message names the file and the block."""


@dataclass(frozen=True)
class Art:
    """A drawing by name and seed."""

    name: str
    seed: int


@dataclass
class Story:
    """A parsed file."""

    head: dict[str, str]
    art: Art
    blocks: list[Block] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    sources: list[dict[str, str]] = field(default_factory=list)


def parse(text: str, name: str, known: Collection[str] = HEAD, needed: Collection[str] = NEEDED) -> Story:
    """The story of one file; `name` stands in messages, `known` and `needed` are the keys of its head. Raises `BadStory`."""
    parts = [part.strip("\n") for part in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").strip("\n"))]
    head = _head(parts[0], name, known, needed)
    story = Story(head, _art(head["art"], name))
    members: list[Block] | None = None
    for number, part in enumerate(parts[1:], start=2):
        for piece in _split_members(part):
            members = _take(story, members, piece, f"{name}, block {number}")
    if members is not None:
        raise BadStory(f"{name}: [members] is never closed by [/members]")
    return story


def _take(story: Story, members: list[Block] | None, piece: str, where: str) -> list[Block] | None:
    found = _kind.match(piece.split("\n", 1)[0])
    kind = found[1] if found else ""
    if kind == "members":
        if members is not None:
            raise BadStory(f"{where}: [members] inside [members]")
        opened: list[Block] = []
        requires, title, promise = _fields(found[2], 3, where) if found else ("", "", "")
        story.blocks.append(("members", {"requires": requires, "title": title, "promise": promise, "content": opened}))
        return opened
    if kind == "/members":
        if members is None:
            raise BadStory(f"{where}: [/members] without [members]")
        return None
    if kind == "notes":
        story.notes += [inline(_fields(line, 2, where)[1]) for line in piece.split("\n")[1:]]
        return members
    if kind == "sources":
        names = ("author", "title", "published", "url")
        story.sources += [dict(zip(names, _row(line, 4, where), strict=True)) for line in piece.split("\n")[1:]]
        return members
    (story.blocks if members is None else members).append(_block(kind, found[2] if found else "", piece, where))
    return members


def _split_members(part: str) -> list[str]:
    """The marks of a members' section may stand on a line right beside their neighbours."""
    return [p for p in re.split(r"\n?(\[members\][^\n]*|\[/members\])\n?", part) if p.strip()]


def _head(part: str, name: str, known: Collection[str], needed: Collection[str]) -> dict[str, str]:
    head: dict[str, str] = {}
    for line in part.split("\n"):
        key, colon, value = line.partition(":")
        if not colon or key.strip() not in known:
            raise BadStory(f"{name}: the head has no such line: {line!r}")
        head[key.strip()] = value.strip()
    missing = set(needed) - head.keys()
    if missing:
        raise BadStory(f"{name}: the head lacks {', '.join(sorted(missing))}")
    return head


def _block(kind: str, rest: str, piece: str, where: str) -> Block:
    lines = piece.split("\n")[1:]
    if not kind:
        if piece.startswith("## "):
            return "heading", piece[3:].strip()
        return (
            "text",
            f"<p>{inline(' '.join(piece.split()))}</p>" if piece.isascii() else f"<p>{inline(_joined(piece))}</p>",
        )
    if kind in READERS:
        return kind, READERS[kind](rest, lines, where)
    raise BadStory(f"{where}: no such block: [{kind}]")


def _image(rest: str, lines: list[str], where: str) -> dict[str, Any]:
    art, alt, title, caption = _fields(rest, 4, where)
    return {"art": _art(art, where), "alt": alt, "title": title, "caption": caption}


def _gallery(rest: str, lines: list[str], where: str) -> dict[str, Any]:
    return {"label": rest.strip(), "pictures": [_shown(line, where) for line in lines]}


def _quote(rest: str, lines: list[str], where: str) -> dict[str, Any]:
    return dict(zip(("text", "who", "what"), _fields(rest, 3, where), strict=True))


def _timeline(rest: str, lines: list[str], where: str) -> dict[str, Any]:
    return {"moments": [dict(zip(("when", "what"), _fields(line, 2, where), strict=True)) for line in lines]}


def _slider(rest: str, lines: list[str], where: str) -> dict[str, Any]:
    first, second, first_alt, second_alt, caption = _fields(rest, 5, where)
    arts = {"first": _art(first, where), "second": _art(second, where)}
    return {**arts, "first_alt": first_alt, "second_alt": second_alt, "caption": caption}


def _map(rest: str, lines: list[str], where: str) -> dict[str, Any]:
    return {"caption": rest.strip(), "places": [dict(zip(("slug", "note"), _fields(line, 2, where), strict=True)) for line in lines]}  # fmt: skip


def _heard(rest: str, lines: list[str], where: str) -> dict[str, Any]:
    name, title, credit = _fields(rest, 3, where)
    if not lines:
        raise BadStory(f"{where}: what is heard needs transcript lines")
    return {"name": name, "title": title, "credit": credit, "lines": [line.strip() for line in lines]}


def _thing(rest: str, lines: list[str], where: str) -> dict[str, Any]:
    return dict(zip(("name", "alt", "caption"), _fields(rest, 3, where), strict=True))


def _poll(rest: str, lines: list[str], where: str) -> dict[str, Any]:
    if not 2 <= len(lines) <= 8 or not rest.strip():
        raise BadStory(f"{where}: a poll has a question and two to eight answers")
    return {"question": rest.strip(), "options": [line.strip() for line in lines]}


def _event(rest: str, lines: list[str], where: str) -> dict[str, Any]:
    found = dict(zip(("title", "when", "where", "text"), _fields(rest, 4, where), strict=True))
    if not re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", found["when"]):
        raise BadStory(f"{where}: an event has a moment such as 2026-12-12 15:00")
    return found


READERS: dict[str, Callable[[str, list[str], str], dict[str, Any]]] = {
    "image": _image, "zoom": _image, "gallery": _gallery, "quote": _quote, "timeline": _timeline, "slider": _slider,
    "map": _map, "audio": _heard, "video": _heard, "model": _thing, "panorama": _thing, "poll": _poll, "event": _event,
    "room": lambda rest, lines, where: {"subject": ""}, "box": lambda rest, lines, where: {"edition": ""},
}  # fmt: skip


def _shown(line: str, where: str) -> dict[str, Any]:
    art, alt, caption = _fields(line, 3, where)
    return {"art": _art(art, where), "alt": alt, "title": "", "caption": caption}


def _joined(piece: str) -> str:
    """Lines of one paragraph: a space between Latin words, none between Han characters."""
    return re.sub(r"(?<=[\x00-\x7f’”])\s*\n\s*(?=[\x00-\x7f‘“])", " ", piece).replace("\n", "")


def _fields(text: str, count: int, where: str) -> list[str]:
    """`count` fields parted by |; the first must be there."""
    fields = _row(text, count, where)
    if not fields[0]:
        raise BadStory(f"{where}: the first of {count} fields is empty in {text!r}")
    return fields


def _row(text: str, count: int, where: str) -> list[str]:
    """`count` fields parted by |; later ones may be missing."""
    fields = [part.strip() for part in text.split("|")]
    if len(fields) > count:
        raise BadStory(f"{where}: {count} fields parted by | are expected in {text!r}")
    return fields + [""] * (count - len(fields))


def _art(text: str, where: str) -> Art:
    name, _, seed = text.strip().partition(" ")
    if not name or not (seed or "0").strip().isdigit():
        raise BadStory(f"{where}: a drawing is a name and a number, not {text!r}")
    return Art(name, int(seed or 0))


def inline(text: str) -> str:
    """*em*, **strong** and [links](url) as the rich text of the admin's editor."""
    written = html.escape(text, quote=False)
    for pattern, replacement in _inline:
        written = pattern.sub(replacement, written)
    return written
