"""Stories as sheets, read in a constant number of queries however many they are."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bs4 import BeautifulSoup
from wagtail.models import Page

from editorial.desk import gate
from editorial.desk.checks import Finding, findings
from editorial.desk.sheet import House, Sheet, Sibling
from editorial.models import StoryPage
from membership.models import Tier


def of_draft(page: StoryPage) -> list[Finding]:
    """What is found in the newest draft of a story. At most seven queries."""
    newest = page.latest_revision
    draft = page.get_latest_revision_as_object()
    needs = tuple(gate.needs_of(page.pk, newest.content)) if newest else ()
    around = surroundings([draft])
    return findings(sheet_of(draft, House(around.given, around.live_pages, around.siblings.get(page.pk), needs)))


def of_many(pages: Sequence[StoryPage]) -> dict[int, list[Finding]]:
    """By page id, as the pages stand now; three queries. What the rules ask is asked when a page is published."""
    around = surroundings(pages)
    return {
        p.pk: findings(sheet_of(p, House(around.given, around.live_pages, around.siblings.get(p.pk)))) for p in pages
    }


class Surroundings:
    """What stands around some stories: rights that can be had, pages that can be read, their other languages."""

    def __init__(self, given: frozenset[str], live_pages: frozenset[int], siblings: Mapping[int, Sibling]) -> None:
        self.given, self.live_pages, self.siblings = given, live_pages, siblings


def surroundings(pages: Sequence[StoryPage]) -> Surroundings:
    """Four queries."""
    linked = {number for page in pages for number in _linked(page)}
    live = Page.objects.live().filter(pk__in=linked).values_list("pk", flat=True)
    return Surroundings(given_keys(), frozenset(live), _siblings(pages))


def given_keys() -> frozenset[str]:
    """Every right that a tier which can be joined gives. Two queries."""
    tiers = Tier.objects.filter(archived=False).prefetch_related("rights")
    return frozenset(key for tier in tiers for key in tier.gives)


def _siblings(pages: Sequence[StoryPage]) -> dict[int, Sibling]:
    rows = Page.objects.filter(translation_key__in={p.translation_key for p in pages}).values_list(
        "translation_key", "locale_id", "live", "latest_revision_created_at"
    )
    by_key: dict[Any, list[tuple[int, Sibling]]] = {}
    for key, locale, live, changed in rows:
        by_key.setdefault(key, []).append((locale, Sibling(live, changed)))
    found = {p.pk: [s for locale, s in by_key.get(p.translation_key, ()) if locale != p.locale_id] for p in pages}
    return {pk: others[0] for pk, others in found.items() if others}


def sheet_of(page: StoryPage, house: House) -> Sheet:
    """No query: streams are taken as they are stored."""
    return Sheet(
        title=page.title, language=page.locale.language_code, standfirst=page.standfirst, description=page.description,
        author=page.author, has_picture=page.lead_image_id is not None, picture_words=page.lead_alt,
        audience=page.audience, minutes=page.minutes, live=page.live, changed_at=page.latest_revision_created_at,
        body=_raw(page.body), notes=_raw(page.notes), house=house,
    )  # fmt: skip


def _raw(stream: Any) -> list[dict[str, Any]]:
    return list(stream.raw_data)


def _linked(page: StoryPage) -> Iterable[int]:
    sheet = sheet_of(page, House())
    for block in [*sheet.blocks(), *sheet.noted()]:
        if isinstance(block.value, str) and 'linktype="page"' in block.value:
            for link in BeautifulSoup(block.value, "html.parser").find_all("a", attrs={"linktype": "page"}):
                if str(link.get("id") or "").isdigit():
                    yield int(str(link["id"]))
