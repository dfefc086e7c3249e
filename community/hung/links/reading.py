"""What a page says about itself: title, a few words, whose it is. Bytes in, words out; nothing is fetched."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from bs4.dammit import EncodingDetector

HEAD = 128 * 1024  # bytes that are looked at: what a page says about itself stands at its beginning
MOST_TAGS = 4000
_unseen = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_tag = re.compile(r"<[a-zA-Z/!]")


@dataclass(frozen=True, slots=True)
class Words:
    """What is shown of a page; everything is plain text."""

    title: str
    text: str
    site: str


def read(body: bytes, url: str, charset: str = "") -> Words | None:
    """The words, or None where the page has no title."""
    soup = BeautifulSoup(_text(body[:HEAD], charset), "html.parser")
    told = {}
    for meta in soup.find_all("meta", limit=200):
        name = str(meta.get("property") or meta.get("name") or "").lower()
        told.setdefault(name, str(meta.get("content") or ""))
    title = told.get("og:title") or told.get("twitter:title") or (soup.title.get_text() if soup.title else "")
    title = _line(title, 200)
    if not title:
        return None
    text = told.get("og:description") or told.get("description") or ""
    site = told.get("og:site_name") or (urlsplit(url).hostname or "").removeprefix("www.")
    return Words(title, _line(text, 300), _line(site, 60))


def _text(head: bytes, charset: str) -> str:
    """The head as text: by its header, else as the page itself declares, else UTF-8; what is no letter is left out."""
    named = charset or EncodingDetector.find_declared_encoding(head, is_html=True) or "utf-8"
    try:
        text = head.decode(named, "replace")
    except LookupError:
        text = head.decode("utf-8", "replace")
    ends = re.search(r"</head\s*>|<body[\s>]", text, re.IGNORECASE)
    text = text[: ends.start()] if ends else text
    marks = [m.start() for _n, m in zip(range(MOST_TAGS + 1), _tag.finditer(text), strict=False)]
    return "<!doctype html>" + (text[: marks[-1]] if len(marks) > MOST_TAGS else text)


def _line(text: str, most: int) -> str:
    """One line of plain words, without signs that turn the direction of reading or cannot be seen."""
    seen = _unseen.sub("", text)
    kept = "".join(c if c.isprintable() or c.isspace() else " " for c in seen)
    line = " ".join(kept.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
