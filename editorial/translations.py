"""The same page in another language."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from wagtail.models import Locale, Page

from editorial import kept


def addresses(page: Page) -> dict[str, str]:
    """`{language: path}` for each language; where a live translation is missing, the page's own path in that language,
    at which the router shows the page as it is, and says so. One query, kept."""
    return kept.get(("translations", page.pk), lambda: _addresses(page))[0]


def tell(request: HttpRequest, page: Page) -> None:
    """Hang onto the request what the layout says of languages: every address, and which of them is really written."""
    found = kept.get(("translations", page.pk), lambda: _addresses(page))
    request.translations, request.written_in = found  # type: ignore[attr-defined]


def _addresses(page: Page) -> tuple[dict[str, str], frozenset[str]]:
    rows = Page.objects.live().filter(translation_key=page.translation_key).select_related("locale")
    found = {row.locale.language_code: path for row in rows if (path := path_of(row))}
    own = path_of(page)
    inside = own.split("/", 2)[2] if own.count("/") > 1 else ""
    every = {code: found.get(code) or f"/{code}/{inside}" for code, _ in settings.LANGUAGES}
    return every, frozenset(found) | {page.locale.language_code}


def path_of(page: Page) -> str:
    """A page's path with its language, without host; empty when it lies outside of every site. No query once warm."""
    parts = page.get_url_parts()
    return parts[2] if parts and parts[2] else ""


def languages() -> dict[str, Any]:
    """Locales by language code, kept."""
    return kept.get(("locales",), lambda: {row.language_code: row for row in Locale.objects.all()})
