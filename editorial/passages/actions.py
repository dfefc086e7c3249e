"""Writes: the passages of a page, always all of them anew."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from wagtail.models import Page

from editorial import pictures, units
from editorial.models import AudiencePage, PersonPage, PlacePage, SeriesPage, StoryPage, TermPage
from editorial.passages import database
from editorial.passages.models import Kind, Passage

KINDS = {
    StoryPage: Kind.STORY,
    PersonPage: Kind.PERSON,
    TermPage: Kind.TERM,
    PlacePage: Kind.PLACE,
    SeriesPage: Kind.SERIES,
}


@transaction.atomic
def write(*, page: Page) -> int:
    """What the page says now, if it is live and no privacy of Wagtail's covers it; answers the number of passages."""
    Passage.objects.filter(page_id=page.pk).delete()
    own = page.specific
    if not isinstance(own, AudiencePage) or not own.live or own.alias_of_id or own.get_view_restrictions().exists():
        return 0
    about = _about(own)
    texts = _texts(own)
    for number, (audience, requires, text) in enumerate(texts):
        row = Passage.objects.create(**about, number=number, audience=audience, requires=requires, text=text)
        database.note(row)
    return len(texts)


def remove(*, page: Page) -> None:
    """A page that was taken back, or is about to be deleted."""
    Passage.objects.filter(page_id=page.pk).delete()


@transaction.atomic
def write_below(*, page: Page) -> int:
    """A page and everything under it: after a move, a new address, or another privacy."""
    return sum(write(page=row) for row in page.get_descendants(inclusive=True))


def write_all(pages: Iterable[Page] | None = None) -> int:
    """The whole index again; answers the number of passages."""
    rows = Page.objects.filter(depth__gt=1).iterator() if pages is None else pages
    return sum(write(page=row) for row in rows)


def _about(own: Any) -> dict[str, Any]:
    image = own.social_image or getattr(own, "lead_image", None)
    if image is not None:
        pictures.address(image, "card")  # drawn now, so that no search has to
    return {
        "page_id": own.pk,
        "kind": KINDS.get(type(own), Kind.PAGE),
        "same": own.translation_key,
        "language": own.locale.language_code,
        "title": own.title,
        "path": _path(own),
        "kicker": _kicker(own)[:120],
        "image_id": image.pk if image else None,
        "topics": "".join(f" {topic.slug} " for topic in own.topics.all())[:500] if hasattr(own, "topics") else "",
        **{name: getattr(getattr(own, name, None), "slug", "") for name in ("craft", "period", "region")},
    }


def _path(own: Any) -> str:
    """Its address below its language: what stands in the tree below the front page. It holds whatever the site is called,
    and before a site has been given its front page."""
    return f"/{own.locale.language_code}/{own.url_path.split('/', 2)[2]}"


def _kicker(own: Any) -> str:
    return str(getattr(own, "kicker", "") or getattr(own, "trade", "") or getattr(own, "reading", "") or "")


def _texts(own: Any) -> list[tuple[str, str, str]]:
    """(audience, section's right, words): the free words first, then those of each right."""
    if not isinstance(own, StoryPage):
        return [("", "", own.free_text)]
    by_right: dict[str, list[str]] = {"": [own.standfirst, " ".join([own.author, *_names(own)])]}
    for unit in units.units_of(own.body):
        if unit.text:
            by_right.setdefault(unit.requires, []).append(unit.text)
    found = [(own.audience, requires, "\n".join(words)) for requires, words in by_right.items()]
    # A story that is gated as a whole is found by everybody through what everybody may read of it.
    return [("", "", own.free_text), *found] if own.audience else found


def _names(own: StoryPage) -> list[str]:
    people = [credit.name for credit in own.credits.all()] + [person.title for person in own.people.all()]
    return [*people, *(place.title for place in own.places.all())]
