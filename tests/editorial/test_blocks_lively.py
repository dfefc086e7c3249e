"""Blocks that move, sound or ask: words and pictures without a script, nothing of a hidden one in the page."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import html5lib
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override
from wagtail.rich_text import RichText

from editorial import feeds, kept, reading, wall
from editorial.actions import lay_trees, place
from editorial.blocks import STORY_BLOCKS
from editorial.models import DirectoryPage, PlacePage, StoryPage, TermPage
from editorial.polls.models import Option, Poll
from ground import pagecache
from tests.editorial.conftest import address, tables
from tests.factories import community, files, membership
from tests.factories import editorial as pages

Open = Callable[[str], Client]
BLOCKS: dict[str, Any] = dict(STORY_BLOCKS)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def english() -> Iterator[None]:
    """Whatever page was read before."""
    with override("en"):
        yield


def directory(language: str = "en") -> DirectoryPage:
    home = lay_trees()[language]
    return place(DirectoryPage(title="Shelf", slug="shelf", locale=home.locale), under=home)


def term(**fields: Any) -> TermPage:
    defaults = {"title": "Crackle", "slug": "crackle", "short": "Fissures, <loved>.", "reading": "kāi piàn"}
    under = fields.pop("under", None) or directory()
    return place(TermPage(locale=under.locale, **{**defaults, **fields}), under=under)


def spot(under: Any = None, **fields: Any) -> PlacePage:
    under = under or directory()
    defaults = {"title": "Longquan", "slug": "longquan", "latitude": 28.07, "longitude": 119.14}
    return place(PlacePage(locale=under.locale, **{**defaults, **fields}), under=under)


def poll() -> Poll:
    made = Poll.objects.create(key="which", question_zh="哪只？", question_en="Which?")
    for number in (1, 2):
        Option.objects.create(poll=made, sort_order=number, label_zh=f"第{number}", label_en=f"Answer {number}")
    return made


def lively(mark: str = "") -> list[Any]:
    """One of each, with words that can be found again."""
    image = pages.picture()
    return [
        ("slider", {"first": image, "first_alt": f"Before {mark}", "second": image, "second_alt": "After", "caption": "Both", "first_label": "", "second_label": "", "credit": ""}),
        ("zoom", {"image": image, "alt": f"Near {mark}", "title": "", "caption": "Close", "credit": ""}),
        ("panorama", {"image": image, "alt": f"Yard {mark}", "caption": "Around", "credit": ""}),
        ("model", {"file": files.model(), "poster": image, "alt": f"Vase {mark}", "caption": "Turn", "credit": ""}),
        ("map", {"caption": f"Map {mark}", "places": [{"place": None, "name": "Jingdezhen", "latitude": 29.27, "longitude": 117.18, "note": "blue"}]}),
        ("audio", {"file": files.sound(), "title": f"Bell {mark}", "credit": "", "transcript": f"It rings {mark}.", "captions": None}),
        ("video", {"file": files.film(), "title": f"Wheel {mark}", "credit": "", "poster": image, "captions": files.captions(), "transcript": ""}),
        ("event", {"title": f"Opening {mark}", "when": timezone.make_aware(datetime(2026, 12, 12, 15)), "until": None, "where": "Longquan", "text": "Come; bring, a cup"}),
        ("act", {"text": f"Sit {mark}", "act": "Take a seat", "to": "join", "address": ""}),
    ]  # fmt: skip


MODULES = {"slider", "zoom", "panorama", "model"}


def modules(text: str) -> set[str]:
    return set(re.findall(r'src="/static/editorial/js/(slider|zoom|panorama|model|gloss)\.js"', text))


def test_a_page_loads_only_the_scripts_of_the_blocks_on_it(client: Client) -> None:
    assert modules(client.get(address(pages.story(body=[pages.text("Words.")]))).content.decode()) == set()
    text = client.get(address(pages.story(body=lively()))).content.decode()
    assert modules(text) == MODULES
    html5lib.HTMLParser(strict=True).parse(text)
    assert not re.search(r"\sstyle=|\son\w+=", text)


def test_nothing_of_a_hidden_block_is_in_the_page(reader: Open) -> None:
    page = pages.story(body=[pages.text("Free."), pages.members(*lively("XYZZY"))])
    for kind in ("visitor", "free", "friend"):
        text = reader(kind).get(address(page)).content.decode()
        assert "XYZZY" not in text
        assert modules(text) == set()
        assert "/files/" not in text and "yaji-" not in text.replace("yaji-comments", "")
    for told in (
        feeds.atom("en"),
        feeds.json_feed("en"),
        Client().get("/sitemap.xml").content.decode(),
        page.free_text,
    ):
        assert "XYZZY" not in told and "/files/" not in told
    text = reader("companion").get(address(page)).content.decode()
    assert text.count("XYZZY") > 8
    assert modules(text) == MODULES


def test_without_script_every_block_is_words_and_pictures(client: Client) -> None:
    """What stands in the page before any script has run."""
    text = client.get(address(pages.story(body=lively("M")))).content.decode()
    for words in (
        "Before M",
        "After",
        "Near M",
        "Yard M",
        "Vase M",
        "Map M",
        "Jingdezhen",
        "Bell M",
        "It rings M.",
        "A bell is struck.",
        "Opening M",
        "Sit M",
    ):
        assert words in text
    assert text.count("<img") >= 5
    assert "<canvas" not in text


def test_a_feed_has_the_words_and_the_pictures_and_nothing_that_needs_a_script(client: Client) -> None:
    page = pages.story(body=lively("F"))
    html = reading.absolute(page.ready().shown("", wall.visitor).pieces, "https://yaji.example")
    for words in ("Before F", "Vase F", "Jingdezhen", "It rings F.", "Opening F"):
        assert words in html
    assert not re.search(r"yaji-|data-|<svg|<button|<form|srcset|popover|Sit F|text/calendar", html)
    assert not re.search(r'(?:src|href|poster)="/', html)


def test_transcripts_captions_and_places_are_found_by_search(client: Client) -> None:
    free = pages.story(body=lively("seek")).free_text
    for words in ("It rings seek.", "A bell is struck.", "Jingdezhen", "Before seek", "Opening seek"):
        assert words in free


def test_more_lively_blocks_cost_no_more_queries(reader: Open) -> None:
    client = reader("companion")
    short, long = (address(pages.story(body=[*lively() * n, pages.members(*lively() * n)])) for n in (1, 4))
    found = []
    for path in (short, long):
        client.get(path)  # makes the renditions
        pagecache.drop()
        kept.forget()
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        found.append(tables(asked))
    assert found[0] == found[1]
    assert found[0].count("files_housefile") == 1
    assert found[0].count("wagtailimages_image") == 1


# --- glossary ---------------------------------------------------------------------------------------------------------


def linked(page: Any, words: str = "crackle") -> str:
    return f'Listen to the <a linktype="page" id="{page.pk}">{words}</a> of the glaze.'


def test_a_term_is_a_link_with_a_card_beside_it(client: Client) -> None:
    word = term()
    body = [pages.text(f"{linked(word)} Again {linked(word)}")]
    text = client.get(address(pages.story(body=body))).content.decode()
    assert re.search(
        r'<a aria-describedby="p1-t\d+" class="gloss" data-term="p1-t\d+" href="/en/shelf/crackle/">crackle</a><span',
        text,
    )
    assert text.count("Fissures, &lt;loved&gt;.") == 1
    assert "kāi piàn" in text
    assert modules(text) == {"gloss"}
    html5lib.HTMLParser(strict=True).parse(text)


def test_a_link_to_another_page_is_a_plain_link_and_one_to_a_page_that_is_gone_is_words(client: Client) -> None:
    there, gone = spot(), pages.story(title="Gone")
    body = [pages.text(linked(there, "the town")), pages.text(linked(gone, "what was told"))]
    page = pages.story(body=body)
    StoryPage.objects.get(pk=gone.pk).unpublish()
    text = client.get(address(page)).content.decode()
    assert '<a href="/en/shelf/longquan/">the town</a>' in text
    assert "the what was told of" in text
    assert "linktype" not in text
    assert modules(text) == set()


def test_a_card_is_never_in_the_hidden_part_nor_in_feeds_nor_in_the_index(reader: Open) -> None:
    word = term()
    page = pages.story(body=[pages.text("Free."), pages.members(pages.text(linked(word)))])
    assert "loved" not in reader("friend").get(address(page)).content.decode()
    assert "loved" in reader("companion").get(address(page)).content.decode()
    open_page = pages.story(body=[pages.text(linked(word))])
    assert "loved" not in open_page.free_text
    html = reading.absolute(open_page.ready().shown("", wall.visitor).pieces, "https://yaji.example")
    assert "loved" not in html and 'href="https://yaji.example/en/shelf/crackle/"' in html


def test_all_links_of_a_page_cost_two_queries(reader: Open) -> None:
    shelf = directory()
    words = [term(under=shelf, slug=f"term-{n}", title=f"Term {n}") for n in range(6)]
    page = pages.story(body=[pages.text(linked(word)) for word in words])
    address(page)  # where sites begin is known
    kept.forget()
    with CaptureQueriesContext(connection) as asked:
        page.ready()
    found = [t for t in tables(asked) if t in ("wagtailcore_page", "editorial_termpage")]
    assert sorted(found) == ["editorial_termpage", "wagtailcore_page"]


# --- sources ----------------------------------------------------------------------------------------------------------


def test_sources_stand_under_the_notes_for_everybody(client: Client) -> None:
    notes = [("note", RichText("<p>From a notebook.</p>")),
             ("source", {"author": "Gao <Lian>", "title": "Eight Discourses", "published": "1591", "url": "https://example.com/a", "kind": "book"})]  # fmt: skip
    text = client.get(address(pages.story(notes=notes))).content.decode()
    assert "Gao &lt;Lian&gt;" in text
    assert '<a href="https://example.com/a" rel="noopener">Eight Discourses</a>' in text
    assert text.index("From a notebook.") < text.index("Eight Discourses")


# --- rooms, maps, calls, events ---------------------------------------------------------------------------------------


def test_a_room_in_the_text_does_not_stand_at_the_end_again(reader: Open) -> None:
    page = pages.story(body=[pages.text("Free."), ("room", {"subject": ""}), pages.text("After.")])
    community.room(subject_key=page.subject_key)
    for kind in ("visitor", "companion"):
        for _ in range(2):  # made, and kept
            text = reader(kind).get(address(page)).content.decode()
            assert text.count('class="talk-card"') == 1
            assert text.index("talk-card") < text.index("After.")
            assert "hole:" not in text


def test_a_map_shows_its_places_in_lines_and_in_words(client: Client) -> None:
    places = [{"place": spot(), "name": "", "note": "celadon", "latitude": None, "longitude": None},
              {"place": None, "name": "Kashan", "latitude": 33.98, "longitude": 51.43, "note": "far off our map"}]  # fmt: skip
    text = client.get(address(pages.story(body=[("map", {"caption": "Ways", "places": places})]))).content.decode()
    assert '<a href="/en/shelf/longquan/">Longquan</a>' in text
    assert "Kashan" in text
    assert text.count('class="map-pin"') == 1
    assert "tile" not in text


def test_a_map_needs_to_know_where_a_place_is() -> None:
    with pytest.raises(ValidationError):
        BLOCKS["map"].clean(BLOCKS["map"].normalize({"caption": "X", "places": [{"name": "Nowhere"}]}))


def test_a_call_to_act_leads_where_it_says_and_tells_from_where(client: Client) -> None:
    page = pages.story(body=[("act", {"text": "Sit", "act": "Go", "to": to, "address": "/en/about/" if to == "address" else ""}) for to in ("join", "box", "address")])  # fmt: skip
    text = client.get(address(page)).content.decode()
    origin = f"origin=story%3A{page.translation_key}"
    assert f'href="/en/join/?{origin}"' in text
    assert f'href="/en/boxes/?{origin}"' in text
    assert 'href="/en/about/">Go' in text


@pytest.mark.parametrize("bad", ["javascript:alert(1)", "//evil.example", "data:text/html,x", "", "mailto:a@b"])
def test_a_call_to_act_never_leads_to_a_script_or_nowhere(bad: str) -> None:
    with pytest.raises(ValidationError):
        BLOCKS["act"].clean(BLOCKS["act"].normalize({"text": "x", "act": "Go", "to": "address", "address": bad}))


def test_an_event_has_its_time_and_a_file_for_the_calendar(client: Client) -> None:
    text = client.get(address(pages.story(body=[lively()[7]]))).content.decode()
    assert '<time datetime="2026-12-12T15:00:00+08:00">' in text
    assert "data:text/calendar" in text
    assert "DTSTART%3A20261212T070000Z" in text
    assert "DESCRIPTION%3ACome%5C%3B%20bring%5C%2C%20a%20cup" in text


def test_an_event_does_not_end_before_it_begins() -> None:
    value = {"title": "x", "when": timezone.make_aware(datetime(2026, 12, 12, 15)), "until": timezone.make_aware(datetime(2026, 12, 12, 14)), "where": "y"}  # fmt: skip
    with pytest.raises(ValidationError):
        BLOCKS["event"].clean(BLOCKS["event"].normalize(value))


# --- what editors are held to -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "field"), [("slider", "first_alt"), ("slider", "second_alt"), ("zoom", "alt"), ("panorama", "alt"), ("model", "alt")])  # fmt: skip
def test_what_is_seen_must_be_told(kind: str, field: str) -> None:
    assert BLOCKS[kind].child_blocks[field].required


@pytest.mark.parametrize("kind", ["audio", "video"])
def test_what_is_heard_must_be_told(kind: str) -> None:
    file = files.sound() if kind == "audio" else files.film()
    value = {"file": file, "title": "x", "credit": "", "transcript": "", "captions": None}
    with pytest.raises(ValidationError):
        BLOCKS[kind].clean(BLOCKS[kind].normalize(value))
    assert BLOCKS[kind].clean(BLOCKS[kind].normalize({**value, "captions": files.captions()}))


def test_a_block_takes_only_its_own_kind_of_file() -> None:
    value = {"file": files.film(), "title": "x", "credit": "", "transcript": "x", "captions": None}
    with pytest.raises(ValidationError) as refused:
        BLOCKS["audio"].clean(BLOCKS["audio"].normalize(value))
    assert "this block needs Sound" in str(refused.value.block_errors["file"].messages)


def test_a_picture_all_around_is_twice_as_wide_as_high() -> None:
    with pytest.raises(ValidationError):
        BLOCKS["panorama"].clean(BLOCKS["panorama"].normalize({"image": pages.picture(), "alt": "x", "caption": "", "credit": ""}))  # fmt: skip


def test_markup_in_every_field_is_text(client: Client) -> None:
    bad = "</svg><script>alert(1)</script>\"'><img src=x onerror=1>"
    body = lively(bad)
    made = Poll.objects.create(key="bad", question_zh=bad, question_en=bad[:160])
    Option.objects.create(poll=made, sort_order=1, label_zh=bad, label_en=bad)
    body.append(("poll", {"poll": made}))
    body.append(
        (
            "map",
            {
                "caption": bad,
                "places": [{"place": None, "name": bad[:40], "latitude": 28, "longitude": 119, "note": bad}],
            },
        )
    )
    text = client.get(address(pages.story(body=body))).content.decode()
    assert "<script>alert" not in text and "<img src=x" not in text
    html5lib.HTMLParser(strict=True).parse(text)


def test_a_block_whose_file_or_picture_is_gone_leaves_the_page_standing(client: Client) -> None:
    body = lively("K")
    page = pages.story(body=body)
    for kind in ("model", "audio", "video"):
        next(value for name, value in body if name == kind)["file"].delete()
    membership.tiers()
    text = client.get(address(page)).content.decode()
    assert "The recording is missing." in text
    assert "The film is missing." in text
    assert "Vase K" in text
