"""The search itself: one query finds, one reads the words of what is shown, one the pictures."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from wagtail.images import get_image_model
from wagtail.search.backends import get_search_backend

from editorial import kept
from editorial.models import Craft, Period, Region, Topic
from editorial.passages import database
from editorial.passages.models import Kind, Passage
from ground.search import Choice, Narrowing, SearchQuery, query_terms
from membership import entitlements
from membership.keys import ACCOUNT, PUBLIC

MOST_FOUND = 400  # what is counted and ranked; nobody pages further
MOST_SUGGESTED = 6
NARROWINGS = ("craft", "period", "region", "topic", "language")


@dataclass(frozen=True, slots=True)
class Found:
    """Passages by rank, one for each page in the reader's language where there is one, and how to narrow them."""

    rows: list[Passage]
    narrowings: list[Narrowing]
    loose: bool


def find(asked: SearchQuery) -> Found:
    """All that the asker may read and that has every word; where nothing has, what has some of them (`loose`)."""
    terms = query_terms(asked.text)
    if not terms:
        return Found([], [], False)
    rows = _search(asked, terms, "and")
    loose = not rows and " " in terms
    if loose:
        rows = _search(asked, terms, "or")[: asked.limit]
    ranked = _one_each(rows, asked.language)
    shown = [row for row in ranked if _within(row, asked.narrow)]
    return Found(shown, _narrowings(ranked, asked.narrow), loose)


def _search(asked: SearchQuery, terms: str, operator: str) -> list[Passage]:
    return database.search(held(asked.account), terms, operator, MOST_FOUND)


def held(account: Any) -> list[str]:
    """Every key that is open to the asker, the public one too."""
    signed_in = account is not None and account.is_authenticated
    return [PUBLIC, *([ACCOUNT] if signed_in else []), *(entitlements.keys(account) if signed_in else ())]


def _one_each(rows: list[Passage], language: str) -> list[Passage]:
    """The best passage of each thing; what is written in the reader's language comes first, in its order."""
    best: dict[Any, Passage] = {}
    for row in rows:
        known = best.get(row.same)
        if known is None or (row.language == language and known.language != language):
            best[row.same] = row
    return sorted(best.values(), key=lambda row: row.language != language)


def _within(row: Passage, narrow: Any) -> bool:
    return all(_has(row, name, value) for name, value in narrow.items() if name in NARROWINGS and value)


def _has(row: Passage, name: str, value: str) -> bool:
    return f" {value} " in row.topics if name == "topic" else getattr(row, name) == value


def _narrowings(rows: list[Passage], narrow: Any) -> list[Narrowing]:
    """Each way to narrow with its counts, counted among what the other ways leave."""
    labels = kept.get(("facet names", _("Craft")), _names)
    titles = {
        "craft": _("Craft"),
        "period": _("Period"),
        "region": _("Region"),
        "topic": _("Topic"),
        "language": _("Written in"),
    }
    found = []
    for name in NARROWINGS:
        others = {k: v for k, v in narrow.items() if k != name}
        counted = Counter(v for row in rows if _within(row, others) for v in _values(row, name))
        choices = [
            Choice(value, labels.get((name, value), value), number, narrow.get(name) == value)
            for value, number in counted.most_common(8)
        ]
        own = narrow.get(name)
        if own and not any(choice.chosen for choice in choices):  # nothing is left of it: it can still be taken away
            choices.append(Choice(own, labels.get((name, own), own), 0, True))
        if len(choices) > 1 or own:
            found.append(Narrowing(name, titles[name], choices))
    return found


def _values(row: Passage, name: str) -> list[str]:
    if name == "topic":
        return row.topics.split()
    value = getattr(row, name)
    return [value] if value else []


def _names() -> dict[tuple[str, str], str]:
    found = {("language", "en"): "English", ("language", "zh-hans"): "中文"}
    for name, model in (("craft", Craft), ("period", Period), ("region", Region), ("topic", Topic)):
        found |= {(name, row.slug): str(row.name) for row in model.objects.all()}
    return found


def texts(rows: list[Passage]) -> dict[int, str]:
    """The words of these passages. One query."""
    return dict(Passage.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "text"))


def pictures_of(rows: list[Passage]) -> dict[int, str]:
    """Address of each picture, as small as a hit needs it. One query."""
    wanted = {row.image_id for row in rows if row.image_id}
    renditions = get_image_model().get_rendition_model().objects.filter(image_id__in=wanted, filter_spec__startswith="fill-1200x900")  # fmt: skip
    return {r.image_id: r.url for r in renditions} if wanted else {}


def suggest(asked: SearchQuery) -> list[Passage]:
    """Titles that begin with, or in Chinese contain, what is being typed; the reader's language first. One query.

    Titles are public: every page shows its own to everybody.
    """
    text = asked.text.strip().lower()
    if not text:
        return []
    titles = Passage.objects.filter(number=0).light()
    rows = get_search_backend().autocomplete(text, titles)[: MOST_SUGGESTED * 4]
    return _one_each(list(rows), asked.language)[:MOST_SUGGESTED]


SECTIONS: tuple[tuple[Kind, int], ...] = (
    (Kind.STORY, 10), (Kind.SERIES, 15), (Kind.PERSON, 20), (Kind.TERM, 25), (Kind.PLACE, 30), (Kind.PAGE, 90),
)  # fmt: skip


def section_labels() -> dict[str, str]:
    """What the sections are called."""
    return {
        Kind.STORY: _("Stories"), Kind.SERIES: _("Series"), Kind.PERSON: _("Makers and scholars"),
        Kind.TERM: _("Glossary"), Kind.PLACE: _("Places"), Kind.PAGE: _("About the house"),
    }  # fmt: skip
