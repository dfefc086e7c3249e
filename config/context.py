"""What every page's layout needs. Nothing per visitor for anonymous readers: their pages are cached whole."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.functional import SimpleLazyObject, lazystr
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ground import registry

HTML_CODES = {"zh-hans": "zh-Hans", "en": "en"}
OTHER_LABELS = {"zh-hans": "中文", "en": "EN"}


def site(request: HttpRequest) -> dict[str, Any]:
    """Layout context: navigation, dock, language links and addresses for search engines."""
    language = get_language() or settings.LANGUAGE_CODE
    return {
        "site_nav": SimpleLazyObject(lambda: _nav(request, language)),
        "dock_items": SimpleLazyObject(lambda: _dock(request, language)),
        "footer_columns": SimpleLazyObject(lambda: _footer(language)),
        "language_links": SimpleLazyObject(lambda: language_links(request, language)),
        "html_language": HTML_CODES.get(language, language),
        "canonical_url": f"{settings.PUBLIC_URL}{request.path}",
        "account": SimpleLazyObject(lambda: request.user),
        "development": not settings.ENVIRONMENT.production,
        "sandboxed": settings.STRIPE_SANDBOX,
        "public_url": lazystr(settings.PUBLIC_URL),
    }


def language_links(request: HttpRequest, language: str) -> list[dict[str, Any]]:
    """One link per language: the page's own translations where it has them, else the same address translated."""
    own = getattr(request, "translations", {})  # set by editorial for Wagtail pages
    written = getattr(request, "written_in", None)  # likewise; None: a page of ours, which every language has
    links = []
    for code, label in settings.LANGUAGES:
        url = own.get(code) or translate_url(request.get_full_path(), code)
        if url == request.get_full_path() and code != language:
            url = f"/{code}/"
        links.append(
            {
                "code": code,
                "html_code": HTML_CODES[code],
                "label": label,
                "short": OTHER_LABELS[code],
                "url": url,
                "absolute": f"{settings.PUBLIC_URL}{url.partition('?')[0]}",
                "current": code == language,
                "written": written is None or code in written,
            }
        )
    return links


def _nav(request: HttpRequest, language: str) -> list[dict[str, Any]]:
    base = f"/{language}/"
    items = [
        ("stories", _("Stories"), f"{base}stories/"),
        ("rooms", _("Rooms"), f"{base}groups/"),
        ("boxes", _("The Box"), f"{base}boxes/"),
        ("join", _("Join"), f"{base}join/"),
    ]
    return [{"key": k, "label": t, "url": u, "current": request.path.startswith(u)} for k, t, u in items]


def _dock(request: HttpRequest, language: str) -> list[dict[str, Any]]:
    base = f"/{language}/"
    items = [
        ("home", _("Home"), base, "home"),
        ("stories", _("Stories"), f"{base}stories/", "book"),
        ("rooms", _("Rooms"), f"{base}groups/", "talk"),
        ("boxes", _("The Box"), f"{base}boxes/", "box"),
        ("account", _("You"), f"{base}account/", "person"),
    ]
    badges = _badges(request)
    return [
        {
            "key": key,
            "label": label,
            "url": url,
            "icon": icon,
            "badge": badges.get(key, 0),
            "current": request.path == url if key == "home" else request.path.startswith(url),
        }
        for key, label, url, icon in items
    ]


def _badges(request: HttpRequest) -> dict[str, int]:
    if not request.user.is_authenticated:
        return {}
    return {badge.key: badge.count(request.user) for badge in registry.nav_badges}


def _footer(language: str) -> list[dict[str, Any]]:
    base = f"/{language}/"
    return [
        {
            "title": _("Read"),
            "links": [
                {"label": _("Stories"), "url": f"{base}stories/"},
                {"label": _("Hands"), "url": f"{base}people/"},
                {"label": _("Glossary"), "url": f"{base}glossary/"},
                {"label": _("Places"), "url": f"{base}places/"},
                {"label": _("Search"), "url": f"{base}search/"},
                {"label": _("Feed"), "url": f"/feeds/atom.xml?lang={language}"},
            ],
        },
        {
            "title": _("Meet"),
            "links": [
                {"label": _("Rooms"), "url": f"{base}groups/"},
                {"label": _("The Monthly Box"), "url": f"{base}boxes/"},
                {"label": _("Single things"), "url": f"{base}shop/"},
                {"label": _("Join"), "url": f"{base}join/"},
            ],
        },
        {
            "title": _("House"),
            "links": [
                {"label": _("About Yaji"), "url": f"{base}about/"},
                {"label": _("Terms"), "url": f"{base}terms/"},
                {"label": _("Privacy and data"), "url": f"{base}privacy/"},
                {"label": _("Imprint"), "url": f"{base}imprint/"},
                {"label": _("Returns"), "url": f"{base}returns/"},
            ],
        },
    ]
