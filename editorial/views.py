"""The HTTP edge: pages, feeds, share pictures, and what robots are told."""

from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from wagtail.images import get_image_model
from wagtail.models import Page
from wagtail.views import serve

from editorial import feeds, routing, shells
from ground import pagecache
from ground.drawing import raster

SHARE_WIDTH = 1200  # pixels
DAY = 86400.0  # seconds


def page(request: HttpRequest, path: str) -> HttpResponse:
    """A page of Wagtail's. A story that is not written in this language is shown in the other, and says so."""
    language = get_language() or settings.LANGUAGE_CODE
    if request.user.is_authenticated:
        ready = shells.answer(request, language, path)
        if ready is not None:
            return ready
    routing.route(request, language, path)
    if Page.route_for_request(request, path) is None:
        other = routing.elsewhere(request, language, path)
        if other is None:
            raise Http404
        request._wagtail_route_for_request = (other, [], {})  # type: ignore[attr-defined]
    return serve(request, path)


def _asked_language(request: HttpRequest) -> str:
    asked = request.GET.get("lang", "")
    return asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def atom(request: HttpRequest) -> HttpResponse:
    """`/feeds/atom.xml?lang=`: the newest stories, each as far as everybody may read it."""
    return pagecache.public(HttpResponse(feeds.atom(_asked_language(request)), content_type="application/atom+xml; charset=utf-8"))  # fmt: skip


def json_feed(request: HttpRequest) -> HttpResponse:
    """`/feeds/feed.json?lang=`: the same as a JSON Feed."""
    return pagecache.public(HttpResponse(feeds.json_feed(_asked_language(request)), content_type="application/feed+json; charset=utf-8"))  # fmt: skip


def share_picture(request: HttpRequest, image_id: int) -> HttpResponse:
    """A drawing as PNG, for link cards; only drawings, which are our own code's SVG."""
    image = get_object_or_404(get_image_model(), pk=image_id)
    if not image.is_svg():
        raise Http404
    return pagecache.public(HttpResponse(_pixels(image), content_type="image/png"), DAY)


def _pixels(image: Any) -> bytes:
    """Drawn once, then stored: a drawing with many filters takes seconds."""
    name = f"share/{image.pk}-{PurePosixPath(image.file.name).stem}.png"
    if not default_storage.exists(name):
        with image.file.open("rb") as stored:
            drawn = raster.png(stored.read().decode(), SHARE_WIDTH)
        default_storage.save(name, ContentFile(drawn))
        return drawn
    with default_storage.open(name, "rb") as kept:
        return bytes(kept.read())


def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public page, with its other language and its picture."""
    return pagecache.public(HttpResponse(feeds.sitemap(), content_type="application/xml; charset=utf-8"))


def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may see: all but rooms, accounts and the admin."""
    lines = ["User-agent: *", "Disallow: /cms/", "Disallow: /demo/"]
    for code, _ in settings.LANGUAGES:
        lines += [f"Disallow: /{code}/account/", f"Disallow: /{code}/search/"]
    lines += [f"Sitemap: {settings.PUBLIC_URL}/sitemap.xml", ""]
    return pagecache.public(HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8"))
