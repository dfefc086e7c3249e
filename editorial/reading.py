"""A story made ready for reading: every unit rendered once, for everybody, with what it needs beside it.

The ready story is kept in the process's memory; a visit only asks the wall which pieces to put on the page.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bs4 import BeautifulSoup, NavigableString
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from editorial import holes, links, pictures, units, wall
from editorial.blocks.body import CARDS, HEADING, ROOM, TEXT
from editorial.blocks.choosers import shelf
from editorial.blocks.sources import cited
from ground.calendar import han_number
from ground.search import HAN

GLOSS = "editorial/js/gloss.js"
_lively = re.compile(r" (?:data-|popover|srcset)|<(?:form|svg|source|track|yaji-)")
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")
_mark = re.compile(rf"\^(\d{{1,2}})(?!\d)(?: (?=[{HAN}]))?")


@dataclass(frozen=True, slots=True)
class Piece:
    """One unit, rendered. `scripts`: modules that it needs; `plain`: its HTML for feeds, where that is another."""

    number: int
    kind: str
    requires: str
    section: units.Section | None
    html: SafeString
    text: str
    notes: frozenset[int]
    scripts: tuple[str, ...] = ()
    plain: str = ""

    @property
    def anchor(self) -> str:
        """The id of the piece in the page."""
        return f"p{self.number}"


@dataclass(frozen=True, slots=True)
class Footnote:
    """A note: its figure, and its words as HTML."""

    number: int
    html: SafeString


@dataclass(frozen=True, slots=True)
class Ready:
    """A whole story, gated pieces too: never put it into a template; put `shown` there."""

    pieces: tuple[Piece, ...]
    notes: tuple[Footnote, ...]
    sources: tuple[dict[str, Any], ...] = ()

    def shown(self, audience: str, may: wall.May) -> "Shown":
        """What somebody may read, by the wall."""
        parts = wall.cut(self.pieces, audience, may)
        marks = {n for part in parts if isinstance(part, Piece) for n in part.notes}
        return Shown(parts, [note for note in self.notes if note.number in marks], list(self.sources))


@dataclass(frozen=True, slots=True)
class Shown:
    """What one reader gets: pieces and gaps, the notes whose marks can be seen, and the sources."""

    parts: list[Any]
    notes: list[Footnote]
    sources: list[dict[str, Any]] = field(default_factory=list)

    @property
    def scripts(self) -> list[str]:
        """Modules that the shown pieces need, each once: a hidden piece's script is not named."""
        return list(dict.fromkeys(path for piece in self.pieces for path in piece.scripts))

    @property
    def has_room(self) -> bool:
        """True when the room's card stands in the text: then it does not stand at the end again."""
        return any(piece.kind == ROOM for piece in self.pieces)

    @property
    def pieces(self) -> list[Piece]:
        """Without the gaps."""
        return [part for part in self.parts if isinstance(part, Piece)]

    @property
    def gaps(self) -> list[wall.Gap]:
        """Where something is missing."""
        return [part for part in self.parts if isinstance(part, wall.Gap)]

    @property
    def text(self) -> str:
        """The words alone, a line for each piece."""
        return "\n".join(piece.text for piece in self.pieces if piece.text)


def make_ready(body: Any, notes: Any, language: str, context: dict[str, Any]) -> Ready:
    """Render all of it. `context` must hold nothing about who is asking: the answer is kept for everybody."""
    with shelf(body):
        row = units.units_of(body)
    pictures.gather(i for unit in row for i in pictures.inside(unit.block.value) if unit.kind != TEXT)
    written = [str(note.value.source) for note in notes if note.block_type == "note"]
    known = links.targets([*(unit.markup for unit in row), *written])
    marker = _Marker(language, len(written), known)
    pieces = tuple(_piece(unit, marker, context) for unit in row)
    footnotes = tuple(Footnote(n, _note(text, known)) for n, text in enumerate(written, start=1))
    return Ready(pieces, footnotes, tuple(cited(n.value) for n in notes if n.block_type == "source"))


class _Marker:
    """Counts headings, and turns ^1 into a link to note 1; the first mark of each note is where its back link leads."""

    def __init__(self, language: str, notes: int, known: links.Targets) -> None:
        self.chinese, self.notes, self.known = language.startswith("zh"), notes, known
        self.heading, self.marked = 0, set[int]()

    def next_heading(self) -> str:
        self.heading += 1
        return han_number(self.heading) if self.chinese else ROMAN[min(self.heading, len(ROMAN)) - 1]

    def mark(self, number: int) -> str:
        figure = han_number(number) if self.chinese else str(number)
        ident = "" if number in self.marked else format_html(' id="r{}"', number)
        self.marked.add(number)
        label = _("Note %(figure)s") % {"figure": figure}
        return format_html('<sup><a href="#fn{}"{} class="ref" aria-label="{}">{}</a></sup>', number, ident, label, figure)  # fmt: skip


