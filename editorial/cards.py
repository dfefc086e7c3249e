"""Stories as small cards: on the channel, on the front page, under another story, in a search."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from editorial import pictures, translations
from editorial.reading_time import spoken

if TYPE_CHECKING:
    from editorial.models import StoryPage

SHELF = 3


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
    """What to read next: stories with a topic in common first, each with its reason. Three queries."""
    topics = {topic.pk: topic for topic in page.topics.all()}
    rows = type(page).objects.readable().written_in(page.locale.language_code).exclude(pk=page.pk)
    rows = rows.annotate(common=Count("topics", filter=Q(topics__in=topics))).order_by("-common", "-date", "-pk")
    found = list(rows.prefetch_related("topics")[:SHELF])
    pictures.gather(p.lead_image for p in found)
    return [card(p, _why(p, topics)) for p in found]


def _why(other: "StoryPage", topics: dict[int, Any]) -> str:
    common = next((t for t in other.topics.all() if t.pk in topics), None)
    return _("Also on: %(topic)s") % {"topic": common.name} if common else str(other.kicker)


def share_picture(page: Any) -> str:
    """The whole address of a picture for link cards. Drawings are handed out as pixels: few readers of cards know SVG."""
    image = page.social_image or getattr(page, "lead_image", None)
    if image is None:
        return ""
    if image.is_svg():
        return f"{settings.PUBLIC_URL}{reverse('share_picture', args=[image.pk])}"
    address = pictures.address(image, "share")[0]
    return f"{settings.PUBLIC_URL}{address}" if address else ""
