"""Writes: laying out the trees of pages, one for each language."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction
from wagtail.models import Locale, Page, Site

from editorial.models import ChannelPage, DirectoryPage, Holds, HomePage

P = TypeVar("P", bound=Page)
TOLD = ["live", "has_unpublished_changes", "live_revision", "first_published_at", "last_published_at"]
DIRECTORIES = {Holds.PEOPLE: "people", Holds.TERMS: "glossary", Holds.PLACES: "places"}
DIRECTORY_WORDS = {
    Holds.PEOPLE: {"en": ("Hands", "Those who make the things, and those who know about them."),
                   "zh-hans": ("匠与学人", "做器物的人，和懂得器物的人。")},
    Holds.TERMS: {"en": ("Glossary", "The words of each craft, as its own people use them."),
                  "zh-hans": ("词汇", "各行的话，照各行的人说。")},
    Holds.PLACES: {"en": ("Places", "Where the clay, the ore, the water and the wood come from."),
                   "zh-hans": ("地方", "泥、料、水、木的来处。")},
}  # fmt: skip


@transaction.atomic
def lay_trees(*, channel: dict[str, tuple[str, str]] | None = None) -> dict[str, HomePage]:
    """A front page and a channel `stories` for every language, linked as translations; answers the front pages.

    What is there already stays as it is. The site then begins at the default language's front page, and Wagtail's page
    of welcome goes, if it is still the one that the migrations made.
    """
    homes: dict[str, HomePage] = {}
    root = Page.objects.get(depth=1)
    for code in _default_first(code for code, _ in settings.LANGUAGES):
        locale, _ = Locale.objects.get_or_create(language_code=code)
        homes[code] = _home(root, locale, next(iter(homes.values()), None))
        title, words = (channel or {}).get(code, ("Stories", ""))
        of_other = _channel_of(next(iter(homes.values())))
        if _channel_of(homes[code]) is None:
            page = ChannelPage(title=title, slug="stories", standfirst=words, locale=locale)
            place(page, under=homes[code], beside=of_other)
    _begin_at(homes[settings.LANGUAGE_CODE])
    return homes


def _default_first(codes: Iterable[str]) -> list[str]:
    return sorted(codes, key=lambda code: code != settings.LANGUAGE_CODE)


def _home(root: Page, locale: Locale, beside: HomePage | None) -> HomePage:
    found = HomePage.objects.filter(locale=locale).first()
    if found:
        return found
    names = {"zh-hans": "雅集", "en": "Yaji"}
    title = names.get(locale.language_code, "Yaji")
    return place(HomePage(title=title, slug=f"home-{locale.language_code}", locale=locale), under=root, beside=beside)


def _channel_of(home: HomePage) -> ChannelPage | None:
    return ChannelPage.objects.child_of(home).filter(slug="stories").first()


@transaction.atomic
def lay_directories(homes: dict[str, HomePage]) -> None:
    """People, glossary and places in every language, linked as translations. What is there already stays as it is."""
    for code in homes:
        for holds in Holds:
            _lay_directory(homes, code, holds)


def _lay_directory(homes: dict[str, HomePage], code: str, holds: Holds) -> None:
    """The footer leads to people, glossary and places in every language."""
    slug = DIRECTORIES[holds]
    if DirectoryPage.objects.child_of(homes[code]).filter(slug=slug).exists():
        return
    first = DirectoryPage.objects.child_of(next(iter(homes.values()))).filter(slug=slug).first()
    title, words = DIRECTORY_WORDS[holds][code]
    page = DirectoryPage(title=title, slug=slug, standfirst=words, holds=holds, locale=homes[code].locale)
    place(page, under=homes[code], beside=first)


def _begin_at(home: HomePage) -> None:
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None:
        Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)
        return
    before = site.root_page
    if before.pk == home.pk:
        return
    site.root_page = home
    site.save()
    if type(before.specific) is Page and before.is_leaf():
        before.delete()


def place(page: P, *, under: Page, beside: Page | None = None, by: Any = None, agreed_by: Any = None) -> P:
    """Put a page into the tree and publish it; `beside` is the same page in another language.

    The two are linked and detached: each is written on its own, neither is translated segment by segment. `by` wrote it,
    `agreed_by` is its second editor. Raises `PublishingRefused` where the rules ask for more; the draft stands then.
    """
    if beside is not None:
        page.translation_key = beside.translation_key
    page.live = False
    fresh = Page.objects.get(pk=under.pk)
    fresh.add_child(instance=page)
    return publish(page, by=by, agreed_by=agreed_by)


def publish(page: P, *, by: Any = None, agreed_by: Any = None) -> P:
    """Publish what the page holds now. Raises `PublishingRefused`, and `NotSecond` where `agreed_by` wrote it."""
    from editorial.desk.agreeing import agree

    revision = page.save_revision(user=by)
    if agreed_by is not None:
        agree(revision=revision, editor=agreed_by)
    revision.publish()
    page.refresh_from_db(fields=TOLD)  # the revision published itself, not the page in our hands
    return page
