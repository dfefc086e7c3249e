"""The sitemap, and the same for language models: every public page, with its other language and its picture."""

from typing import Any
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.images import get_image_model
from wagtail.models import Page

from editorial import pictures, translations
from editorial.passages.models import Kind, Passage
from ground.templatetags.yaji import html_lang

NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)


def sitemap() -> str:
    """Every live public page of ours with its translations. The same few queries whatever their number."""
    rows = Page.objects.live().public().filter(depth__gt=1, alias_of=None).select_related("locale").order_by("path")
    images = _images()
    by_key: dict[Any, list[tuple[Page, str]]] = {}
    for page in rows:
        if path := translations.path_of(page):
            by_key.setdefault(page.translation_key, []).append((page, f"{settings.PUBLIC_URL}{path}"))
    lines = ['<?xml version="1.0" encoding="utf-8"?>', f"<urlset {NAMESPACES}>"]
    for same in by_key.values():
        others = "".join(
            f'<xhtml:link rel="alternate" hreflang="{html_lang(p.locale.language_code)}" href={quoteattr(url)}/>'
            for p, url in same
        )
        lines += [_entry(page, url, others, images.get(page.pk, "")) for page, url in same]
    return "\n".join([*lines, "</urlset>"])


def _entry(page: Page, url: str, others: str, image: str) -> str:
    changed = f"<lastmod>{page.last_published_at.date()}</lastmod>" if page.last_published_at else ""
    picture = f"<image:image><image:loc>{escape(image)}</image:loc></image:image>" if image else ""
    return f"<url><loc>{escape(url)}</loc>{changed}{others}{picture}</url>"


def _images() -> dict[int, str]:
    """The picture of each page by page id, as pixels. Three queries."""
    wanted = dict(Passage.objects.filter(number=0).exclude(image_id=None).values_list("page_id", "image_id"))
    found = {image.pk: image for image in get_image_model().objects.filter(pk__in=set(wanted.values()))}
    pictures.gather(found.values())
    addresses = {pk: _address(image) for pk, image in found.items()}
    return {page: addresses[image] for page, image in wanted.items() if addresses.get(image)}


def _address(image: Any) -> str:
    if image.is_svg():
        return f"{settings.PUBLIC_URL}{reverse('share_picture', args=[image.pk])}"
    address = pictures.address(image, "share")[0]
    return f"{settings.PUBLIC_URL}{address}" if address else ""


def for_models() -> str:
    """`/llms.txt`: what this house is and what may be read, as plain Markdown. Titles and first words are public; what a
    membership opens is said to be closed and is not in here."""
    lines = [
        "# Yaji 雅集",
        "",
        "> A magazine on crafts and where things come from, with a membership, rooms to talk in and a monthly box.",
        "",
    ]
    for code, name in settings.LANGUAGES:
        with override(code):
            lines += [f"## {name}", "", *_listed(code), ""]
    lines += ["## Feeds", "", *(f"- {settings.PUBLIC_URL}/feeds/{feed}?lang={code}" for code, _n in settings.LANGUAGES for feed in ("atom.xml", "feed.json")), ""]  # fmt: skip
    return "\n".join(lines)


def _listed(code: str) -> list[str]:
    rows = Passage.objects.filter(language=code, number=0).exclude(kind=Kind.PAGE).light().order_by("kind", "title")
    gated = set(Passage.objects.exclude(requires="").values_list("page_id", flat=True))
    gated |= set(Passage.objects.exclude(audience="").values_list("page_id", flat=True))
    return [
        f"- [{row.title}]({settings.PUBLIC_URL}{row.path})"
        + (f": {_('to its end for members')}" if row.page_id in gated else "")
        for row in rows
    ]
