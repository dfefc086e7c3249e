"""A letter made from its stories, for one language and one set of rights. Where a story ends is decided by the wall."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override
from wagtail.rich_text import expand_db_html

from editorial import cards, holes, pictures, translations, wall
from editorial.blocks.body import CARDS, HEADING, TEXT
from editorial.letters import mailhtml
from editorial.letters.enums import Extent
from editorial.letters.models import Campaign
from editorial.models import StoryPage
from editorial.reading import Piece, Shown
from editorial.reading_time import remaining
from ground import clock
from membership.keys import PUBLIC

# Stand in the kept bodies where each reader's own link comes.
LEAVE_MARK, CHOICES_MARK = "https://leave.invalid/", "https://choices.invalid/"


@dataclass(frozen=True, slots=True)
class Composed:
    """A letter's subject and its two bodies, the reader's own links still marks."""

    subject: str
    html: str
    text: str

    def addressed(self, leave: str, choices: str) -> "Composed":
        """With somebody's own links."""
        html, text = (body.replace(LEAVE_MARK, leave).replace(CHOICES_MARK, choices) for body in (self.html, self.text))
        return Composed(self.subject, html, text)


def holding(rights: frozenset[str]) -> wall.May:
    """What somebody with exactly these rights may open."""
    return lambda key: key == PUBLIC or key in rights


def stories(campaign: Campaign, language: str) -> list[tuple[StoryPage, str]]:
    """The letter's stories, in order, as (page, extent): in this language, else in the one there is.

    A story that is not live or that Wagtail's page privacy covers is left out. Two queries.
    """
    chosen = list(campaign.stories.select_related("story").order_by("sort_order", "pk"))
    keys = {row.story.translation_key for row in chosen}
    rows = StoryPage.objects.readable().filter(translation_key__in=keys)
    found: dict[Any, StoryPage] = {}
    for page in rows.select_related("lead_image", "social_image", "locale").order_by("pk"):
        if page.translation_key not in found or page.locale.language_code == language:
            found[page.translation_key] = page
    pictures.gather(i for p in found.values() for i in (p.lead_image, p.social_image))
    return [(found[row.story.translation_key], row.extent) for row in chosen if row.story.translation_key in found]


def gates(campaign: Campaign) -> frozenset[str]:
    """Every right that some part of the letter asks for, in any language: what its readers are told apart by."""
    found: set[str] = set()
    for code, _name in settings.LANGUAGES:
        with override(code):
            for page, extent in stories(campaign, code):
                if extent == Extent.WHOLE:
                    found |= {page.audience, *(piece.requires for piece in page.ready().pieces)}
    return frozenset(found - {PUBLIC})


def compose(campaign: Campaign, language: str, may: wall.May, *, public: bool = False) -> Composed:
    """The letter for those who may open what `may` says. `public`: as anybody finds it on the web, nobody's links."""
    with override(language):
        found = [_story(campaign, page, extent, language, may) for page, extent in stories(campaign, language)]
        context = _around(campaign, language, public) | {"stories": found}
        html = render_to_string("letters/mail/letter.html", context)
        text = render_to_string("letters/mail/letter.txt", context)
        return Composed(str(campaign.subject), html, _tidy(text))


def _around(campaign: Campaign, language: str, public: bool) -> dict[str, Any]:
    site = settings.PUBLIC_URL
    opening, closing = _rich(campaign.intro), _rich(campaign.closing)
    return {
        "campaign": campaign, "newsletter": campaign.newsletter, "subject": campaign.subject, "language": language,
        "site_url": site, "public": public, "day": timezone.localtime(campaign.frozen_at or clock.now()),
        "intro": opening, "intro_text": mailhtml.words(opening),
        "closing": closing, "closing_text": mailhtml.words(closing),
        "leave_url": LEAVE_MARK, "choices_url": CHOICES_MARK,
        "web_url": f"{site}{reverse('letters:letter', args=[campaign.slug])}",
        "postal_address": settings.POSTAL_ADDRESS,
        "imprint_url": f"{site}/{language}/imprint/",
    }  # fmt: skip


