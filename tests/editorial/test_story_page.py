"""A story page: what each reader gets, and what never leaves the house."""

import json
import re
from collections.abc import Callable

import html5lib
import pytest
from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpResponse
from django.test import Client, RequestFactory

from editorial.models import StoryPage
from tests.editorial.conftest import READERS, address
from tests.factories import editorial as pages

Open = Callable[[str], Client]
MAY = {"stories:all": {"companion", "patron"}, "stories:friend": {"friend", "companion", "patron"},
       "account": {"free", "friend", "companion", "patron"}, "tier:patron": {"patron"}}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("requires", MAY)
@pytest.mark.parametrize("kind", READERS)
def test_a_section_reaches_those_who_may_read_it_and_nobody_else(reader: Open, kind: str, requires: str) -> None:
    page = pages.story(body=pages.gated_body(requires))
    answer = reader(kind).get(address(page))
    text = answer.content.decode()
    assert pages.FREE in text
    assert pages.AFTER in text
    may = kind in MAY[requires]
    assert (pages.GATED in text) is may
    assert (pages.GATED_NOTE in text) is may
    assert ("The worst firing</h2>" in text) is may
    assert ('class="wall"' in text) is not may


@pytest.mark.django_db
@pytest.mark.parametrize("kind", READERS)
def test_a_page_with_an_audience_shows_its_beginning_to_the_others(reader: Open, kind: str) -> None:
    body = [
        pages.text("The beginning."),
        ("heading", "One"),
        pages.text(pages.GATED),
        ("heading", "Two"),
        pages.text("The end."),
    ]
    text = reader(kind).get(address(pages.story(audience="stories:all", body=body))).content.decode()
    assert "The beginning." in text
    assert (pages.GATED in text) is (kind in MAY["stories:all"])
    assert ("The end." in text) is (kind in MAY["stories:all"])


@pytest.mark.django_db
def test_the_wall_stands_at_the_first_hidden_sentence_and_leads_back_to_it(
    reader: Open, gated_story: StoryPage
) -> None:
    visitor = reader("visitor").get(address(gated_story)).content.decode()
    member = reader("companion").get(address(gated_story)).content.decode()
    assert re.search(r'<h2 id="p5">Kept for the table</h2>', visitor)
    assert re.search(r'<h2 id="p5">.*The worst firing</h2>', member)
    assert re.search(rf'<p id="p6">{re.escape(pages.GATED)}', member)
    for text in (visitor, member):
        assert f'<p id="p7">{pages.AFTER}</p>' in text
    back = "next=%2Fen%2Fstories%2Fafter-rain%2F%23p5"
    assert f'href="/en/join/?{back}&amp;need=stories%3Aall&amp;origin=story%3A{gated_story.translation_key}"' in visitor
    assert f'href="/en/account/login/?{back}"' in visitor


@pytest.mark.django_db
def test_the_wall_names_the_tiers_that_open_it_and_asks_nobody_to_sign_in_twice(
    reader: Open, gated_story: StoryPage
) -> None:
    text = reader("friend").get(address(gated_story)).content.decode()
    rows = re.findall(r"<li( data-closed)?><h3>(\w+)<span", text)
    assert rows == [(" data-closed", "Friend"), ("", "Companion"), ("", "Patron")]
    assert "/account/login/" not in text


@pytest.mark.django_db
def test_a_section_for_accounts_leads_to_a_free_account(reader: Open) -> None:
    text = reader("visitor").get(address(pages.story(body=pages.gated_body("account")))).content.decode()
    assert "Make a free account and read on" in text
    assert re.search(r'href="/en/account/signup/\?next=%2Fen%2Fstories%2Fstory-\d+%2F%23p5"', text)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("kind", ["visitor", "companion"])
