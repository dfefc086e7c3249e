"""The channel, the front page and the plain pages."""

from collections.abc import Callable
from typing import Any

import html5lib
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from editorial.actions import publish
from editorial.models import HomePage
from editorial.models.channel import PER_PAGE
from tests.factories import editorial as pages

Open = Callable[[str], Client]


@pytest.mark.django_db
def test_an_empty_channel_says_so(client: Client) -> None:
    pages.channel()
    assert "Nothing on the table yet" in client.get("/en/stories/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "first"), [("", True), ("?page=abc", True), ("?page=0", False), ("?page=2", False), ("?page=999", False)]
)
def test_a_channel_has_leaves_and_takes_any_number(client: Client, asked: str, first: bool) -> None:
    under = pages.channel()
    for n in range(PER_PAGE + 1):
        pages.story(under=under, title=f"Number {n:02}", date=None)
    text = client.get(f"/en/stories/{asked}").content.decode()
    assert ("Number 12" in text) is first
    assert ("Number 00" in text) is not first
    html5lib.HTMLParser(strict=True).parse(text)


@pytest.mark.django_db
def test_a_longer_channel_asks_no_more_queries(reader: Open) -> None:
    under = pages.channel()
    client = reader("friend")

    def asked() -> int:
        client.get("/en/stories/")
        with CaptureQueriesContext(
            connection,
        ) as asked_now:
            client.get("/en/stories/")
        return len(asked_now)

    pages.story(under=under, lead_image=pages.picture())
    one = asked()
    for _ in range(4):
        pages.story(under=under, lead_image=pages.picture())
    assert asked() == one


def _front(home: HomePage, stories: list[Any]) -> None:
    image = pages.picture()
    home.body = [
        ("cover", {"story": stories[0], "slip": "This issue"}),
        ("trio", {"heading": "Three", "stories": stories[:3]}),
        ("quote", {"text": "The vat knows.", "who": "Shi", "what": "dyer", "story": stories[0], "more": "Read"}),
        ("rooms", {"heading": "Rooms", "stories": stories[:2]}),
        ("box", {"edition": ""}),
        ("people", {"heading": "Hands", "people": [{"image": image, "name": "Zhou", "text": "Fires.", "story": s} for s in stories[:3]]}),
        ("invite", {"image": image, "kicker": "Join", "title": "A seat", "text": "Three kinds.", "act": "Take a seat"}),
    ]  # fmt: skip
    publish(home)


@pytest.mark.django_db
def test_the_front_page_shows_what_editors_put_on_it(client: Client) -> None:
    stories = [pages.story(title=f"Front {n}", lead_image=pages.picture()) for n in range(3)]
    _front(HomePage.objects.get(locale__language_code="en"), stories)
    text = client.get("/en/").content.decode()
    html5lib.HTMLParser(strict=True).parse(text)
    assert all(f"Front {n}" in text for n in range(3))
    assert text.count("btn--seal") == 1
    assert pages.GATED not in text


@pytest.mark.django_db
def test_a_story_taken_back_leaves_the_front_page_standing(client: Client) -> None:
    stories = [pages.story(title=f"Front {n}", lead_image=pages.picture()) for n in range(3)]
    _front(HomePage.objects.get(locale__language_code="en"), stories)
    stories[0].unpublish()
    text = client.get("/en/").content.decode()
    assert "Front 0" not in text
    assert "Front 1" in text


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_new_installation_has_the_pages_that_the_footer_links(client: Client, language: str) -> None:
    call_command("lay_pages", verbosity=0)
    call_command("lay_pages", verbosity=0)
    for slug in ("about", "terms", "privacy", "imprint", "returns"):
        answer = client.get(f"/{language}/{slug}/")
        assert answer.status_code == 200
        html5lib.HTMLParser(strict=True).parse(answer.content.decode())
