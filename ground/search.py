"""Search words that work for Chinese on every database, and the shapes that the one search page speaks.

Databases split text at spaces, so 青花瓷 inside a Chinese sentence is never a word of its own. We index each Han
character and each pair of neighbours as words beside the text, and cut the query into pairs the same way.
"""

import re
from dataclasses import dataclass
from typing import Any

HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_run = re.compile(f"[{HAN}]+")
_mixed = re.compile(f"[{HAN}]+|[^\\W_{HAN}]+", re.UNICODE)


@dataclass(frozen=True)
class SearchQuery:
    """What is asked: the text as typed, who asks (None: anybody), in which language, and how many hits at most."""

    text: str
    account: Any
    language: str
    limit: int = 10


@dataclass(frozen=True)
class SearchHit:
    """One thing found. `excerpt` is plain text that the asker may read."""

    title: str
    url: str
    excerpt: str
    kind: str
    image_url: str = ""


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


def excerpt(text: str, query: str, width: int = 120) -> str:
    """A piece of the text around the first hit, cut at `width` characters, with an ellipsis where something is cut."""
    lowered, at = text.lower(), -1
    for term in [query.lower().strip(), *query_terms(query).split()]:
        at = lowered.find(term) if term else -1
        if at >= 0:
            break
    start = max(0, at - width // 3)
    piece = text[start : start + width].strip()
    return f"{'…' if start else ''}{piece}{'…' if start + width < len(text) else ''}"
