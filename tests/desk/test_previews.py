"""Previews: every kind of reader, three sizes, both languages, every kind of page, saved or not."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from editorial.models import DirectoryPage, PersonPage, PlacePage, SeriesPage, StoryPage, TermPage
from tests.desk.conftest import draft, fields_of, form_of
from tests.factories import editorial as pages
from tests.factories import membership

pytestmark = pytest.mark.django_db
At = Callable[[User], Client]


def test_the_panel_offers_every_reader_and_three_sizes(wen: User, at: At) -> None:
    membership.tiers()
    page = draft(wen)
    assert [mode for mode, _label in page.preview_modes] == [
        "visitor", "account", "tier:friend", "tier:companion", "tier:patron", "member"]  # fmt: skip
    assert [(size["name"], size["device_width"]) for size in page.preview_sizes] == [
        ("phone", 360),
        ("tablet", 820),
        ("desk", 1440),
    ]
    shown = at(wen).get(f"/cms/pages/{page.pk}/edit/").content.decode()
    for part in (
        'value="tier:patron"',
        'value="visitor"',
        'data-device-width="360"',
        'data-device-width="820"',
        'data-device-width="1440"',
    ):
        assert part in shown, part


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    ("mode", "sees"),
    [("visitor", False), ("account", False), ("tier:friend", False), ("tier:companion", True), ("member", True)],
)
def test_what_is_typed_is_previewed_by_the_same_wall_in_both_languages(wen: User, at: At, language: str, mode: str, sees: bool) -> None:  # fmt: skip
    membership.tiers()
    page = pages.story(language, body=[pages.text("First."), pages.members(pages.text(pages.GATED))])
    client = at(wen)
    data = form_of(client, page) | {"standfirst": "Typed and not saved."}
    address = f"/cms/pages/{page.pk}/edit/preview/"
    assert client.post(address, data).json()["is_valid"]
    shown = client.get(f"{address}?mode={mode}&in_preview_panel=true")
    text = shown.content.decode()
    assert shown.status_code == 200 and "Typed and not saved." in text and (pages.GATED in text) is sees
    assert f'lang="{"zh-Hans" if language == "zh-hans" else "en"}"' in text
    assert "frame-ancestors 'self'" in shown["Content-Security-Policy"]
    assert "wagtail-userbar" in text and "in_preview_panel" not in text
    assert StoryPage.objects.get(pk=page.pk).standfirst != "Typed and not saved."


def directory(holds: str) -> DirectoryPage:
    home = pages.homes()["en"]
    found = DirectoryPage.objects.child_of(home).filter(holds=holds).first()
    return found or home.add_child(
        instance=DirectoryPage(title=holds, slug=f"d-{holds}", holds=holds, locale=home.locale)
    )


def made(kind: str) -> Any:
    """A page of that kind."""
    words = {"short": "In one sentence.", "body": [pages.text("More of it.")]}
    if kind == "series":
        return pages.channel().add_child(
            instance=SeriesPage(title="A series", slug="a-series", standfirst="In one sentence.")
        )
    model, holds = {"person": (PersonPage, "people"), "term": (TermPage, "terms"), "place": (PlacePage, "places")}[kind]
    return directory(holds).add_child(instance=model(title=f"A {kind}", slug=f"a-{kind}", **words))


@pytest.mark.parametrize("kind", ["person", "term", "place", "series", "directory", "channel", "home", "plain"])
def test_every_other_kind_of_page_can_be_edited_and_previewed(wen: User, at: At, kind: str) -> None:
    from editorial.models import PlainPage

    others = {
        "directory": lambda: directory("people"),
        "channel": pages.channel,
        "home": lambda: pages.homes()["en"],
        "plain": lambda: pages.homes()["en"].add_child(instance=PlainPage(title="Rules", slug="rules")),
    }
    page = others[kind]() if kind in others else made(kind)
    client = at(wen)
    assert client.get(f"/cms/pages/{page.pk}/edit/").status_code == 200
    draft_of = page.save_revision(user=wen).as_object()
    assert draft_of.title
    shown = client.get(f"/cms/pages/{page.pk}/view_draft/")
    assert shown.status_code == 200 and page.title in shown.content.decode()


@pytest.mark.parametrize(
    ("kind", "under"),
    [
        ("storypage", "channel"),
        ("seriespage", "channel"),
        ("personpage", "people"),
        ("termpage", "terms"),
        ("placepage", "places"),
    ],
)
def test_a_page_is_previewed_before_it_is_saved_for_the_first_time(wen: User, at: At, kind: str, under: str) -> None:
    parent = pages.channel() if under == "channel" else directory(under)
    client = at(wen)
    form = client.get(f"/cms/pages/add/editorial/{kind}/{parent.pk}/")
    data = fields_of(form) | {"title": "Not saved yet", "slug": "not-saved-yet"}
    address = f"/cms/pages/add/editorial/{kind}/{parent.pk}/preview/"
    assert client.post(address, data).json()["is_valid"], kind
    shown = client.get(address)
    assert shown.status_code == 200 and "Not saved yet" in shown.content.decode()
