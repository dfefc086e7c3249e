"""Reads the demo's story files: a head of `key: value` lines, then blocks parted by blank lines. Pure, no Django models.

A block is a paragraph, `## a heading`, or begins with its kind: [image], [gallery], [quote], [timeline], [box], [notes],
and [members] … [/members] round the blocks that only members read.
"""

import html
import re
from dataclasses import dataclass, field
from typing import Any

HEAD = {
    "title",
    "kicker",
    "seq",
    "standfirst",
    "author",
    "art",
    "alt",
    "audience",
    "date",
    "topics",
    "minutes",
    "box",
    "room",
}
NEEDED = {"title", "standfirst", "author", "art", "alt", "date"}
_kind = re.compile(r"^\[(/?\w+)\]\s*(.*)$")
_inline = [
    (re.compile(r"\*\*(.+?)\*\*"), r"<b>\1</b>"),
    (re.compile(r"\*(.+?)\*"), r"<i>\1</i>"),
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


def parse(text: str, name: str) -> Story:
    """The story of one file; `name` stands in messages. Raises `BadStory`."""
    parts = [part.strip("\n") for part in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").strip("\n"))]
    head = _head(parts[0], name)
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
    (story.blocks if members is None else members).append(_block(kind, found[2] if found else "", piece, where))
    return members


def _split_members(part: str) -> list[str]:
    """The marks of a members' section may stand on a line right beside their neighbours."""
    return [p for p in re.split(r"\n?(\[members\][^\n]*|\[/members\])\n?", part) if p.strip()]


def _head(part: str, name: str) -> dict[str, str]:
    head: dict[str, str] = {}
    for line in part.split("\n"):
        key, colon, value = line.partition(":")
        if not colon or key.strip() not in HEAD:
            raise BadStory(f"{name}: the head has no such line: {line!r}")
        head[key.strip()] = value.strip()
    missing = NEEDED - head.keys()
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
    if kind == "image":
        art, alt, title, caption = _fields(rest, 4, where)
        return "image", {"art": _art(art, where), "alt": alt, "title": title, "caption": caption}
    if kind == "gallery":
        return "gallery", {"label": rest.strip(), "pictures": [_shown(line, where) for line in lines]}
    if kind == "quote":
        text, who, what = _fields(rest, 3, where)
        return "quote", {"text": text, "who": who, "what": what}
    if kind == "timeline":
        moments = [dict(zip(("when", "what"), _fields(line, 2, where), strict=True)) for line in lines]
        return "timeline", {"moments": moments}
    if kind == "box":
        return "box", {"edition": ""}
    raise BadStory(f"{where}: no such block: [{kind}]")


def _shown(line: str, where: str) -> dict[str, Any]:
    art, alt, caption = _fields(line, 3, where)
    return {"art": _art(art, where), "alt": alt, "title": "", "caption": caption}


def _joined(piece: str) -> str:
    """Lines of one paragraph: a space between Latin words, none between Han characters."""
    return re.sub(r"(?<=[\x00-\x7f’”])\s*\n\s*(?=[\x00-\x7f‘“])", " ", piece).replace("\n", "")


def _fields(text: str, count: int, where: str) -> list[str]:
    """`count` fields parted by |; later ones may be missing."""
    fields = [part.strip() for part in text.split("|")]
    if len(fields) > count or not fields[0]:
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
