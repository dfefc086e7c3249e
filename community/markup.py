"""The Markdown subset of messages: bold, italic, code, links, quotes, lists. Everything else is text.

Rendered outside any lock; what comes out has passed a sanitiser, whatever went in.
"""

import re
from collections.abc import Iterable, Mapping
from html import escape, unescape

import nh3
from markdown_it import MarkdownIt

_markdown = MarkdownIt("zero", {"html": False, "breaks": True}).enable(
    ["emphasis", "backticks", "link", "autolink", "blockquote", "list", "fence", "newline", "escape", "entity"]
)
TAGS = {"p", "br", "strong", "em", "code", "pre", "blockquote", "ul", "ol", "li", "a"}
SCHEMES = {"http", "https", "mailto"}
MAX_MENTIONS = 10
KEEPERS = "00000000-0000-0000-0000-000000000000"  # in the place of a person's id: those who look after the group
CALLS = ("moderators", "守席人", "版主")  # what they are called after @
QUOTE_LENGTH = 90
_tag = re.compile(r"(<[^>]*>)")
_ADDRESS = r"https?://[^\s<>\"'，。；！？、）】》”]+"
_our_mark = re.compile(r'<span class="at" data-person="([0-9a-f-]{36})">')


def render(body: str, people: Mapping[str, str] | None = None) -> str:
    """Safe HTML of a message. `people` maps names that may be mentioned to public ids."""
    html = nh3.clean(
        _markdown.render(body),
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes=SCHEMES,
        link_rel="nofollow noopener ugc",
    )
    return _in_text(html.strip(), people or {})


def _in_text(html: str, people: Mapping[str, str]) -> str:
    """Link bare addresses and mark mentions, in text only: never inside a tag, a link or code."""
    closed, out = 0, []
    for piece in _tag.split(html):
        if piece.startswith("<"):
            closed += {"<a": 1, "<c": 1, "</a": -1, "</c": -1}.get(re.match(r"</?[a-z]", piece)[0], 0)  # type: ignore[index]
            out.append(piece)
        else:
            out.append(piece if closed else _mark(piece, people))
    return "".join(out)


def _mark(text: str, people: Mapping[str, str]) -> str:
    """Both in one pass: an `@` inside an address belongs to the address."""
    names = "|".join(re.escape(escape(name)) for name in sorted(people, key=len, reverse=True)) if "@" in text else ""
    left = MAX_MENTIONS

    def mark(match: re.Match[str]) -> str:
        nonlocal left
        if match["name"] is None:
            return f'<a href="{match[0]}" rel="nofollow noopener ugc">{match[0]}</a>'
        left -= 1
        person = people[unescape(match["name"])]
        return match[0] if left < 0 else f'<span class="at" data-person="{person}">{match[0]}</span>'

    return re.sub(f"{_ADDRESS}|@(?P<name>{names or '(?!)'})", mark, text)


def mentioned(html: str) -> list[str]:
    """Public ids of the people marked in a message, each once, at most MAX_MENTIONS.

    Only our own tag counts: typed words cannot make one, as `<` is escaped in text and in addresses.
    """
    return list(dict.fromkeys(_our_mark.findall(html)))[:MAX_MENTIONS]


def aliases(people: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What people can be called after @: the whole name, and its Chinese or Latin half. (name, public id) in."""
    found: dict[str, str] = {}
    for name, public_id in people:
        found.setdefault(name, public_id)
        han = "".join(re.findall(r"[\u3400-\u9fff]+", name))
        latin = re.sub(r"[\u3400-\u9fff]+", "", name).strip()
        for half in (han, latin):
            if len(half) > 1:
                found.setdefault(half, public_id)
    return found


def plain(html: str, length: int = QUOTE_LENGTH) -> str:
    """The words of a message on one line, for quotes and previews."""
    words = " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())
    return words if len(words) <= length else words[: length - 1] + "…"