def _piece(unit: units.Unit, marker: _Marker, context: dict[str, Any]) -> Piece:
    marks: set[int] = set()
    plain, scripts = "", ()
    if unit.kind == TEXT:
        html, terms = _paragraph(unit, marker, marks)
        scripts = (GLOSS,) if terms else ()
    else:
        more = {"anchor": unit.anchor, "number": marker.next_heading() if unit.kind == HEADING else ""}
        html = unit.block.render({**context, **more})
        meta = unit.block.block.meta
        scripts = (meta.script,) if getattr(meta, "script", "") else ()
        plain = _plain_template(unit, {**context, **more}) if getattr(meta, "plain_template", "") else ""
    text = _mark.sub("", unit.text)
    return Piece(unit.number, unit.kind, unit.requires, unit.section, mark_safe(html), text, frozenset(marks), scripts, plain)  # noqa: S308  # fmt: skip


def _plain_template(unit: units.Unit, context: dict[str, Any]) -> str:
    block = unit.block.block
    return render_to_string(block.meta.plain_template, block.get_context(unit.block.value, parent_context=context))


def _paragraph(unit: units.Unit, marker: _Marker, marks: set[int]) -> tuple[str, bool]:
    """The paragraph, and whether a term's card is in it."""
    markup, terms = links.resolve(unit.markup, marker.known, unit.anchor)
    soup = BeautifulSoup(markup, "html.parser")
    element = next(soup.children)
    element["id"] = unit.anchor  # type: ignore[index]
    if unit.number == 1 and element.name == "p":  # type: ignore[union-attr]
        element["class"] = "first"  # type: ignore[index]
    _as_written(soup)
    for node in soup.find_all(string=_mark):
        pieces = _mark.sub(lambda found: _marked(found, marker, marks), _escaped(node))
        node.replace_with(BeautifulSoup(pieces, "html.parser"))
    return str(soup), terms


def _marked(found: "re.Match[str]", marker: _Marker, marks: set[int]) -> str:
    number = int(found[1])
    if not 1 <= number <= marker.notes:
        return found[0]
    marks.add(number)
    return marker.mark(number)


def _escaped(node: NavigableString) -> str:
    return node.output_ready(formatter="minimal")


def _as_written(soup: BeautifulSoup) -> None:
    """Editors' bold and italic are emphasis: Chinese is never slanted, the style sheet sets `em` in Kai."""
    for old, new in (("i", "em"), ("b", "strong")):
        for element in soup.find_all(old):
            if not element.find_parent(class_="gloss-card"):
                element.name = new


def _note(source: str, known: links.Targets) -> SafeString:
    soup = BeautifulSoup(links.resolve(source, known)[0], "html.parser")
    _as_written(soup)
    for paragraph in soup.find_all("p"):
        paragraph.unwrap()
    return mark_safe(str(soup))  # noqa: S308 - rich text of our editors, cleaned by Wagtail


def words_of(body: Any, audience: str) -> str:
    """The words that a visitor may read, straight from the stream: for the search index, without rendering."""
    parts = wall.cut(units.units_of(body), audience, wall.visitor)
    return "\n".join(_mark.sub("", p.text) for p in parts if isinstance(p, units.Unit) and p.text)


def all_words(body: Any) -> str:
    """Every word, gated ones too: only for counting minutes."""
    return " ".join(unit.text for unit in units.units_of(body))


def absolute(pieces: Sequence[Piece] | Iterable[Piece], origin: str) -> str:
    """The HTML of pieces for feeds and letters: words and pictures, addresses with their host, nothing that needs a script
    or a reader of its own, without the house's cards."""
    html = "\n".join(_bare(piece) for piece in pieces if piece.kind not in CARDS)
    return re.sub(r'(src|href|poster)="/(?!/)', rf'\1="{origin}/', html)


def _bare(piece: Piece) -> str:
    html = holes.emptied(piece.plain or piece.html)
    if not _lively.search(html):
        return html
    soup = BeautifulSoup(html, "html.parser")
    for element in soup.select("[popover], [data-beside], form, button, input, source, track, svg"):
        element.decompose()
    for element in soup.select("yaji-slider, yaji-zoom, yaji-panorama, yaji-model, picture"):
        element.unwrap()
    for element in soup.find_all(True):
        for name in [
            n for n in element.attrs if n.startswith(("data-", "aria-")) or n in ("srcset", "sizes", "fetchpriority")
        ]:
            del element[name]
    return str(soup)
