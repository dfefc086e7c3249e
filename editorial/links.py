"""Links to pages in rich text: all of a story's targets in two queries; a link to a term carries the term's card."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup
from wagtail.models import Page
from wagtail.rich_text import expand_db_html

from editorial import translations

_page_link = re.compile(r'<a[^>]*\blinktype="page"[^>]*>')
_id = re.compile(r'\bid="(\d+)"')


@dataclass(frozen=True, slots=True)
class Target:
    """A page that is linked to; `short` is there for terms: what the card on the word says."""

    url: str
    title: str = ""
    short: str = ""
    reading: str = ""


Targets = dict[int, Target]


def targets(texts: Iterable[str]) -> Targets:
    """Every page that the texts link to and that can be read, by id. Two queries, however many there are."""
    ids = {int(found[1]) for text in texts for link in _page_link.findall(text) if (found := _id.search(link))}
    if not ids:
        return {}
    from editorial.models import TermPage

    pages = Page.objects.live().filter(pk__in=ids).select_related("locale")
    terms = {row["pk"]: row for row in TermPage.objects.filter(pk__in=ids).values("pk", "title", "short", "reading")}
    found = {page.pk: translations.path_of(page) for page in pages}
    return {pk: _target(url, terms.get(pk)) for pk, url in found.items() if url}


def _target(url: str, term: dict[str, Any] | None) -> Target:
    return Target(url, term["title"], term["short"], term["reading"]) if term and term["short"] else Target(url)


def resolve(markup: str, known: Targets, prefix: str = "") -> tuple[str, bool]:
    """The markup with its links made; a link to a page that is gone leaves its words. Is there a term's card in it?

    With `prefix` (unique in the page) each term gets its card at its first mention.
    """
    if "linktype=" not in markup:
        return markup, False
    soup = BeautifulSoup(markup, "html.parser")
    carded: set[int] = set()
    for link in soup.find_all("a", attrs={"linktype": "page"}):
        number = int(link.get("id") or 0) if str(link.get("id") or "").isdigit() else 0
        target = known.get(number)
        if target is None:
            link.unwrap()
            continue
        link.attrs = {"href": target.url}
        if target.short and prefix and number not in carded:
            carded.add(number)
            _card(soup, link, target, f"{prefix}-t{number}")
    return expand_db_html(str(soup)) if "linktype=" in str(soup) else str(soup), bool(carded)


def _card(soup: BeautifulSoup, link: Any, target: Target, ident: str) -> None:
    """The card stands right behind its word: a popover that a small script opens, a hidden note without one."""
    link.attrs |= {"class": "gloss", "data-term": ident, "aria-describedby": ident}
    card = soup.new_tag("span", attrs={"popover": "", "id": ident, "class": "gloss-card"})
    name = soup.new_tag("b")
    name.string = target.title
    card.append(name)
    if target.reading:
        reading = soup.new_tag("i", attrs={"class": "gloss-reading"})
        reading.string = target.reading
        card.append(reading)
    words = soup.new_tag("span")
    words.string = target.short
    card.append(words)
    link.insert_after(card)
