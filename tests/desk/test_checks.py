"""What the checks find, one by one, on sheets of paper: no database."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from editorial.desk.checks import Finding, Severity, findings
from editorial.desk.enums import Need
from editorial.desk.sheet import House, Sheet, Sibling

NOW = timezone.now()


def block(kind: str, value: Any, ident: str = "b1") -> dict[str, Any]:
    return {"type": kind, "value": value, "id": ident}


def text(markup: str, ident: str = "b1") -> dict[str, Any]:
    return block("text", markup, ident)


HOUSE = House(given=frozenset({"tier:friend", "stories:all"}), live_pages=frozenset({7}), sibling=Sibling(True, NOW))
SOUND = Sheet(
    title="After Rain",
    standfirst="Iron and ash.",
    live=True,
    changed_at=NOW,
    body=[text("<p>Listen.</p>")],
    house=HOUSE,
)
PICTURE = {"image": 3, "alt": "A bowl with a crackled glaze", "title": "", "caption": "", "credit": "Drawn by Yaji"}


def found(sheet: Sheet) -> list[tuple[str, str]]:
    return [(finding.code, finding.anchor) for finding in findings(sheet)]


def test_a_sound_story_has_no_findings() -> None:
    assert findings(SOUND) == []


CASES: list[tuple[str, dict[str, Any], tuple[str, str]]] = [
    ("no standfirst", {"standfirst": "  "}, ("standfirst", "standfirst")),
    ("a title too long for the card", {"title": "A title that goes on and on until no card of any link can hold it"}, ("title", "title")),
    ("a Chinese title too long for the card", {"title": "雨" * 31}, ("title", "title")),
    ("no picture", {"has_picture": False}, ("picture", "lead_image")),
    ("the story's picture without words", {"picture_words": ""}, ("alt", "lead_alt")),
    ("a file's name for words", {"picture_words": "IMG_2031"}, ("alt", "lead_alt")),
    ("a picture without words", {"body": [text("<p>x</p>", "a"), block("image", {**PICTURE, "alt": ""})]}, ("alt", "body.b1")),
    ("a picture with a file's name", {"body": [text("<p>x</p>", "a"), block("image", {**PICTURE, "alt": "kiln.jpg"})]}, ("alt", "body.b1")),
    ("one of a gallery without words",
     {"body": [block("gallery", {"label": "Three", "pictures": [{"type": "item", "id": "i", "value": PICTURE}, {"type": "item", "id": "j", "value": {**PICTURE, "alt": " "}}]})]},
     ("alt", "body.b1")),
    ("the second of a comparison", {"body": [block("slider", {"first": 1, "first_alt": "Raw", "second": 2, "second_alt": "", "credit": "us"})]}, ("alt", "body.b1")),
    ("an object without words", {"body": [block("model", {"file": 1, "poster": 2, "alt": "", "credit": "us"})]}, ("alt", "body.b1")),
    ("a picture in a members' section",
     {"body": [block("members", {"requires": "stories:all", "content": [block("image", {**PICTURE, "alt": ""}, "in")]})]},
     ("alt", "body.b1.content.in")),
    ("a picture without credit", {"body": [block("image", {**PICTURE, "credit": ""})]}, ("credit", "body.b1")),
    ("a heading first", {"body": [block("heading", "First"), text("<p>x</p>", "b2")]}, ("heading", "body.b1")),
    ("two headings in a row", {"body": [text("<p>x</p>", "a"), block("heading", "One"), block("heading", "Two", "b2"), text("<p>x</p>", "c")]}, ("heading", "body.b1")),
    ("a heading last", {"body": [text("<p>x</p>", "a"), block("heading", "Last")]}, ("heading", "body.b1")),
    ("a link without words", {"body": [text('<p>See <a href="https://a.example/"> </a>.</p>')]}, ("link", "body.b1")),
    ("a link that says nothing", {"body": [text('<p>See <a href="https://a.example/">here</a>.</p>')]}, ("link", "body.b1")),
    ("a Chinese link that says nothing", {"body": [text('<p>见<a href="https://a.example/">这里</a>。</p>')]}, ("link", "body.b1")),
    ("an unprotected link", {"body": [text('<p>See <a href="http://a.example/">the kiln</a>.</p>')]}, ("insecure", "body.b1")),
    ("an unprotected source", {"notes": [block("source", {"title": "x", "url": "http://a.example/"})]}, ("insecure", "notes.b1")),
    ("a link to a page that is gone", {"body": [text('<p>See <a linktype="page" id="8">the kiln</a>.</p>')]}, ("dead", "body.b1")),
    ("an empty members' section", {"body": [text("<p>x</p>", "a"), block("members", {"requires": "stories:all", "content": []})]}, ("members", "body.b1")),
    ("a members' section of white space",
     {"body": [text("<p>x</p>", "a"), block("members", {"requires": "stories:all", "content": [text("<p> </p>", "in")]})]}, ("members", "body.b1")),
    ("an audience that no tier gives", {"audience": "tier:patron"}, ("closed", "audience")),
    ("a section that no tier gives",
     {"body": [block("members", {"requires": "stories:friend", "content": [text("<p>x</p>", "in")]})]}, ("closed", "body.b1")),
    ("one language only", {"house": replace(HOUSE, sibling=None)}, ("translation", "")),
    ("the other language unpublished", {"house": replace(HOUSE, sibling=Sibling(False, NOW))}, ("translation", "")),
    ("the other language newer", {"house": replace(HOUSE, sibling=Sibling(True, NOW + timedelta(days=2)))}, ("translation", "")),
    ("the other language older", {"house": replace(HOUSE, sibling=Sibling(True, NOW - timedelta(days=2)))}, ("translation", "")),
    ("a long paragraph", {"body": [text(f"<p>{'word ' * 191}</p>")]}, ("paragraph", "body.b1")),
    ("a long Chinese paragraph", {"body": [text(f"<p>{'字' * 421}</p>")]}, ("paragraph", "body.b1")),
    ("spaces by hand", {"language": "zh-hans", "body": [text("<p>烧到 1280 度。</p>")]}, ("spacing", "body.b1")),
    ("spaces by hand in the title", {"language": "zh-hans", "title": "青瓷 Celadon"}, ("spacing", "title")),
    ("a mark without its note", {"body": [text("<p>So it is.^2</p>")], "notes": [block("note", "<p>n</p>")]}, ("note", "body.b1")),
    ("a note without its mark", {"notes": [block("note", "<p>n</p>")]}, ("note", "notes")),
    ("no text", {"body": []}, ("length", "body")),
    ("too long", {"minutes": 26}, ("length", "body")),
    ("a rule not kept", {"house": replace(HOUSE, needs=(Need.SECOND_EDITOR,))}, ("rule", "topics")),
]  # fmt: skip


@pytest.mark.parametrize(("why", "changed", "expected"), CASES, ids=[case[0] for case in CASES])
def test_it_is_found(why: str, changed: dict[str, Any], expected: tuple[str, str]) -> None:
    assert expected in found(replace(SOUND, **changed))


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "雨" * 30},
        {"audience": "account"},
        {"audience": "tier:friend"},
        {"body": [block("image", {**PICTURE, "image": None, "alt": ""})]},
        {"body": [text('<p>See <a linktype="page" id="7">the kiln</a>.</p>')]},
        {"body": [text("<p>烧到 1280 度。</p>")]},  # an English page quotes as it likes
        {"language": "zh-hans", "body": [text("<p>烧到1280度，见《The Kiln》。</p>")]},
        {"body": [text("<p>^1</p>")], "notes": [block("note", "<p>n</p>"), block("source", {"title": "x", "url": ""})]},
        {"house": replace(HOUSE, sibling=Sibling(True, NOW + timedelta(hours=5)))},
        {"minutes": 25},
        {"language": "zh-hans", "body": [text("<p>天青难得。^1 年年如此。</p>")], "notes": [block("note", "<p>n</p>")]},
    ],
)
def test_what_is_meant_so_is_left_alone(changed: dict[str, Any]) -> None:
    assert findings(replace(SOUND, **changed)) == []


def test_the_gravest_comes_first() -> None:
    order = [f.severity for f in findings(replace(SOUND, standfirst="", audience="tier:none", minutes=99))]
    assert order == [Severity.ERROR, Severity.WARNING, Severity.HINT]
    assert all(isinstance(f, Finding) and f.message for f in findings(replace(SOUND, standfirst="")))