def _rich(source: str) -> SafeString:
    html = mailhtml.fit(expand_db_html(source or ""), settings.PUBLIC_URL, mailhtml.Pictures(()))
    return mark_safe(html)  # noqa: S308 - rich text of our editors, cut down to a list of tags


def _story(campaign: Campaign, page: StoryPage, extent: str, language: str, may: wall.May) -> dict[str, Any]:
    path = translations.path_of(page)
    url = _with_origin(f"{settings.PUBLIC_URL}{path}", campaign)
    told = {
        "page": page, "url": url, "title": page.title, "kicker": page.kicker, "standfirst": page.standfirst,
        "author": page.author, "minutes": page.minutes,
        "picture": cards.share_picture(page), "alt": page.lead_alt, "width": mailhtml.WIDTH,
        "elsewhere": page.locale.language_code != language,
    }  # fmt: skip
    return told | (_body(page, url, path, campaign, may) if extent == Extent.WHOLE else {"parts": []})


def _body(page: StoryPage, url: str, path: str, campaign: Campaign, may: wall.May) -> dict[str, Any]:
    shown: Shown = page.ready().shown(page.audience, may)
    fitting = mailhtml.Pictures(_plain(piece) for piece in shown.pieces)
    parts = [
        _gap(part, url, path, campaign) if isinstance(part, wall.Gap) else _piece(part, url, fitting)
        for part in shown.parts
        if isinstance(part, wall.Gap) or part.kind not in CARDS
    ]
    notes = [{"number": n.number, "html": mark_safe(mailhtml.fit(n.html, url, fitting))} for n in shown.notes]  # noqa: S308
    return {"parts": [p for p in parts if p.get("gap") or p["html"]], "notes": notes, "gaps": shown.gaps}


def _piece(piece: Piece, url: str, fitting: mailhtml.Pictures) -> dict[str, Any]:
    html = mailhtml.fit(_plain(piece), url, fitting, apart=piece.kind != TEXT)
    text = piece.text if piece.kind in (TEXT, HEADING) else mailhtml.spoken(html)
    return {"html": mark_safe(html), "text": text}  # noqa: S308 - cut down to a list of tags


def _plain(piece: Piece) -> str:
    """Without what needs a script, and with the holes that pages fill for each reader left empty."""
    return holes.emptied(piece.plain or piece.html)


def _gap(gap: wall.Gap, url: str, path: str, campaign: Campaign) -> dict[str, Any]:
    """Where the text ends for these readers: who opens the rest, and the way to that very sentence."""
    back = f"{path}#{gap.anchor}"
    asked = urlencode({"next": back, "need": gap.requires, "origin": campaign.origin})
    return {
        "gap": gap,
        "title": (gap.section and gap.section.title) or "",
        "promise": (gap.section and gap.section.promise) or remaining(gap.minutes),
        "tiers": [tier["name"] for tier in wall.tiers(gap.requires) if tier["opens"]],
        "url": f"{url}#{gap.anchor}",
        "join_url": f"{settings.PUBLIC_URL}{reverse('membership:join')}?{asked}",
    }


def _with_origin(url: str, campaign: Campaign) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query=urlencode({"origin": campaign.origin})))


def _tidy(text: str) -> str:
    """No more than one empty line in a row."""
    lines: list[str] = []
    for line in (raw.rstrip() for raw in text.strip().splitlines()):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines) + "\n"


def missing(campaign: Campaign) -> Sequence[str]:
    """Titles of chosen stories that nobody would get: not live, or shut off by page privacy."""
    chosen = [row.story for row in campaign.stories.select_related("story")]
    keys = {story.translation_key for story in chosen}
    live = set(StoryPage.objects.readable().filter(translation_key__in=keys).values_list("translation_key", flat=True))
    return [story.title for story in chosen if story.translation_key not in live]


def titles(campaign: Campaign) -> list[dict[str, str]]:
    """The chosen stories for staff: title and extent, in their order. One query."""
    chosen = campaign.stories.select_related("story").order_by("sort_order", "pk")
    return [{"title": row.story.title, "extent": row.get_extent_display()} for row in chosen]
