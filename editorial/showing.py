"""What stands on a story's page beside its text: wall, notes, what to read on, and what machines are told."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from editorial import cards, holes, kept, pictures, translations, wall
from editorial.reading import Shown
from ground.templatetags.yaji import html_lang
from membership.keys import PUBLIC

if TYPE_CHECKING:
    from editorial.models import StoryPage

MEMBER = "member"


def may_of(page: "StoryPage", request: HttpRequest) -> tuple[Any, wall.May]:
    """Who reads, and what they may open; a preview is read by nobody, as its mode says."""
    mode = getattr(page, "previewed", "")
    if mode:
        return None, wall.everything if mode == MEMBER else wall.visitor
    account = request.user if request.user.is_authenticated else None
    opened = getattr(page, "opened", None)
    if opened is not None:  # a shell: what it shows is decided by the rights that it is kept under, by nothing else
        return account, lambda key: key == PUBLIC or key in opened
    return account, wall.for_account(account)


def story(page: "StoryPage", request: HttpRequest) -> dict[str, Any]:
    """The context of `editorial/story.html`."""
    account, may = may_of(page, request)
    shown = page.ready().shown(page.audience, may)
    shell = getattr(page, "opened", None) is not None  # its holes are filled at each visit
    parts = [
        {"wall": wall.context(part, account, request.path, page.subject_key), "first": part is shown.gaps[0]}
        if isinstance(part, wall.Gap)
        else {"html": part.html if shell else holes.filled(part.html, request)}
        for part in shown.parts
    ]
    own = page.locale.language_code
    around = _around(page)
    return around | {
        "parts": parts,
        "notes": shown.notes,
        "sources": shown.sources,
        "scripts": shown.scripts,
        "room_placed": shown.has_room,
        "subject_key": page.subject_key,
        "room_subject": page.room_subject or page.subject_key,
        "story_language": html_lang(own),
        "elsewhere": own != get_language(),
        "canonical_url": f"{settings.PUBLIC_URL}{around['path']}",
        "json_ld": _json_ld(page, shown, around),
    }


def _around(page: "StoryPage") -> dict[str, Any]:
    """The same for everybody, so kept: the channel, the lead picture, what to read on."""
    if getattr(page, "previewed", ""):
        return _make_around(page)
    return kept.get(("around", page.pk, get_language()), lambda: _make_around(page))


def _make_around(page: "StoryPage") -> dict[str, Any]:
    pictures.gather([page.lead_image])
    lead = pictures.tag(page.lead_image, "lead", page.lead_alt, eager=True) if page.lead_image else ""
    path = translations.path_of(page)
    return {
        "path": path,
        "lead": lead,
        "channel_url": path.rstrip("/").rpartition("/")[0] + "/",
        "shelf": cards.read_on(page),
        "share_url": cards.share_picture(page),
    }


def _json_ld(page: "StoryPage", shown: Shown, around: dict[str, Any]) -> dict[str, Any]:
    """schema.org's Article; says which part of the page is not free, as search engines ask."""
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": page.title,
        "description": page.description,
        "inLanguage": html_lang(page.locale.language_code),
        "mainEntityOfPage": f"{settings.PUBLIC_URL}{around['path']}",
        "isAccessibleForFree": not page.gated,
        "publisher": {"@type": "Organization", "name": "Yaji 雅集"},
    }
    if page.author:
        told["author"] = {"@type": "Person", "name": page.author}
    if page.date:
        told["datePublished"] = page.date.isoformat()
    if around["share_url"]:
        told["image"] = around["share_url"]
    if shown.gaps:
        told["hasPart"] = {"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": ".wall"}
    return told
