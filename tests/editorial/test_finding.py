"""The search of stories, in Chinese too, and never a word from behind the wall."""

from collections.abc import Callable
from typing import Any

import html5lib
import pytest
from django.test import Client
from wagtail.models import PageViewRestriction

from editorial.models import Craft
from tests.factories import community
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
@pytest.mark.parametrize("query", ["瓷青", "前今", "hovercraft-eels", "%", "'\"()", "EELS OR HOVERCRAFT", "^", "   "])
def test_what_is_not_there_is_not_found_and_nothing_breaks(client: Client, query: str) -> None:
    pages.story("zh-hans", title="青花瓷的前世今生", body=[pages.text("钴料。")])
    answer = client.get("/zh-hans/search/", {"q": query})
    assert answer.status_code == 200
    assert 'class="hit"' not in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "may"), [("visitor", False), ("free", False), ("friend", False), ("companion", True)])
def test_gated_words_find_the_story_only_for_those_who_may_read_them(reader: Open, kind: str, may: bool) -> None:
    pages.story(
        title="After Rain",
        slug="after-rain",
        body=[pages.text("A free pangolin."), pages.members(pages.text("A furtive axolotl."))],
    )
    client = reader(kind)
    assert "/stories/after-rain/" in client.get("/en/search/", {"q": "pangolin"}).content.decode()
    for query in ("axolotl", "pangolin", "rain"):
        answer = client.get("/en/search/", {"q": query}).content.decode()
        assert may or "furtive" not in answer
    answer = client.get("/en/search/", {"q": "axolotl"}).content.decode()
    assert ("/stories/after-rain/" in answer, "A furtive <mark>axolotl</mark>" in answer) == (may, may)


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "may"), [("visitor", False), ("friend", False), ("companion", True)])
def test_a_story_gated_as_a_whole_is_found_by_its_beginning_and_by_members_to_its_end(reader: Open, kind: str, may: bool) -> None:  # fmt: skip
    words = ["A pangolin begins.", "Second.", "Third.", "An axolotl ends it."]
    pages.story(title="After Rain", slug="after-rain", audience="stories:all", body=[pages.text(w) for w in words])
    client = reader(kind)
    assert "/stories/after-rain/" in client.get("/en/search/", {"q": "pangolin"}).content.decode()
    assert ("/stories/after-rain/" in client.get("/en/search/", {"q": "axolotl"}).content.decode()) == may


@pytest.mark.django_db
def test_facets_narrow_what_was_found_and_say_how_much_they_leave(client: Client) -> None:
    celadon = Craft.objects.create(slug="celadon", name_zh="青瓷", name_en="Celadon")
    pages.story(title="Rain one", slug="one", craft=celadon)
    pages.story(title="Rain two", slug="two")
    indigo = Craft.objects.create(slug="indigo", name_zh="靛", name_en="Indigo")
    pages.story(title="Rain three", slug="three", craft=indigo)
    text = client.get("/en/search/", {"q": "rain"}).content.decode()
    assert "?q=rain&amp;craft=celadon" in text and "?q=rain&amp;craft=indigo" in text
    text = client.get("/en/search/", {"q": "rain", "craft": "celadon"}).content.decode()
    assert 'href="/en/stories/one/"' in text
    assert 'href="/en/stories/two/"' not in text and 'href="/en/stories/three/"' not in text
    community.room(name_en="Rain room", name_zh="雨")
    assert "Rain room" in client.get("/en/search/", {"q": "rain", "later": "1"}).content.decode().replace(
        "<mark>", ""
    ).replace("</mark>", "")
    text = client.get("/en/search/", {"q": "rain", "craft": "celadon", "later": "1"}).content.decode()
    assert "room" not in text.split("<main")[1].split("finder-found")[1].split("</main")[0] and "1 find" in text
    odd = client.get("/en/search/", {"q": "rain", "craft": "no-such", "in": "nowhere", "page": "x"}).content.decode()
    assert "Nothing found" in odd and 'aria-current="true"' in odd and "Search without narrowing" in odd


@pytest.mark.django_db
def test_where_nothing_has_all_words_what_has_some_is_offered(client: Client) -> None:
    pages.story(title="Rain", slug="one")
    text = client.get("/en/search/", {"q": "rain hovercraft"}).content.decode()
    assert "Nothing has all of these words" in text and 'href="/en/stories/one/"' in text


@pytest.mark.django_db
def test_typing_suggests_titles_from_their_middle_and_nothing_that_was_taken_back(client: Client) -> None:
    pages.story("zh-hans", title="青花瓷的前世今生", slug="cobalt")
    pages.story("zh-hans", title="前世不再", slug="gone").unpublish()
    found = client.get("/zh-hans/search/suggest/", {"q": "前世"}).json()["found"]
    assert [(one["title"], one["url"]) for one in found] == [("青花瓷的前世今生", "/zh-hans/stories/cobalt/")]
    assert client.get("/zh-hans/search/suggest/", {"q": ""}).json() == {"found": []}


@pytest.mark.django_db
def test_the_search_asks_the_same_number_of_questions_whatever_is_found(reader: Open, django_assert_max_num_queries: Any) -> None:  # fmt: skip
    for number in range(9):
        pages.story(title=f"Rain {number}", lead_image=pages.picture("tea", number))
    client = reader("companion")
    client.get("/en/search/", {"q": "rain"})
    with django_assert_max_num_queries(10):
        text = client.get("/en/search/", {"q": "rain"}).content.decode()
    assert text.count('class="hit"') == 6 and "All 9" in text
    with django_assert_max_num_queries(10):
        assert client.get("/en/search/", {"q": "rain", "in": "story"}).content.decode().count('class="hit"') == 9


@pytest.mark.django_db
def test_a_story_made_private_leaves_the_search_and_a_moved_one_is_found_where_it_is(client: Client) -> None:
    shut, moved = pages.story(title="Rain shut"), pages.story(title="Rain moved", slug="old")
    restriction = PageViewRestriction.objects.create(page=shut, restriction_type=PageViewRestriction.LOGIN)
    assert "Rain shut" not in client.get("/en/search/", {"q": "shut"}).content.decode()
    restriction.delete()
    assert "<mark>Rain shut</mark>" in client.get("/en/search/", {"q": "rain shut"}).content.decode()
    moved.slug = "new"
    moved.save_revision().publish()
    assert 'href="/en/stories/new/"' in client.get("/en/search/", {"q": "moved"}).content.decode()


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
