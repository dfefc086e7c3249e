"""The search of stories, in Chinese too, and never a word from behind the wall."""

from collections.abc import Callable

import html5lib
import pytest
from django.test import Client

from tests.factories import editorial as pages

Open = Callable[[str], Client]


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["青花瓷", "前世", "今生", "青花瓷的前世今生", "钴料", "花瓷 今生"])
def test_chinese_words_inside_a_sentence_are_found(client: Client, query: str) -> None:
    pages.story("zh-hans", title="青花瓷的前世今生", body=[pages.text("苏麻离青是一种钴料，从波斯来。")])
    pages.story("zh-hans", title="靛蓝", body=[pages.text("染缸是活的。")])
    text = client.get("/zh-hans/search/", {"q": query}).content.decode()
    html5lib.HTMLParser(strict=True).parse(text)
    assert 'href="/zh-hans/stories/' in text
    assert "靛蓝" not in text


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["瓷青", "前今", "nothing-of-that-kind", "%", "'\"()", "AND OR", "^", "   "])
def test_what_is_not_there_is_not_found_and_nothing_breaks(client: Client, query: str) -> None:
    pages.story("zh-hans", title="青花瓷的前世今生", body=[pages.text("钴料。")])
    answer = client.get("/zh-hans/search/", {"q": query})
    assert answer.status_code == 200
    assert 'href="/zh-hans/stories/' not in answer.content.decode().split("<main")[1].split("</main")[0]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["visitor", "free", "friend", "companion"])
def test_no_reader_finds_a_story_by_its_gated_words_or_sees_them_in_an_excerpt(reader: Open, kind: str) -> None:
    pages.story(
        title="After Rain",
        slug="after-rain",
        body=[pages.text("A free pangolin."), pages.members(pages.text("A furtive axolotl."))],
    )
    client = reader(kind)
    assert "/stories/after-rain/" in client.get("/en/search/", {"q": "pangolin"}).content.decode()
    for query in ("axolotl", "pangolin", "rain"):
        answer = client.get("/en/search/", {"q": query}).content.decode()
        assert "furtive" not in answer
    assert "/stories/after-rain/" not in client.get("/en/search/", {"q": "axolotl"}).content.decode()


@pytest.mark.django_db
def test_the_words_of_the_query_are_marked_and_everything_else_is_escaped(client: Client) -> None:
    pages.story(title="Rain & <b>ash</b>", body=[pages.text("A pangolin &lt;i&gt; walks.")])
    text = client.get("/en/search/", {"q": "pangolin"}).content.decode()
    assert "<mark>pangolin</mark> &lt;i&gt; walks." in text
    assert "Rain &amp; &lt;b&gt;ash&lt;/b&gt;" in text


@pytest.mark.django_db
def test_the_admins_chooser_finds_chinese_too() -> None:
    from editorial.models import StoryPage

    page = pages.story("zh-hans", title="青花瓷的前世今生")
    assert [p.pk for p in StoryPage.objects.all().autocomplete("前世")] == [page.pk]


@pytest.mark.django_db
def test_a_story_that_was_taken_back_or_not_written_here_is_found_as_it_should(client: Client) -> None:
    gone = pages.story(title="Pangolin gone")
    english = pages.story(title="Pangolin", slug="pangolin")
    gone.unpublish()
    text = client.get("/zh-hans/search/", {"q": "pangolin"}).content.decode()
    assert "Pangolin gone" not in text
    assert 'href="/en/stories/pangolin/"' in text
    pages.story("zh-hans", title="穿山甲 Pangolin", slug="pangolin", beside=english)
    text = client.get("/zh-hans/search/", {"q": "pangolin"}).content.decode()
    assert 'href="/zh-hans/stories/pangolin/"' in text
    assert 'href="/en/stories/pangolin/"' not in text
