"""One story in two languages."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from tests.editorial.conftest import address
from tests.factories import editorial as pages

Open = Callable[[str], Client]


def alternates(text: str) -> dict[str, str]:
    return dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="[^"]*?(/[^"/]*/[^"]*)">', text))


@pytest.mark.django_db
def test_the_switch_of_languages_keeps_the_page_whatever_its_address_is_called(client: Client) -> None:
    english = pages.story(slug="after-rain")
    chinese = pages.story("zh-hans", slug="yu-guo-tian-qing", beside=english)
    assert english.translation_key == chinese.translation_key
    for page in (english, chinese):
        found = re.findall(
            r'hreflang="(en|zh-Hans)" href="http://[^/]+(/[^"]*)"', client.get(address(page)).content.decode()
        )
        assert dict(found) == {"en": "/en/stories/after-rain/", "zh-Hans": "/zh-hans/stories/yu-guo-tian-qing/"}
    switch = re.search(
        r'<a class="btn btn--bare lang" href="([^"]+)" lang="zh-Hans"', client.get(address(english)).content.decode()
    )
    assert switch
    assert switch[1] == address(chinese)


@pytest.mark.django_db
def test_a_story_that_is_not_written_in_a_language_is_shown_in_the_other_and_says_so(client: Client) -> None:
    english = pages.story(slug="only-english")
    answer = client.get("/zh-hans/stories/only-english/")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert pages.FREE in text
    assert ' lang="en">' in text
    assert 'class="elsewhere"' in text
    assert f'<link rel="canonical" href="http://localhost:8000{address(english)}">' in text
    assert pages.GATED not in text
    text = client.get(address(english)).content.decode()
    assert 'class="elsewhere"' not in text
    assert 'rel="alternate" hreflang="en"' in text and 'rel="alternate" hreflang="zh-Hans"' not in text


@pytest.mark.django_db
def test_bare_addresses_go_to_the_visitors_language(client: Client) -> None:
    pages.homes()
    for accepted, expected in (("zh-CN,zh;q=0.9", "/zh-hans/"), ("en-GB", "/en/"), ("fr", "/en/")):
        answer = client.get("/", headers={"accept-language": accepted})
        assert (answer.status_code, answer["Location"]) == (302, expected)
        assert client.get(expected).status_code == 200


@pytest.mark.django_db
def test_both_languages_of_a_story_are_one_subject() -> None:
    from ground.registry import resolve_subjects

    english = pages.story(title="After Rain", lead_image=pages.picture())
    chinese = pages.story("zh-hans", title="雨过天青", beside=english)
    key = english.subject_key
    assert key == chinese.subject_key
    assert resolve_subjects([key], "en")[key].title == "After Rain"
    assert resolve_subjects([key], "zh-hans")[key].title == "雨过天青"
    assert resolve_subjects([key], "zh-hans")[key].url == address(chinese)
    chinese.unpublish()
    assert resolve_subjects([key], "zh-hans")[key].title == "After Rain"
    assert resolve_subjects(["story:nonsense", "story:", f"{key}0"], "en") == {}
