"""Stories and pages in the site search.

Only the free text is indexed, so neither a hit nor an excerpt can tell anybody what stands behind the wall. A member finds
a story by the words before the wall, too: the databases' search has one index per page, not one per right.
"""

from typing import Any

from editorial import pictures, translations
from editorial.models import PlainPage, StoryPage
from ground.search import SearchHit, SearchQuery, excerpt, query_terms


def stories(asked: SearchQuery) -> list[SearchHit]:
    """Stories with all words of the query in title or free text; the reader's language first, one hit per story."""
    found = _found(StoryPage.objects.readable().select_related("lead_image", "locale"), asked)
    pictures.gather(p.lead_image for p in found)
    return [_hit(p, asked, p.kicker, p.lead_image) for p in found]


def plain_pages(asked: SearchQuery) -> list[SearchHit]:
    """About, terms and the like."""
    return [_hit(p, asked, "", None) for p in _found(PlainPage.objects.live().public().select_related("locale"), asked)]


def _found(rows: Any, asked: SearchQuery) -> list[Any]:
    terms = query_terms(asked.text)
    if not terms:
        return []
    by_key: dict[Any, Any] = {}
    for page in rows.search(terms, operator="and")[: asked.limit * 2]:
        known = by_key.get(page.translation_key)
        if known is None or page.locale.language_code == asked.language:
            by_key[page.translation_key] = page
    ranked = sorted(by_key.values(), key=lambda p: p.locale.language_code != asked.language)  # stable: keeps the rank
    return ranked[: asked.limit]


def _hit(page: Any, asked: SearchQuery, kicker: str, image: Any) -> SearchHit:
    address = pictures.address(image, "card")[0] if image else ""
    return SearchHit(page.title, translations.path_of(page), excerpt(page.free_text, asked.text), kicker, address)
