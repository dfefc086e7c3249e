"""Pages that belong to no app: the one search, and what is said when something cannot be shown."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from ground import registry
from ground.search import SearchQuery

MOST_CHARACTERS = 100


def search(request: HttpRequest) -> HttpResponse:
    """Everything that the asker may read and that matches `?q=`, by source. An empty question shows the form."""
    text = request.GET.get("q", "")[:MOST_CHARACTERS].strip()
    account = request.user if request.user.is_authenticated else None
    asked = SearchQuery(text=text, account=account, language=get_language() or "en")
    found = []
    if text:
        found = [(source, hits) for source in registry.search_sources if (hits := source.search(asked))]
    context = {"query": text, "found": found, "total": sum(len(hits) for _, hits in found)}
    return render(request, "search/page.html", context)


def missing(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404 in the visitor's language; hidden and missing look alike."""
    return render(request, "404.html", status=404)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403 in the visitor's language."""
    return render(request, "403.html", status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """500; rendered without context processors so that a broken part cannot break it again."""
    from django.template import loader

    return HttpResponse(loader.get_template("500.html").template.source, status=500)  # type: ignore[attr-defined]
