"""A story as a row of units: each paragraph, list, picture or heading with its number and the right that it needs.

The numbers are counted in the full text, so `#p7` is the same sentence for everybody, on both sides of the wall.
"""

import html
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, Tag

from editorial.blocks.body import CARDS, MEMBERS, TEXT
from editorial.values import inside

__all__ = ["Section", "Unit", "flat", "inside", "units_of"]


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
        if self.kind in CARDS:
            return ""
        return " ".join(html.unescape(words) for words in self.block.block.get_searchable_content(self.block.value))


def units_of(body: Any) -> list[Unit]:
    """All units of a stream. Links to pages stay as the editor keeps them: `editorial.links` resolves them."""
    found: list[Unit] = []
    for section, block in flat(body):
        requires = section.requires if section else ""
        for markup in _elements(block) if block.block_type == TEXT else [""]:
            found.append(Unit(len(found) + 1, block.block_type, requires, section, block, markup))
    return found


def flat(body: Any) -> Iterator[tuple[Section | None, Any]]:
    """Every block in order with the members' section that it stands in."""
    for block in body:
        if block.block_type != MEMBERS:
            yield None, block
            continue
        value = block.value
        section = Section(value["requires"], value["title"], value["promise"])
        for inner in value["content"]:
            yield section, inner


def _elements(block: Any) -> list[str]:
    soup = BeautifulSoup(block.value.source, "html.parser")
    return [str(node) for node in soup.children if isinstance(node, Tag) and node.get_text(strip=True)]
