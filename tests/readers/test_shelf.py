"""Saved, begun, counted."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from editorial.readers.models import DailyReads, Reading
from tests.factories import accounts
from tests.factories import editorial as pages
from tests.factories.membership import member

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def own() -> Client:
    client = Client()
    client.force_login(accounts.person(), backend=BACKEND)
    return client


def told(client: Client, page: Any, paragraph: object, percent: object, **headers: str) -> int:
    given = {"paragraph": paragraph, "percent": percent}
    return client.post(f"/en/read/{page.translation_key}/progress/", given, headers=headers).status_code


def test_a_story_is_saved_and_taken_off_and_the_shelf_is_the_same_in_both_languages(own: Client) -> None:
    page = pages.story(slug="rain", title="After Rain")
    pages.story("zh-hans", slug="rain", title="雨过", beside=page)
    own.post(f"/en/read/{page.translation_key}/save/", {"saved": "1"})
    assert "After Rain" in own.get("/en/account/reading/").content.decode()
    assert "雨过" in own.get("/zh-hans/account/reading/").content.decode()
    assert 'aria-pressed="true"' in own.get("/en/stories/rain/").content.decode()
    own.post(f"/en/read/{page.translation_key}/save/", {"saved": "0"})
    assert "Nothing saved" in own.get("/en/account/reading/").content.decode()
    assert (
        own.post(f"/en/read/{page.translation_key}/save/", {"saved": "1"}, headers={"X-Quiet": "1"}).status_code == 204
    )


def test_where_somebody_stopped_is_kept_and_offered_and_an_end_is_an_end(own: Client) -> None:
    page = pages.story(slug="rain")
    assert told(own, page, 4, 40) == 204
    assert 'href="#p4"' in own.get("/en/stories/rain/").content.decode()
    assert "/en/stories/rain/#p4" in own.get("/en/account/reading/").content.decode()
    assert "40 % read" in own.get("/en/account/").content.decode()
    told(own, page, 7, 97)
    told(own, page, 3, 20)  # looked at once more
    assert "Continue where you stopped" not in own.get("/en/stories/rain/").content.decode()
    assert Reading.objects.get().finished_at is not None
    own.post(f"/en/read/{page.translation_key}/forget/")
    assert not Reading.objects.exists()


@pytest.mark.parametrize(("paragraph", "percent"), [("", 1), ("x", 1), (-1, 1), (1, 101), (99999, 1), (1, "1e3")])
def test_odd_numbers_are_refused_and_change_nothing(own: Client, paragraph: object, percent: object) -> None:
    assert told(own, pages.story(), paragraph, percent) == 400
    assert not Reading.objects.exists()


def test_another_sites_page_cannot_tell_where_somebody_stopped(own: Client) -> None:
    page = pages.story()
    assert told(own, page, 4, 40, **{"Sec-Fetch-Site": "cross-site"}) == 403
    assert told(own, page, 4, 40, Origin="https://evil.example") == 403
    assert told(own, page, 4, 40, Origin="http://testserver", **{"Sec-Fetch-Site": "same-origin"}) == 204


def test_a_reader_counts_once_a_day_and_nobody_is_named(own: Client, client: Client) -> None:
    page = pages.story()
    for percent in (10, 50, 97, 100):
        told(client, page, 2, percent)
        told(own, page, 2, percent)
    patron = Client()
    patron.force_login(member("patron"), backend=BACKEND)
    told(patron, page, 2, 10)
    rows = {row.audience: (row.reads, row.finished) for row in DailyReads.objects.all()}
    assert rows == {"visitor": (1, 1), "account": (1, 1), "member": (1, 0)}
    cache.clear()
    told(client, page, 2, 10)
    assert DailyReads.objects.get(audience="visitor").reads == 2


def test_a_hidden_or_unknown_story_cannot_be_told_of(own: Client) -> None:
    gone = pages.story()
    gone.unpublish()
    assert told(own, gone, 2, 10) == 404
    assert own.post("/en/read/00000000-0000-4000-8000-000000000000/save/", {"saved": "1"}).status_code == 404


def test_a_visitor_who_saves_is_led_to_the_sign_in(client: Client) -> None:
    page = pages.story(slug="rain")
    assert "/account/login/?next=/en/stories/rain/" in client.get("/en/stories/rain/").content.decode()
    assert "/account/login/" in client.post(f"/en/read/{page.translation_key}/save/", {"saved": "1"})["Location"]


def test_the_shelf_asks_the_same_number_of_questions_whatever_is_on_it(own: Client, django_assert_max_num_queries: Any) -> None:  # fmt: skip
    for number in range(12):
        page = pages.story(lead_image=pages.picture("tea", number))
        own.post(f"/en/read/{page.translation_key}/save/", {"saved": "1"})
        told(own, page, 4, 40)
    own.get("/en/account/reading/")
    with django_assert_max_num_queries(16):
        assert own.get("/en/account/reading/").content.decode().count("/stories/story-") == 24
