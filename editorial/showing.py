"""What stands on a story's page beside its text: wall, notes, what to read on, and what machines are told."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from editorial import cards, holes, kept, pictures, previewing, shelves, translations, wall
from editorial.models.credit import Role
from editorial.readers import access
from editorial.reading import Shown
from ground.templatetags.yaji import html_lang
from membership.keys import PUBLIC

ROLES = [role.value for role in Role]

if TYPE_CHECKING:
    from editorial.models import StoryPage


def may_of(page: "StoryPage", request: HttpRequest) -> tuple[Any, wall.May]:
    """Who reads, and what they may open; a preview is read by nobody, as its mode says."""
    mode = getattr(page, "previewed", "")
    if mode:
        return None, previewing.may_of(mode)
    account = request.user if request.user.is_authenticated else None
    opened = getattr(page, "opened", None)
    if opened is not None:  # a shell: what it shows is decided by the rights that it is kept under, by nothing else
        return account, lambda key: key == PUBLIC or key in opened
    if access.opens_this_one(request, page.subject_key):
        return account, wall.everything
    return account, wall.for_account(account)


def story(page: "StoryPage", request: HttpRequest) -> dict[str, Any]:
    """The context of `editorial/story.html`."""
    account, may = may_of(page, request)
    shown = page.ready().shown(page.audience, may)
    shell = getattr(page, "opened", None) is not None  # its holes are filled at each visit
    parts = [
        {"wall": _wall(part, account, page, request, shell), "first": part is shown.gaps[0]}
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
        "talk": may(page.audience) and not getattr(page, "previewed", ""),  # who reads it reads what is said below it
        "room_subject": page.room_subject or page.subject_key,
        "story_language": html_lang(own),
        "elsewhere": own != get_language(),
        "author_url": next(
            (c["url"] for c in around["credits"] if c["role"] == "author" and c["name"] == page.author), ""
        ),
        "canonical_url": f"{settings.PUBLIC_URL}{around['path']}",
        "json_ld": _json_ld(page, shown, around),
    }


def _wall(gap: wall.Gap, account: Any, page: "StoryPage", request: HttpRequest, shell: bool) -> dict[str, Any]:
    words = wall.context(gap, account, request.path, page.subject_key)
    return words if shell else words | {"meter": holes.filled(words["meter"], request)}


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
        "share_url": cards.share_card(page),
        "credits": _credits(page),
        "people": [_named(p) for p in page.people.all() if p.live],
        "places": [_named(p) for p in page.places.all() if p.live],
        "near": shelves.neighbours(page),
    }


def _credits(page: "StoryPage") -> list[dict[str, Any]]:
    """Who did what: `{role, label, name, url}`, words first."""
    return [
        {"role": c.role, "label": c.get_role_display(), "name": c.name, "url": _url_of(c.person)}
        for c in sorted(page.credits.select_related("person"), key=lambda c: ROLES.index(c.role))
    ]


def _named(page: Any) -> dict[str, str]:
    return {"title": page.title, "url": translations.path_of(page)}


def _url_of(person: Any) -> str:
    return translations.path_of(person) if person is not None and person.live else ""


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
    authors = [c for c in around["credits"] if c["role"] == "author"] or [{"name": page.author, "url": ""}]
    told["author"] = [
        {"@type": "Person", "name": c["name"]} | ({"url": f"{settings.PUBLIC_URL}{c['url']}"} if c["url"] else {})
        for c in authors
        if c["name"]
    ]
    if series := around["near"].get("series"):
        told["isPartOf"] = {
            "@type": "CreativeWorkSeries",
            "name": series["title"],
            "url": f"{settings.PUBLIC_URL}{series['url']}",
        }
    if page.date:
        told["datePublished"] = page.date.isoformat()
    if around["share_url"]:
        told["image"] = around["share_url"]
    if shown.gaps:
        told["hasPart"] = {"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": ".wall"}
    return told
