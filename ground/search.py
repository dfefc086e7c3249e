"""Search words that work for Chinese on every database, and the shapes that the one search page speaks.

Databases split text at spaces, so 青花瓷 inside a Chinese sentence is never a word of its own. We index each Han
character and each pair of neighbours as words beside the text, and cut the query into pairs the same way.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_run = re.compile(f"[{HAN}]+")
_mixed = re.compile(f"[{HAN}]+|[^\\W_{HAN}]+", re.UNICODE)


@dataclass(frozen=True)
class SearchQuery:
    """What is asked: the text as typed, who asks (None: anybody), in which language, and how many hits at most.

    `section` asks for one section only, from `start` on; `narrow` holds what was chosen among the narrowings.
    """

    text: str
    account: Any
    language: str
    limit: int = 10
    section: str = ""
    start: int = 0
    narrow: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SearchHit:
    """One thing found. `excerpt` is plain text that the asker may read; `language` is set where it may be another."""

    title: str
    url: str
    excerpt: str
    kind: str
    image_url: str = ""
    language: str = ""


@dataclass(frozen=True)
class Section:
    """Hits of one kind, of `total` that there are."""

    key: str
    label: Any
    total: int
    hits: list[SearchHit]
    order: int = 50


@dataclass(frozen=True)
class Choice:
    """One value of a narrowing, with the number of hits that it leaves."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Narrowing:
    """A way to narrow what was found: craft, period, region."""

    key: str
    label: str
    choices: list[Choice]


@dataclass(frozen=True)
class Answer:
    """What a source answers. `loose`: nothing has all the words, these have some."""

    sections: list[Section]
    narrowings: list[Narrowing] = field(default_factory=list)
    loose: bool = False


@dataclass(frozen=True)
class Suggestion:
    """Something to jump to while typing."""

    title: str
    url: str
    kind: str


def one_section(key: str, label: Any, hits: list[SearchHit], asked: SearchQuery, order: int = 50) -> Answer:
    """The answer of a source that has one kind of thing and has found all of it."""
    part = hits[asked.start : asked.start + asked.limit] if asked.section == key else hits[: asked.limit]
    return Answer([Section(key, label, len(hits), part, order)] if hits else [])


def index_terms(text: str) -> str:
    """Extra words for the index: single characters and pairs of every run of Han characters, space-separated."""
    terms: dict[str, None] = {}
    for run in _run.findall(text):
        for i, character in enumerate(run):
            terms[character] = None
            if i + 1 < len(run):
                terms[run[i : i + 2]] = None
    return " ".join(terms)


def query_terms(text: str, most: int = 12) -> str:
    """The query in the index's words: Han runs as pairs (a lone character stays), others as they are; bounded."""
    terms: dict[str, None] = {}
    for part in _mixed.findall(text.lower()):
        if _run.match(part) and len(part) > 1:
            terms.update({part[i : i + 2]: None for i in range(len(part) - 1)})
        else:
            terms[part] = None
    return " ".join(list(terms)[:most])


def suffixes(title: str, most: int = 12) -> str:
    """Suffixes of each Han run of a title, for prefix search that starts in the middle: 前世 finds 青花瓷的前世今生."""
    found = [run[i:] for run in _run.findall(title) for i in range(len(run))]
    return " ".join(found[:most])


def excerpt(text: str, query: str, width: int = 150) -> str:
    """A piece of the text around the first hit, about `width` Latin letters wide (a Han character counts as two), cut
    between words, with an ellipsis where something is cut."""
    flat = " ".join(text.split())
    lowered, at = flat.lower(), -1
    for term in [query.lower().strip(), *query_terms(query).split()]:
        at = lowered.find(term) if term else -1
        if at >= 0:
            break
    start = _between_words(flat, max(0, at - _fitting(flat[:at][::-1], width // 3))) if at > 0 else 0
    end = start + _fitting(flat[start:], width)
    if end < len(flat):
        end = flat.rfind(" ", start, end + 1) if _splits_word(flat, end) and " " in flat[start + 1 : end] else end
    return f"{'…' if start else ''}{flat[start:end].strip()}{'…' if end < len(flat) else ''}"


def _fitting(text: str, width: int) -> int:
    """How many characters of the text fit into the width."""
    used = 0
    for number, character in enumerate(text):
        used += 2 if _run.match(character) else 1
        if used > width:
            return number
    return len(text)


def _splits_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and all(c.isalnum() and not _run.match(c) for c in (text[at - 1], text[at]))


def _between_words(text: str, at: int) -> int:
    """The start of the word that begins at or after `at`."""
    while _splits_word(text, at):
        at += 1
    return at
