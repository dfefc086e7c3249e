"""What stands on the pages that are not stories: a directory's entries, the stories that name a person, term or place,
the parts of a series. The same for everybody, in a constant number of queries."""

from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from wagtail.models import Page, ReferenceIndex

from editorial import cards, pictures, translations

if TYPE_CHECKING:
    from editorial.models import DirectoryPage, EntryPage, SeriesPage

MOST_STORIES = 24


def directory(page: "DirectoryPage") -> dict[str, Any]:
    """`groups`: lists of entries under a heading (empty where there is one list only); `pins`: places with a position."""
    rows = list(Page.objects.child_of(page).live().public().specific().order_by("title"))
    pictures.gather(getattr(row, "lead_image", None) for row in rows)
    if page.holds == "terms":
        crafts = _crafts_of(rows)
        groups = [{"heading": name, "entries": [_entry(r) for r in of]} for name, of in crafts]
    else:
        groups = [{"heading": "", "entries": [_entry(r) for r in rows]}] if rows else []
    return {"groups": groups}


def _crafts_of(rows: list[Any]) -> list[tuple[str, list[Any]]]:
    """Terms under the name of their craft; those without one come last."""
    from django.db.models import prefetch_related_objects

    terms = [row for row in rows if hasattr(row, "craft_id")]
    prefetch_related_objects(terms, "craft")
    ordered = sorted({t.craft for t in terms if t.craft}, key=lambda c: (c.place, c.slug))
    found = [(str(c.name), [t for t in terms if t.craft_id == c.pk]) for c in ordered]
    rest = [t for t in terms if t.craft_id is None]
    return found + ([(_("Of every craft"), rest)] if rest else [])


def _entry(row: Any) -> dict[str, Any]:
    image = pictures.address(row.lead_image, "square") if getattr(row, "lead_image", None) else ("", 0, 0)
    return {
        "url": translations.path_of(row),
        "title": row.title,
        "short": getattr(row, "short", ""),
        "note": getattr(row, "trade", "") or getattr(row, "reading", ""),
        "anchor": row.slug,
        "image_url": image[0],
        "image_width": image[1],
        "image_height": image[2],
    }


def entry(page: "EntryPage") -> dict[str, Any]:
    """`stories`: cards of the stories that name this page, newest first; `lead`: its picture; `up`: the directory."""
    pictures.gather([page.picture])
    path = translations.path_of(page)
    return {
        "stories": cards.cards(list(_naming(page)[:MOST_STORIES])),
        "lead": pictures.tag(page.picture, "card", page.picture_alt, eager=True) if page.picture else "",
        "up": path.rstrip("/").rpartition("/")[0] + "/",
    }


def _naming(page: "EntryPage") -> "QuerySet[Any]":
    """Readable stories that point at this page, by a field, a credit or a link in their text."""
    from editorial.models import StoryPage

    pointing = ReferenceIndex.get_references_to(page).values_list("object_id", flat=True)
    ids = [int(i) for i in pointing if i.isdigit()]
    rows = StoryPage.objects.readable().written_in(page.locale.language_code)
    return rows.filter(Q(pk__in=ids)).newest_first()


def series(page: "SeriesPage") -> dict[str, Any]:
    """`stories`: cards in the order of their parts; `lead`: its picture."""
    pictures.gather([page.picture])
    rows = page.stories.readable().written_in(page.locale.language_code).order_by("part", "date", "pk")
    return {
        "stories": cards.cards(list(rows)),
        "lead": pictures.tag(page.picture, "lead", page.picture_alt, eager=True) if page.picture else "",
    }


def neighbours(page: Any) -> dict[str, Any]:
    """The parts before and after a story in its series: `{series, before, after, parts}`; empty without a series."""
    if page.series_id is None or page.part is None:
        return {}
    rows = list(
        page.series.stories.readable()
        .filter(locale_id=page.locale_id)
        .exclude(part=None)
        .order_by("part", "date", "pk")
    )
    at = next((n for n, row in enumerate(rows) if row.pk == page.pk), None)
    if at is None:
        return {}
    near = {"before": rows[at - 1] if at else None, "after": rows[at + 1] if at + 1 < len(rows) else None}
    links = {
        k: {"url": translations.path_of(r), "title": r.title, "part": r.part} if r else None for k, r in near.items()
    }
    return {
        "series": {"url": translations.path_of(page.series), "title": page.series.title},
        "parts": len(rows),
        **links,
    }
