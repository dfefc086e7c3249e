"""What an editor may do wrong."""

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from wagtail.models import Page

from accounts.models import User
from editorial.models import StoryPage
from editorial.translations import path_of
from tests.desk.conftest import draft, form_of, messages_of
from tests.factories import editorial as pages

pytestmark = pytest.mark.django_db
At = Callable[[User], Client]


def test_a_slug_in_chinese_is_kept_and_its_address_works(wen: User, at: At) -> None:
    client, page = at(wen), draft(wen)
    answer = client.post(
        f"/cms/pages/{page.pk}/edit/", form_of(client, page) | {"slug": "雨过天青", "action-publish": "1"}, follow=True
    )
    assert "published" in messages_of(answer)
    page = StoryPage.objects.get(pk=page.pk)
    assert page.slug == "雨过天青" and path_of(page) == "/en/stories/%E9%9B%A8%E8%BF%87%E5%A4%A9%E9%9D%92/"
    reader = Client()
    shown = reader.get("/en/stories/雨过天青/")
    assert shown.status_code == 200 and page.title in shown.content.decode()
    assert reader.get(path_of(page)).status_code == 200
    assert reader.get("/zh-hans/stories/雨过天青/").status_code == 200  # where it is not translated, shown as it is
    soup = BeautifulSoup(shown.content, "html.parser")
    assert soup.find("link", rel="canonical")["href"].endswith(path_of(page))
    for feed in ("/feeds/atom.xml?lang=en", "/feeds/feed.json?lang=en", "/sitemap.xml"):
        assert reader.get(feed).status_code == 200


@pytest.mark.parametrize("slug", ["two words", "a/b", "../up", "<b>", "x" * 300, "", "naïve?"])
def test_a_slug_that_is_no_address_is_refused_at_its_field_and_nothing_is_lost(wen: User, at: At, slug: str) -> None:
    client, page = at(wen), draft(wen)
    before = page.slug
    answer = client.post(
        f"/cms/pages/{page.pk}/edit/",
        form_of(client, page) | {"slug": slug, "standfirst": "Typed.", "action-publish": "1"},
        follow=True,
    )
    assert answer.status_code == 200
    page = StoryPage.objects.get(pk=page.pk)
    if slug:
        assert answer.context["form"].errors["slug"] and "Typed." in answer.content.decode()
        assert page.slug == before and not page.live
    else:
        assert page.slug or answer.context["form"].errors["slug"]


def test_a_page_cannot_be_moved_under_its_own_child(wen: User, at: At) -> None:
    home, channel = pages.homes()["en"], pages.channel()
    client = at(wen)
    before = sorted(Page.objects.values_list("path", flat=True))
    assert client.get(f"/cms/pages/{home.pk}/move/").status_code in (200, 302)
    answer = client.post(f"/cms/pages/{home.pk}/move/{channel.pk}/confirm/", follow=True)
    assert answer.status_code in (200, 403) and sorted(Page.objects.values_list("path", flat=True)) == before
    form = client.post(f"/cms/pages/{channel.pk}/move/", {"new_parent_page": pages.story().pk}, follow=True)
    assert form.status_code < 500
    answer = client.post(f"/cms/pages/{channel.pk}/move/{channel.pk}/confirm/", follow=True)
    assert answer.status_code in (200, 403) and set(before) <= set(Page.objects.values_list("path", flat=True))


def test_where_a_translation_is_deleted_the_other_language_lives_on(wen: User, at: At, django_capture_on_commit_callbacks: Any) -> None:  # fmt: skip
    english = pages.story(slug="after-rain", title="After Rain")
    chinese = pages.story("zh-hans", beside=english, slug="yu-guo", title="雨过天青")
    reader = Client()

    def links(address: str) -> tuple[set[str], set[str]]:
        soup = BeautifulSoup(reader.get(address).content, "html.parser")
        alternates = {a["hreflang"] for a in soup.select('link[rel="alternate"][hreflang]')}
        return alternates, {a["href"] for a in soup.select("a[hreflang], .languages a, [lang] a[href^='/zh-hans/']")}

    alternates, _ = links("/en/stories/after-rain/")
    assert {"en", "zh-Hans"} <= alternates
    with django_capture_on_commit_callbacks(execute=True):
        answer = at(wen).post(f"/cms/pages/{chinese.pk}/delete/", follow=True)
    assert answer.status_code == 200 and not StoryPage.objects.filter(pk=chinese.pk).exists()
    alternates, _ = links("/en/stories/after-rain/")
    assert "zh-Hans" not in alternates
    there = reader.get("/zh-hans/stories/after-rain/")  # the switch leads here: shown as it is, and said
    assert there.status_code == 200 and "After Rain" in there.content.decode()
    assert reader.get("/zh-hans/stories/yu-guo/").status_code == 404
    panel = at(wen).get(f"/cms/desk/findings/{english.pk}/").content.decode()
    assert "one language only" in panel


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", "“quoted” & <b>bold</b>", "{{ 7|add:7 }}", "</title><h1>x", "\u202egnp.exe"]
)
def test_markup_in_a_storys_fields_is_words_in_the_desk(wen: User, lin: User, at: At, words: str) -> None:
    page = draft(wen, title=words, standfirst="")
    page.get_workflow().start(page, wen)
    for address in (
        "/cms/",
        "/cms/desk/findings/",
        f"/cms/desk/findings/{page.pk}/",
        f"/cms/pages/{page.pk}/edit/",
        "/cms/stories/",
    ):
        answer = at(lin).get(address)
        text = answer.content.decode()
        assert answer.status_code == 200 and "<script>alert(1)" not in text and "</title><h1>x" not in text, address
