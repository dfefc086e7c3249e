"""Atom and JSON Feed. Every text in them is cut by the wall as for a visitor."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import override

from editorial import cards, pictures, reading, translations, wall
from editorial.models import StoryPage
from ground.templatetags.yaji import html_lang

MOST = 20
NAMES = {"zh-hans": "雅集", "en": "Yaji"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A story in a feed; `html` is its free text and, where there is more, the way on."""

    page: StoryPage
    url: str
    html: str
    image: str
    published: datetime
    updated: datetime


def entries(language: str) -> list[Entry]:
    """The newest stories of a language."""
    with override(language):
        rows = StoryPage.objects.readable().written_in(language).newest_first()[:MOST]
        pages = list(rows)
        pictures.gather(i for p in pages for i in (p.lead_image, p.social_image))
        return [_entry(p) for p in pages]


def _entry(page: StoryPage) -> Entry:
    url = f"{settings.PUBLIC_URL}{translations.path_of(page)}"
    shown = page.ready().shown(page.audience, wall.visitor)
    html = reading.absolute(shown.pieces, settings.PUBLIC_URL)
    html = html.replace('href="#', f'href="{url}#')
    if shown.gaps:
        more = format_html('<p><a href="{}#{}">{}</a></p>', url, shown.gaps[0].anchor, _("Read on at the table"))
        html = f"{html}\n{more}"
    updated = page.last_published_at or page.latest_revision_created_at or datetime.now(UTC)
    published = datetime.combine(page.date, time(), UTC) if page.date else page.first_published_at or updated
    return Entry(page, url, html, cards.share_picture(page), published, updated)


def atom(language: str) -> str:
    """Atom 1.0."""
    found = entries(language)
    home, own = f"{settings.PUBLIC_URL}/{language}/", f"{settings.PUBLIC_URL}/feeds/atom.xml?lang={language}"
    newest = max((e.updated for e in found), default=datetime.now(UTC))
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{html_lang(language)}">',
        f"<title>{NAMES[language]}</title>",
        f"<id>{escape(home)}</id>",
        f'<link rel="alternate" href={quoteattr(home)}/>',
        f'<link rel="self" href={quoteattr(own)}/>',
        f"<updated>{newest.isoformat()}</updated>",
        f"<author><name>{NAMES[language]}</name></author>",
        *(_atom_entry(e) for e in found),
        "</feed>",
    ]
    return "\n".join(lines)


def _atom_entry(entry: Entry) -> str:
    page = entry.page
    author = f"<author><name>{escape(page.author)}</name></author>" if page.author else ""
    return (
        f"<entry><title>{escape(page.title)}</title><id>{entry.url}</id><link href={quoteattr(entry.url)}/>"
        f"<published>{entry.published.isoformat()}</published><updated>{entry.updated.isoformat()}</updated>{author}"
        f'<summary>{escape(page.standfirst)}</summary><content type="html">{escape(entry.html)}</content></entry>'
    )


def json_feed(language: str) -> str:
    """JSON Feed 1.1."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": NAMES[language],
        "home_page_url": f"{settings.PUBLIC_URL}/{language}/",
        "feed_url": f"{settings.PUBLIC_URL}/feeds/feed.json?lang={language}",
        "language": html_lang(language),
        "items": [_json_item(e) for e in entries(language)],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)


def _json_item(entry: Entry) -> dict[str, Any]:
    page = entry.page
    item: dict[str, Any] = {
        "id": entry.url,
        "url": entry.url,
        "title": page.title,
        "summary": page.standfirst,
        "content_html": entry.html,
        "date_published": entry.published.isoformat(),
        "date_modified": entry.updated.isoformat(),
    }
    if page.author:
        item["authors"] = [{"name": page.author}]
    return item | ({"image": entry.image} if entry.image else {})
