"""What the index adds to the site search."""

from django.utils.translation import gettext_lazy as _

from editorial.passages import queries
from editorial.passages.models import Passage
from ground.registry import SearchSource, search_sources
from ground.search import Answer, SearchHit, SearchQuery, Section, Suggestion, excerpt


def register() -> None:
    """Called once at start."""
    search_sources.register(SearchSource("pages", _("Pages"), answer, suggest, order=10))


def answer(asked: SearchQuery) -> Answer:
    """Stories, series, people, terms, places and pages, each in a section of its own."""
    found = queries.find(asked)
    labels = queries.section_labels()
    sections, shown = [], []
    for kind, order in queries.SECTIONS:
        rows = [row for row in found.rows if row.kind == kind]
        part = rows[asked.start : asked.start + asked.limit] if asked.section == kind else rows[: asked.limit]
        if rows:
            sections.append((kind, order, len(rows), part))
            shown += part if asked.section in ("", kind) else []
    texts, images = queries.texts(shown), queries.pictures_of(shown)
    return Answer(
        sections=[
            Section(kind, labels[kind], total, [_hit(r, asked, texts, images) for r in part if r.pk in texts], order)
            for kind, order, total, part in sections
        ],
        narrowings=found.narrowings,
        loose=found.loose,
    )


def _hit(row: Passage, asked: SearchQuery, texts: dict[int, str], images: dict[int, str]) -> SearchHit:
    picture = images.get(row.image_id or 0, "")
    return SearchHit(row.title, row.path, excerpt(texts[row.pk], asked.text), row.kicker, picture, row.language)


def suggest(asked: SearchQuery) -> list[Suggestion]:
    """Titles for what is being typed."""
    labels = queries.section_labels()
    return [Suggestion(row.title, row.path, labels[row.kind]) for row in queries.suggest(asked)]
