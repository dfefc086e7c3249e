"""What readers see of their own."""

import uuid
from dataclasses import dataclass
from typing import Any

from editorial import cards, pictures, translations
from editorial.models import StoryPage
from editorial.readers.models import GiftLink, Reading
from ground import clock

MOST = 60


@dataclass(frozen=True, slots=True)
class Kept:
    """A story on a reader's shelf; `url` leads to where they stopped."""

    story: uuid.UUID
    card: dict[str, Any]
    url: str
    percent: int
    saved: bool


def shelf(account: Any, language: str, *, saved: bool, most: int = MOST) -> list[Kept]:
    """Saved stories, last saved first; or begun and not finished ones, last touched first. Three queries."""
    rows = Reading.objects.filter(account=account)
    rows = rows.exclude(saved_at=None).order_by("-saved_at") if saved else rows.filter(
        finished_at=None, percent__gt=2).exclude(touched_at=None).order_by("-touched_at")  # fmt: skip
    readings = list(rows[:most])
    pages = by_key([r.story for r in readings], language)
    pictures.gather(p.lead_image for p in pages.values())
    return [_kept(r, pages[r.story]) for r in readings if r.story in pages]


def by_key(keys: list[uuid.UUID], language: str) -> dict[uuid.UUID, StoryPage]:
    """Readable stories by translation key, in this language where they are written in it. One query."""
    found: dict[uuid.UUID, StoryPage] = {}
    for page in StoryPage.objects.readable().filter(translation_key__in=keys).select_related("lead_image", "locale"):
        if page.translation_key not in found or page.locale.language_code == language:
            found[page.translation_key] = page
    return found


def _kept(row: Reading, page: StoryPage) -> Kept:
    at = f"#p{row.paragraph}" if row.paragraph > 1 and row.finished_at is None else ""
    return Kept(row.story, cards.card(page), f"{translations.path_of(page)}{at}", row.percent, bool(row.saved_at))


def reading_of(account: Any, story: uuid.UUID) -> Reading | None:
    """What this account keeps of this story. One query."""
    return Reading.objects.filter(account=account, story=story).first()


def gifts(account: Any, language: str) -> list[dict[str, Any]]:
    """The links that somebody has made, newest first, with their stories. Two queries."""
    links = list(GiftLink.objects.filter(giver=account).order_by("-made_at")[:MOST])
    pages = by_key([link.story for link in links], language)
    now = clock.now()
    return [
        {"link": link, "page": pages[link.story], "open": link.revoked_at is None and link.ends_at > now}
        for link in links
        if link.story in pages
    ]
