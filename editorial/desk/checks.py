"""Before it goes out: what an editor should look at in a story. Pure functions: a sheet goes in, findings come out."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from bs4 import BeautifulSoup
from django.utils.translation import gettext as _

from editorial.blocks.body import HEADING, TEXT
from editorial.desk.enums import Need
from editorial.desk.sheet import Placed, Sheet, pictures_of
from ground.search import HAN
from membership.keys import ACCOUNT, PUBLIC

TITLE_EMS = 30.0  # what the card of a shared link sets without cutting
PARAGRAPH_HAN, PARAGRAPH_WORDS = 420, 190
LONG_MINUTES = 25
BEHIND = timedelta(days=1)  # two languages of a story are seldom saved in the same hour
PLACES = {Need.SECOND_EDITOR: "topics", Need.SOURCE: "notes", Need.REVIEWER: "credits"}
EMPTY_WORDS = frozenset(
    {"here", "click here", "more", "read more", "link", "this", "这里", "此处", "点击", "点击这里", "更多", "链接"}
)
FILE_NAME = re.compile(r"\.(?:avif|gif|jpe?g|png|svg|webp)$|^(?:img|dsc|image|picture|photo|图片|照片|图)[\s_-]*\d*$", re.IGNORECASE)  # fmt: skip
WORDS_OF = {"alt": ("image", "poster"), "first_alt": ("first",), "second_alt": ("second",)}
CREDITED = frozenset({"image", "gallery", "slider", "zoom", "panorama", "model", "audio", "video"})
_han = re.compile(f"[{HAN}]")
_word = re.compile(rf"[^\W_{HAN}]+")
_hand_spaced = re.compile(rf"[{HAN}] +[A-Za-z0-9]|[A-Za-z0-9] +[{HAN}]")
_mark = re.compile(r"\^(\d{1,2})(?!\d)")
_mark_and_space = re.compile(r"\^\d{1,2}(?!\d) ?")  # the space ends the mark and is not printed


class Severity(StrEnum):
    """How much it matters. An error keeps somebody from reading; a hint may be meant so."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.HINT: 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` names the check, `anchor` the place in the editor's form, as Wagtail writes it (`body.<block>`; empty: the story
    as a whole)."""

    code: str
    severity: Severity
    message: str
    anchor: str = ""


Check = Callable[[Sheet], Iterator[Finding]]


def findings(sheet: Sheet) -> list[Finding]:
    """Everything that the checks find, the gravest first."""
    found = [finding for check in CHECKS for finding in check(sheet)]
    return sorted(found, key=lambda finding: RANK[finding.severity])


def rules(sheet: Sheet) -> Iterator[Finding]:
    """What the rules of publishing still ask for."""
    for need in sheet.house.needs:
        yield Finding("rule", Severity.ERROR, str(need.label), PLACES[need])  # fmt: skip


def standfirst(sheet: Sheet) -> Iterator[Finding]:
    """Lists, link cards and search results live on it."""
    if not sheet.standfirst.strip():
        yield Finding("standfirst", Severity.WARNING, _("No standfirst: lists and shared links have nothing to say."), "standfirst")  # fmt: skip


def title(sheet: Sheet) -> Iterator[Finding]:
    """A title that the share card cuts."""
    ems = sum(1.0 if _han.match(c) else 0.5 for c in sheet.title)
    if ems > TITLE_EMS:
        yield Finding("title", Severity.WARNING, _("The title is too long for the card of a shared link: it will be cut."), "title")  # fmt: skip


def lead_picture(sheet: Sheet) -> Iterator[Finding]:
    """The picture of the story itself."""
    if not sheet.has_picture:
        yield Finding("picture", Severity.WARNING, _("No picture: the story stands bare in lists and shared links."), "lead_image")  # fmt: skip
    elif not sheet.picture_words.strip():
        yield Finding(
            "alt", Severity.WARNING, _("The story’s own picture does not say what is seen in it."), "lead_alt"
        )
    elif FILE_NAME.search(sheet.picture_words.strip()):
        yield Finding("alt", Severity.WARNING, _("“%(words)s” says nothing of what is seen.") % {"words": sheet.picture_words}, "lead_alt")  # fmt: skip


def alt_texts(sheet: Sheet) -> Iterator[Finding]:
    """Pictures inside the text."""
    for block in sheet.blocks():
        for value in pictures_of(block):
            for name, holders in WORDS_OF.items():
                if not any(value.get(holder) for holder in holders) or name not in value:
                    continue
                words = str(value.get(name) or "").strip()
                if not words:
                    yield Finding("alt", Severity.WARNING, _("A picture does not say what is seen in it."), block.path)
                elif FILE_NAME.search(words):
                    yield Finding("alt", Severity.WARNING, _("“%(words)s” says nothing of what is seen.") % {"words": words}, block.path)  # fmt: skip


def uncredited(sheet: Sheet) -> Iterator[Finding]:
    """Pictures, sounds and films without a name."""
    for block in sheet.blocks():
        if block.kind not in CREDITED:
            continue
        for value in pictures_of(block):
            if not str(value.get("credit") or "").strip():
                words = str(value.get("title") or value.get("alt") or value.get("first_alt") or "…")
                message = _("Nobody is credited for “%(words)s”.") % {"words": words[:40]}
                yield Finding("credit", Severity.HINT, message, block.path)


def headings(sheet: Sheet) -> Iterator[Finding]:
    """A heading opens a part: a story does not begin with one, two do not follow each other, none stands last."""
    row = list(sheet.blocks())
    for number, block in enumerate(row):
        if block.kind != HEADING:
            continue
        after = row[number + 1].kind if number + 1 < len(row) else ""
        if number == 0:
            yield Finding(
                "heading", Severity.WARNING, _("The story begins with a heading; it already has a title."), block.path
            )
        if after in ("", HEADING):
            yield Finding("heading", Severity.WARNING, _("Nothing follows the heading “%(words)s”.") % {"words": block.value}, block.path)  # fmt: skip


def links(sheet: Sheet) -> Iterator[Finding]:
    """Links whose words say nothing, that lead nowhere, or lead out unprotected."""
    for block, soup in _texts(sheet):
        for link in soup.find_all("a"):
            words, address = link.get_text(" ", strip=True), str(link.get("href") or "")
            if not words:
                yield Finding("link", Severity.ERROR, _("A link has no words: nobody can see or hear it."), block.path)
            elif words.lower() in EMPTY_WORDS:
                yield Finding("link", Severity.WARNING, _("“%(words)s” does not say where the link leads.") % {"words": words}, block.path)  # fmt: skip
            if address.startswith("http://"):
                yield Finding(
                    "insecure",
                    Severity.HINT,
                    _("A link leads to http://: %(address)s") % {"address": address},
                    block.path,
                )
            target = str(link.get("id") or "")
            if link.get("linktype") == "page" and not (target.isdigit() and int(target) in sheet.house.live_pages):
                yield Finding("dead", Severity.WARNING, _("The link “%(words)s” leads to a page that is not there.") % {"words": words}, block.path)  # fmt: skip
    for block in sheet.noted():
        if block.kind == "source" and str(block.value.get("url") or "").startswith("http://"):
            address = block.value["url"]
            yield Finding(
                "insecure", Severity.HINT, _("A link leads to http://: %(address)s") % {"address": address}, block.path
            )


def members(sheet: Sheet) -> Iterator[Finding]:
    """A wall with nothing behind it."""
    for section in sheet.sections():
        if not any(_says(inner["value"]) for inner in section.value.get("content") or ()):
            yield Finding("members", Severity.ERROR, _("A members’ section is empty: readers would pay for nothing."), section.path)  # fmt: skip


def closed(sheet: Sheet) -> Iterator[Finding]:
    """A right that nobody can get any more: what it opens stays closed."""
    asked = [(sheet.audience, "audience")]
    asked += [(section.value.get("requires") or "", section.path) for section in sheet.sections()]
    for key, anchor in asked:
        if key not in (PUBLIC, ACCOUNT) and key not in sheet.house.given:
            yield Finding("closed", Severity.ERROR, _("No tier that can be joined opens “%(key)s”: this stays closed to everybody else.") % {"key": key}, anchor)  # fmt: skip


def translation(sheet: Sheet) -> Iterator[Finding]:
    """The other language is missing, not published, or behind or ahead of this one."""
    other = sheet.house.sibling
    if other is None:
        yield Finding("translation", Severity.WARNING, _("The story is in one language only."))
    elif sheet.live and not other.live:
        yield Finding("translation", Severity.WARNING, _("The other language is not published."))
    elif sheet.changed_at and other.changed_at and other.changed_at - sheet.changed_at > BEHIND:
        yield Finding("translation", Severity.WARNING, _("The other language was changed after this one."))
    elif sheet.changed_at and other.changed_at and sheet.changed_at - other.changed_at > BEHIND:
        yield Finding("translation", Severity.HINT, _("This language was changed after the other one."))


def long_paragraphs(sheet: Sheet) -> Iterator[Finding]:
    """A wall of words on a phone."""
    for block, soup in _texts(sheet):
        for paragraph in soup.find_all("p"):
            words = paragraph.get_text()
            if len(_han.findall(words)) > PARAGRAPH_HAN or len(_word.findall(words)) > PARAGRAPH_WORDS:
                yield Finding("paragraph", Severity.HINT, _("A paragraph fills more than a phone: “%(words)s…”") % {"words": words[:20]}, block.path)  # fmt: skip


def hand_spacing(sheet: Sheet) -> Iterator[Finding]:
    """Spaces typed between Chinese and Latin: the page sets them by itself, and search finds the words without."""
    if not sheet.language.startswith("zh"):
        return
    for name, words in (("title", sheet.title), ("standfirst", sheet.standfirst)):
        if found := _hand_spaced.search(words):
            yield _spaced(found[0], name)
    for block, soup in _texts(sheet):
        if found := _hand_spaced.search(_mark_and_space.sub("", soup.get_text())):
            yield _spaced(found[0], block.path)


def _spaced(words: str, anchor: str) -> Finding:
    return Finding("spacing", Severity.HINT, _("A space was typed between Chinese and Latin, “%(words)s”: the page sets it by itself.") % {"words": words}, anchor)  # fmt: skip


def note_marks(sheet: Sheet) -> Iterator[Finding]:
    """^3 without a third note, and a note that no mark leads to."""
    notes = sum(block.kind == "note" for block in sheet.noted())
    marked: set[int] = set()
    for block, soup in _texts(sheet):
        for number in map(int, _mark.findall(soup.get_text())):
            marked.add(number)
            if number > notes:
                yield Finding(
                    "note", Severity.ERROR, _("^%(n)s marks a note that is not there.") % {"n": number}, block.path
                )
    for number in sorted(set(range(1, notes + 1)) - marked):
        yield Finding("note", Severity.HINT, _("No mark leads to note %(n)s.") % {"n": number}, "notes")


def length(sheet: Sheet) -> Iterator[Finding]:
    """Nothing at all, or an evening's reading."""
    if not sheet.body:
        yield Finding("length", Severity.ERROR, _("The story has no text."), "body")
    elif sheet.minutes > LONG_MINUTES:
        yield Finding("length", Severity.HINT, _("It takes %(n)s minutes to read: make it two parts of a series?") % {"n": sheet.minutes}, "body")  # fmt: skip


CHECKS: tuple[Check, ...] = (
    rules, closed, members, links, note_marks, length, standfirst, title, lead_picture, alt_texts, headings, translation,
    uncredited, long_paragraphs, hand_spacing,
)  # fmt: skip


def _texts(sheet: Sheet) -> Iterator[tuple[Placed, BeautifulSoup]]:
    for block in [*sheet.blocks(), *sheet.noted()]:
        if block.kind in (TEXT, "note"):
            yield block, BeautifulSoup(str(block.value or ""), "html.parser")


def _says(value: Any) -> bool:
    if isinstance(value, str):
        return bool(BeautifulSoup(value, "html.parser").get_text(strip=True))
    return bool(value)
