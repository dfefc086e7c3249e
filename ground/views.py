"""Pages that belong to no app: the one search, and what is said when something cannot be shown."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from ground import finder


def search(request: HttpRequest) -> HttpResponse:
    """Everything that the asker may read and that matches `?q=`; `?in=` is one section, with `?page=`.

    An empty question shows the form. htmx asks for the results alone.
    """
    return render(request, "search/page.html", finder.context(request))


def suggest(request: HttpRequest) -> JsonResponse:
    """What to jump to while `?q=` is being typed: `{"found": [{title, url, kind}, …]}`."""
    found = finder.suggestions(request)
    response = JsonResponse({"found": [asdict(one) for one in found]})
    response["Cache-Control"] = "private, max-age=60"
    return response


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
