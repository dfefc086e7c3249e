"""Feeds, sitemap, share pictures: what machines get."""

import io
import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from PIL import Image

from editorial.models import StoryPage
from ground.drawing import card, draw, raster
from tests.factories import editorial as pages

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/feeds/atom.xml", "/feeds/feed.json"])
def test_a_feed_has_the_free_text_and_the_way_on_and_nothing_gated(client: Client, path: str) -> None:
    pages.story(slug="after-rain", title="Rain & ash", lead_image=pages.picture())
    pages.story(
        slug="for-members", audience="stories:all", body=[pages.text("The beginning."), pages.text(pages.GATED)]
    )
    text = client.get(f"{path}?lang=en").content.decode()
    assert "The glaze rings for days." in text
    assert "The beginning." in text
    assert "/en/stories/after-rain/#p5" in text
    for secret in (pages.GATED, pages.GATED_NOTE, "The worst firing"):
        assert secret not in text


@pytest.mark.django_db
def test_atom_is_well_formed_and_whole(client: Client) -> None:
    pages.story(slug="after-rain", title="Rain & ash", body=[("image", {"image": pages.picture(), "alt": "Tea <hot>"})])
    pages.story("zh-hans", title="雨过天青")
    answer = client.get("/feeds/atom.xml?lang=en")
    assert answer["Content-Type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.content)
    entries = feed.findall(f"{ATOM}entry")
    assert [e.findtext(f"{ATOM}title") for e in entries] == ["Rain & ash"]
    assert 'src="http://localhost:8000/media/' in (entries[0].findtext(f"{ATOM}content") or "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "expected"),
    [("?lang=zh-hans", ["雨过天青"]), ("?lang=en", ["Rain"]), ("", ["Rain"]), ("?lang=../etc", ["Rain"])],
)
def test_a_feed_speaks_the_language_asked_for(client: Client, asked: str, expected: list[str]) -> None:
    pages.story(title="Rain")
    pages.story("zh-hans", title="雨过天青")
    feed = json.loads(client.get(f"/feeds/feed.json{asked}").content)
    assert [item["title"] for item in feed["items"]] == expected


@pytest.mark.django_db
def test_drawings_are_shared_as_pixels_and_photographs_are_not_drawn(client: Client) -> None:
    image = pages.picture("seal", 0)
    answer = client.get(f"/feeds/pictures/{image.pk}.png")
    assert answer.content.startswith(b"\x89PNG")
    assert client.get(f"/feeds/pictures/{image.pk}.png").content == answer.content
    assert client.get("/feeds/pictures/999999.png").status_code == 404


@pytest.mark.django_db
def test_the_sitemap_names_public_pages_with_their_other_language(client: Client) -> None:
    english = pages.story(slug="after-rain")
    pages.story("zh-hans", slug="after-rain", beside=english)
    pages.story(slug="taken-back").unpublish()
    text = client.get("/sitemap.xml").content.decode()
    ElementTree.fromstring(text)
    assert "<loc>http://localhost:8000/en/stories/after-rain/</loc>" in text
    assert 'hreflang="zh-Hans" href="http://localhost:8000/zh-hans/stories/after-rain/"' in text
    assert "taken-back" not in text
    assert "<image:loc>" not in text
    pages.story(slug="pictured", lead_image=pages.picture("tea", 3))
    ElementTree.fromstring(text := client.get("/sitemap.xml?later").content.decode())
    assert re.search(
        r"<loc>http://localhost:8000/en/stories/pictured/</loc>.*<image:loc>http://localhost:8000/feeds/pictures/\d+\.png",
        text,
    )
    assert "Sitemap: http://localhost:8000/sitemap.xml" in client.get("/robots.txt").content.decode()


@pytest.mark.django_db
def test_the_sitemap_and_the_list_for_models_ask_the_same_whatever_there_is(client: Client, django_assert_max_num_queries: Any) -> None:  # fmt: skip
    for number in range(8):
        pages.story(slug=f"s{number}", lead_image=pages.picture("tea", number))
    with django_assert_max_num_queries(12):
        assert client.get("/sitemap.xml").content.decode().count("<image:loc>") == 8
    with django_assert_max_num_queries(8):
        text = client.get("/llms.txt").content.decode()
    assert "/en/stories/s3/): to its end for members" in text
    assert pages.GATED not in text


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["json", "xml"])
def test_another_site_is_told_of_a_story_and_of_nothing_gated(
    client: Client, gated_story: StoryPage, form: str
) -> None:
    answer = client.get(f"/feeds/oembed.{form}", {"url": "http://localhost:8000/en/stories/after-rain/#p5"})
    text = answer.content.decode()
    assert answer.status_code == 200 and "After Rain" in text and pages.GATED not in text and "<script" not in text
    if form == "json":
        told = answer.json()
        assert (told["version"], told["type"], told["author_name"]) == ("1.0", "rich", "Shen Yanqiu")
    else:
        assert ElementTree.fromstring(answer.content).findtext("type") == "rich"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("url", "form", "status"),
    [
        ("http://localhost:8000/en/stories/none/", "json", 404),
        ("http://evil.example/en/stories/after-rain/", "json", 404),
        ("/en/account/", "json", 404),
        ("not an address", "json", 404),
        ("http://[", "json", 404),
        ("http://localhost:8000/en/stories/after-rain/", "yaml", 501),
    ],
)
def test_what_is_no_story_of_ours_is_told_of_to_nobody(client: Client, gated_story: StoryPage, url: str, form: str, status: int) -> None:  # fmt: skip
    assert client.get("/feeds/oembed.json", {"url": url, "format": form}).status_code == status


@pytest.mark.django_db(transaction=True)
def test_a_story_that_got_another_address_is_found_at_the_old_one(client: Client) -> None:
    page = pages.story(slug="old")
    client.get("/en/stories/old/")
    page.slug = "new"
    page.save_revision().publish()
    answer = client.get("/en/stories/old/")
    assert (answer.status_code, answer["Location"]) == (301, "/en/stories/new/")


@pytest.mark.django_db(transaction=True)
def test_a_storys_card_shows_its_title_and_changes_with_it(client: Client) -> None:
    page = pages.story(slug="card", title="Ash", lead_image=pages.picture("tea", 2))
    address = re.search(
        r'og:image" content="http://localhost:8000(/feeds/cards/[^"]+)"',
        client.get("/en/stories/card/").content.decode(),
    )
    assert address
    first = client.get(address[1])
    with Image.open(io.BytesIO(first.content)) as shown:
        assert shown.size == (1200, 630)
    page.title = "Ash and iron"
    page.save_revision().publish()
    moved = client.get(address[1])
    assert moved.status_code == 302
    assert client.get(moved["Location"]).content != first.content
    page.unpublish()
    assert client.get(moved["Location"]).status_code == 404


@pytest.mark.parametrize(
    "title",
    [
        "天青",
        "雨过天青，是一炉算不准的火，还有一个很长很长的副题在后面写了又写",
        "One",
        "A " + "very " * 30 + "long title",
        "Donaudampfschifffahrtsgesellschaftskapitän",
        "<&>",
    ],
)
def test_a_title_of_any_length_fits_on_its_card(title: str) -> None:
    picture = raster.png(draw("tea", 1), 640)
    size, rows = card._set(title, None)
    assert len(rows) <= card.MOST_LINES
    assert all(card._wide(row) * size <= card.WIDTH - card.ART - 56 - 40 for row in rows)
    assert card.card(picture, title, "Notes").startswith(b"\x89PNG")
