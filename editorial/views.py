"""The HTTP edge: pages, feeds, share pictures, and what robots are told."""

import io
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.views.decorators.http import require_GET
from wagtail.images import get_image_model
from wagtail.images.models import Filter
from wagtail.models import Page
from wagtail.views import serve

from editorial import cards, feeds, oembed, routing, shells
from editorial import sitemap as pages_map
from editorial.models import StoryPage
from ground import pagecache
from ground.drawing import card as drawing
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


def share_card(request: HttpRequest, page_id: int, mark: str) -> HttpResponse:
    """The card of a readable story, as it is now; an old address leads to the new one."""
    page = StoryPage.objects.readable().select_related("lead_image").filter(pk=page_id).first()
    if page is None or page.lead_image is None:
        raise Http404
    now = cards.card_mark(page)
    if mark != now:
        return redirect("share_card", page_id=page_id, mark=now)
    return pagecache.public(HttpResponse(_card(page, now), content_type="image/png"), DAY)


def _card(page: StoryPage, mark: str) -> bytes:
    """Drawn once, then stored; the picture in it is the stored one of link previews."""
    name = f"share/card-{page.pk}-{mark}.png"
    if default_storage.exists(name):
        with default_storage.open(name, "rb") as kept:
            return bytes(kept.read())
    lines = page.title_lines.split("|") if page.title_lines else None
    drawn = drawing.card(_picture(page.lead_image), page.title, page.kicker, lines=lines)
    default_storage.save(name, ContentFile(drawn))
    return drawn


def _picture(image: Any) -> bytes:
    if image.is_svg():
        return _pixels(image)
    with image.get_rendition(Filter(spec="fill-1280x1260|format-jpeg")).file.open("rb") as stored:
        return bytes(stored.read())


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
    return pagecache.public(HttpResponse(pages_map.sitemap(), content_type="application/xml; charset=utf-8"))


def for_models(request: HttpRequest) -> HttpResponse:
    """`/llms.txt`."""
    return pagecache.public(HttpResponse(pages_map.for_models(), content_type="text/plain; charset=utf-8"))


@require_GET
def embed(request: HttpRequest, form: str) -> HttpResponse:
    """`/feeds/oembed.json?url=…` (or `.xml`): 404 for what is no story of ours, 501 for another format."""
    wanted = request.GET.get("format", form)
    if wanted not in ("json", "xml") or form not in ("json", "xml"):
        return HttpResponse(status=501)
    page = oembed.story_of(request, request.GET.get("url", "")[:500])
    if page is None:
        raise Http404
    told = oembed.described(page)
    if wanted == "json":
        return pagecache.public(JsonResponse(told))
    out = io.StringIO()
    oembed.as_xml(told, out)
    return pagecache.public(HttpResponse(out.getvalue(), content_type="text/xml; charset=utf-8"))


def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may see: all but rooms, accounts and the admin."""
    lines = ["User-agent: *", "Disallow: /cms/", "Disallow: /demo/"]
    for code, _ in settings.LANGUAGES:
        lines += [f"Disallow: /{code}/account/", f"Disallow: /{code}/search/"]
    lines += [f"Sitemap: {settings.PUBLIC_URL}/sitemap.xml", ""]
    return pagecache.public(HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8"))
