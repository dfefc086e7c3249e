"""What editorial adds to the lists of the ground floor."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from editorial import demo, pictures, routing, translations
from editorial.models import StoryPage
from ground.registry import (
    AddressKind,
    DemoSeed,
    ErasureStep,
    ExportSection,
    SubjectCard,
    SubjectKind,
    address_kinds,
    demo_seeds,
    erasure_steps,
    export_sections,
    subject_kinds,
)
from membership import keys
from membership.keys import KeySource

PAGES = (
    "editorial.StoryPage", "editorial.PlainPage", "editorial.ChannelPage", "editorial.HomePage", "editorial.SeriesPage",
    "editorial.DirectoryPage", "editorial.PersonPage", "editorial.TermPage", "editorial.PlacePage",
)  # fmt: skip


def register() -> None:
    """Called once at start."""
    keys.sources.register(KeySource("stories", "stories", asked=_asked_keys))
    subject_kinds.register(SubjectKind("story", story_cards))
    address_kinds.register(AddressKind("story", routing.subject_at, order=90))
    export_sections.register(ExportSection("pages", _("Pages"), PAGES, _own_pages, order=60))
    erasure_steps.register(ErasureStep("pages", PAGES, _disown_pages, order=60))
    demo_seeds.register(DemoSeed("stories", demo.seed, order=40))


def _asked_keys() -> list[tuple[str, str]]:
    """Which entitlement each story and its sections ask for. One query."""
    return [(page.slug, key) for page in StoryPage.objects.live() for key in sorted(page.gates)]


def story_cards(ids: Sequence[str], language: str, account: Any) -> dict[str, SubjectCard]:
    """Cards for `story:<uuid>`, in the language asked for, else in the one there is. Two queries."""
    keys = [key for key in ids if _is_uuid(key)]
    rows = StoryPage.objects.readable().filter(translation_key__in=keys).select_related("lead_image", "locale")
    found: dict[str, StoryPage] = {}
    for row in rows:
        if row.subject_key not in found or row.locale.language_code == language:
            found[row.subject_key] = row
    pictures.gather(p.lead_image for p in found.values())
    return {key: _card(page) for key, page in found.items()}


def _card(page: StoryPage) -> SubjectCard:
    image = pictures.address(page.lead_image, "card")[0] if page.lead_image else ""
    path = translations.path_of(page)
    return SubjectCard(page.subject_key, page.title, path, page.standfirst, image, page.kicker)


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _own_pages(account: Any) -> list[dict[str, Any]]:
    rows = StoryPage.objects.filter(owner=account).select_related("locale")
    return [{"title": p.title, "language": p.locale.language_code, "live": p.live} for p in rows]


def _disown_pages(account: Any) -> None:
    """Pages stay, they belong to the house; who made them is forgotten."""
    from wagtail.images import get_image_model
    from wagtail.models import Page, Revision

    Page.objects.filter(owner=account).update(owner=None)
    Revision.objects.filter(user=account).update(user=None)
    get_image_model().objects.filter(uploaded_by_user=account).update(uploaded_by_user=None)
