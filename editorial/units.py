"""A story as a row of units: each paragraph, list, picture or heading with its number and the right that it needs.

The numbers are counted in the full text, so `#p7` is the same sentence for everybody, on both sides of the wall.
"""

import html
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, Tag
from wagtail.rich_text import expand_db_html

from editorial.blocks.body import BOX, MEMBERS, TEXT


@dataclass(frozen=True, slots=True)
class Section:
    """A members' section: which right opens it, and what its wall says."""

    requires: str
    title: str
    promise: str


@dataclass(frozen=True, slots=True)
class Unit:
    """`requires` is the section's entitlement (empty: free); `markup` is the element's HTML where it is rich text."""

    number: int
    kind: str
    requires: str
    section: Section | None
    block: Any
    markup: str = ""

    @property
    def anchor(self) -> str:
        """The id of the unit in the page."""
        return f"p{self.number}"

    @property
    def text(self) -> str:
        """Its words, without markup."""
        if self.kind == TEXT:
            return BeautifulSoup(self.markup, "html.parser").get_text(" " if "<li" in self.markup else "")
        if self.kind == BOX:
            return ""
        return " ".join(html.unescape(words) for words in self.block.block.get_searchable_content(self.block.value))


def units_of(body: Any, *, links: bool = False) -> list[Unit]:
    """All units of a stream. With `links`, page links in rich text are resolved, which asks the database."""
    found: list[Unit] = []
    for section, block in _flat(body):
        requires = section.requires if section else ""
        for markup in _elements(block, links) if block.block_type == TEXT else [""]:
            found.append(Unit(len(found) + 1, block.block_type, requires, section, block, markup))
    return found


def _flat(body: Any) -> Iterator[tuple[Section | None, Any]]:
    for block in body:
        if block.block_type != MEMBERS:
            yield None, block
            continue
        value = block.value
        section = Section(value["requires"], value["title"], value["promise"])
        for inner in value["content"]:
            yield section, inner


def _elements(block: Any, links: bool) -> list[str]:
    source = block.value.source
    soup = BeautifulSoup(expand_db_html(source) if links else source, "html.parser")
    return [str(node) for node in soup.children if isinstance(node, Tag) and node.get_text(strip=True)]
