"""A story as the checks see it: plain values, no database. `house` is what stands around it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from editorial.blocks.body import MEMBERS
from editorial.desk.enums import Need

Block = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Placed:
    """A block with its place in the editor's form, as Wagtail writes it: `body.<block>`."""

    kind: str
    value: Any
    path: str


@dataclass(frozen=True, slots=True)
class Sibling:
    """The same story in another language."""

    live: bool
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class House:
    """What the checks have to know beside the story. `given`: every right that a tier which can be joined gives;
    `live_pages`: ids of linked pages that readers can open; `sibling`: None where the story is in one language only."""

    given: frozenset[str] = frozenset()
    live_pages: frozenset[int] = frozenset()
    sibling: Sibling | None = None
    needs: tuple[Need, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One version of a story. `body` and `notes` are the streams as they are stored."""

    title: str
    language: str = "en"
    standfirst: str = ""
    description: str = ""
    author: str = ""
    has_picture: bool = True
    picture_words: str = "A bowl"
    audience: str = ""
    minutes: int = 5
    live: bool = False
    changed_at: datetime | None = None
    body: Sequence[Block] = ()
    notes: Sequence[Block] = ()
    house: House = field(default_factory=House)

    def blocks(self) -> Iterator[Placed]:
        """Every block in its order, those of members' sections too."""
        for block in _placed(self.body, "body"):
            yield from (
                _placed(block.value.get("content") or (), f"{block.path}.content") if block.kind == MEMBERS else [block]
            )

    def sections(self) -> Iterator[Placed]:
        """The members' sections."""
        return (block for block in _placed(self.body, "body") if block.kind == MEMBERS)

    def noted(self) -> list[Placed]:
        """Notes and sources."""
        return _placed(self.notes, "notes")


def _placed(stream: Sequence[Block], path: str) -> list[Placed]:
    return [Placed(block["type"], block["value"], f"{path}.{block.get('id') or ''}") for block in stream]


def pictures_of(block: Placed) -> Iterator[Mapping[str, Any]]:
    """The values that hold a picture's words: of a gallery each, of any other block its own."""
    if block.kind == "gallery":
        yield from (item.get("value", item) for item in block.value.get("pictures") or ())
    elif isinstance(block.value, Mapping):
        yield block.value
