"""oEmbed (https://oembed.com): how another site shows a link to a story. No script, nothing gated."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.xmlutils import SimplerXMLGenerator

from editorial import cards, routing, translations
from editorial.models import StoryPage

NAMES = {"zh-hans": "雅集", "en": "Yaji"}
WIDTH, HEIGHT = 1200, 630  # of the share picture, in pixels
CACHE_SECONDS = 86_400


def story_of(request: HttpRequest, url: str) -> StoryPage | None:
    """The story at an address of this site; None for any other address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.netloc not in (urlsplit(settings.PUBLIC_URL).netloc, request.get_host()):
        return None
    language, _, path = parts.path.lstrip("/").partition("/")
    return routing.find(request, language, path) if language in dict(settings.LANGUAGES) else None


def described(page: StoryPage) -> dict[str, Any]:
    """The answer of version 1.0, of the type `rich`."""
    url = f"{settings.PUBLIC_URL}{translations.path_of(page)}"
    name = NAMES[page.locale.language_code]
    told = {
        "version": "1.0",
        "type": "rich",
        "title": page.title,
        "author_name": page.author,
        "provider_name": name,
        "provider_url": f"{settings.PUBLIC_URL}/",
        "cache_age": CACHE_SECONDS,
        "width": 600,
        "height": None,
        "html": format_html('<blockquote><p><a href="{}">{}</a></p><p>{}</p><footer>{}</footer></blockquote>', url, page.title, page.standfirst, name),
    }  # fmt: skip
    if picture := cards.share_card(page):
        told |= {"thumbnail_url": picture, "thumbnail_width": WIDTH, "thumbnail_height": HEIGHT}
    return told


def as_xml(told: dict[str, Any], out: Any) -> None:
    """Write the answer as XML."""
    xml = SimplerXMLGenerator(out, "utf-8")
    xml.startDocument()
    xml.startElement("oembed", {})
    for name, value in told.items():
        xml.addQuickElement(name, "" if value is None else str(value))
    xml.endElement("oembed")
    xml.endDocument()