def test_the_page_is_valid_and_numbers_are_never_repeated(reader: Open, kind: str, language: str) -> None:
    body = [*pages.gated_body(), ("quote", {"text": "“Left over.”", "who": "Zhou", "what": ""}),
            ("timeline", {"moments": [{"when": "874", "what": "Sealed."}, {"when": "1323", "what": "Sunk."}]}),
            ("image", {"image": pages.picture(), "alt": "Tea", "title": "", "caption": "Hot.", "credit": "Yaji"}),
            ("gallery", {"label": "Two", "pictures": [{"image": pages.picture(), "alt": "A"}, {"image": pages.picture(), "alt": "B"}]})]  # fmt: skip
    page = pages.story(language, body=body, lead_image=pages.picture("bowl", 7), lead_alt="A bowl")
    text = reader(kind).get(address(page)).content.decode()
    html5lib.HTMLParser(strict=True).parse(text)
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert not re.search(r"\sstyle=|<style|\son\w+=", text)


@pytest.mark.django_db
def test_search_engines_are_told_what_is_free(reader: Open, gated_story: StoryPage) -> None:
    def told(kind: str, page: StoryPage) -> dict[str, object]:
        text = reader(kind).get(address(page)).content.decode()
        found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.S)
        assert found
        return json.loads(found[1])  # type: ignore[no-any-return]

    gated = told("visitor", gated_story)
    assert gated["isAccessibleForFree"] is False
    assert gated["hasPart"] == {"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": ".wall"}
    open_one = told("visitor", pages.story(title="</script><b>", body=pages.free_body()))
    assert open_one["isAccessibleForFree"] is True
    assert open_one["headline"] == "</script><b>"
    assert "hasPart" not in open_one


@pytest.mark.django_db
def test_notes_are_marked_in_the_text_and_lead_back(reader: Open, gated_story: StoryPage) -> None:
    text = reader("companion").get(address(gated_story)).content.decode()
    assert '<sup><a aria-label="Note 1" class="ref" href="#fn1" id="r1">1</a></sup>' in text
    assert re.search(r'<li id="fn2" value="2">From the kiln book of that year\. <a href="#r2">', text)
    assert "^" not in re.sub(r"<head>.*</head>", "", text, flags=re.S)


@pytest.mark.django_db
def test_what_is_not_published_is_not_there(reader: Open, gated_story: StoryPage) -> None:
    editor = reader("companion")
    gated_story.unpublish()
    for path in (address(gated_story), "/en/stories/never-written/", "/en/pages/1/", "/en/stories/after-rain/more/"):
        assert editor.get(path).status_code == 404
    assert pages.FREE not in editor.get("/en/stories/").content.decode()


@pytest.mark.django_db
def test_wagtails_own_privacy_is_kept_too(reader: Open, gated_story: StoryPage) -> None:
    from wagtail.models import PageViewRestriction

    PageViewRestriction.objects.create(page=gated_story.get_parent(), restriction_type="login")
    answer = reader("visitor").get(address(gated_story))
    assert answer.status_code == 302
    assert pages.FREE not in reader("visitor").get("/feeds/atom.xml?lang=en").content.decode()
    assert reader("companion").get(address(gated_story)).status_code == 200


@pytest.mark.django_db
def test_a_wall_may_begin_at_a_box(reader: Open) -> None:
    page = pages.story(body=[pages.text("Before."), pages.members(("box", {"edition": ""}), pages.text(pages.GATED))])
    assert '<h2 id="p2">' in reader("visitor").get(address(page)).content.decode()
    assert '<span class="at" id="p2"></span>' in reader("companion").get(address(page)).content.decode()


@pytest.mark.django_db
def test_a_message_from_another_page_is_not_lost(reader: Open, gated_story: StoryPage) -> None:
    client = reader("companion")
    client.get(address(gated_story))
    request = RequestFactory().get("/")
    request.COOKIES, request._messages = {}, CookieStorage(request)
    messages.info(request, "Welcome to the table.")
    request._messages.update(answer := HttpResponse())
    client.cookies["messages"] = answer.cookies["messages"].value
    assert "Welcome to the table." in client.get(address(gated_story)).content.decode()
    assert "Welcome to the table." not in client.get(address(gated_story)).content.decode()
