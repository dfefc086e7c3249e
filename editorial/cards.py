"""Stories as small cards: on the channel, on the front page, under another story, in a search."""

import hashlib
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Case, Count, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from editorial import pictures, translations
from editorial.reading_time import spoken

if TYPE_CHECKING:
    from editorial.models import StoryPage

SHELF = 3
CARD_VERSION = 1  # one more when the drawing of cards changes


def card(page: "StoryPage", why: str = "") -> dict[str, Any]:
    """The context of `components/piece.html`. Read the pictures' renditions before, with `pictures.gather`."""
    image = pictures.address(page.lead_image, "card") if page.lead_image else ("", 0, 0)
    byline = " · ".join(part for part in (page.author, spoken(page.minutes)) if part)
    return {
        "url": translations.path_of(page),
        "title": page.broken_title,
        "summary": page.standfirst,
        "kicker": "" if why else page.kicker,
        "seq": page.seq,
        "why": why,
        "members": page.gated,
        "byline": byline,
        "image_url": image[0],
        "image_width": image[1],
        "image_height": image[2],
    }


def cards(pages: list["StoryPage"]) -> list[dict[str, Any]]:
    """Cards of several stories; one query for all renditions."""
    pictures.gather(p.lead_image for p in pages)
    return [card(p) for p in pages]


def read_on(page: "StoryPage") -> list[dict[str, Any]]:
    """What to read next, each with its reason: whom and where it shares, then craft, topics, period. Five queries."""
    topics = {topic.pk: topic for topic in page.topics.all()}
    people = {person.translation_key for person in page.people.all()}
    shared = Count("topics", filter=Q(topics__in=topics), distinct=True)
    persons = Count("people", filter=Q(people__translation_key__in=people), distinct=True)
    near = Case(When(craft_id=page.craft_id, then=2), default=0) if page.craft_id else Value(0)
    rows = type(page).objects.readable().written_in(page.locale.language_code).exclude(pk=page.pk)
    rows = rows.annotate(near=persons * 3 + near + shared).order_by("-near", "-date", "-pk")
    found = list(
        rows.select_related("lead_image", "social_image", "locale", "craft", "period").prefetch_related(
            "topics", "people"
        )[:SHELF]
    )
    pictures.gather(p.lead_image for p in found)
    return [card(p, _why(page, p, topics, people)) for p in found]


def _why(page: "StoryPage", other: "StoryPage", topics: dict[int, Any], people: set[Any]) -> str:
    person = next((p for p in other.people.all() if p.translation_key in people), None)
    if person:
        return _("Also with %(person)s") % {"person": person.title}
    if other.craft_id and other.craft_id == page.craft_id:
        return _("Also on: %(topic)s") % {"topic": other.craft.name}
    common = next((t for t in other.topics.all() if t.pk in topics), None)
    if common:
        return _("Also on: %(topic)s") % {"topic": common.name}
    if other.period_id and other.period_id == page.period_id:
        return _("From the same time: %(period)s") % {"period": other.period.name}
    return _("Newly written")


def share_picture(page: Any) -> str:
    """The whole address of a picture for link cards. Drawings are handed out as pixels: few readers of cards know SVG."""
    image = page.social_image or getattr(page, "lead_image", None)
    if image is None:
        return ""
    if image.is_svg():
        return f"{settings.PUBLIC_URL}{reverse('share_picture', args=[image.pk])}"
    address = pictures.address(image, "share")[0]
    return f"{settings.PUBLIC_URL}{address}" if address else ""


def share_card(page: Any) -> str:
    """The whole address of the story's card for link previews: picture, title, seal. An editor's own choice goes first;
    the mark in the address changes with what the card shows, so nobody keeps an old one."""
    if page.social_image or getattr(page, "lead_image", None) is None:
        return share_picture(page)
    return f"{settings.PUBLIC_URL}{reverse('share_card', args=[page.pk, card_mark(page)])}"


def card_mark(page: Any) -> str:
    """Ten letters that say what is on the card."""
    shown = f"{page.title_lines or page.title}|{page.kicker}|{page.lead_image_id}|{CARD_VERSION}"
    return hashlib.blake2b(shown.encode(), digest_size=5).hexdigest()
