"""What a page says about itself, whatever it is made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.hung.links import addresses
from community.hung.links.reading import read
from community.markup import render
from tests.hung.web import PAGE

URL = "https://www.kiln.test/a"


def test_a_page_tells_its_title_words_and_house() -> None:
    words = read(PAGE, URL)
    assert words is not None
    assert (words.title, words.text, words.site) == ("The Kiln & the Rain", "How a sky came to be fired.", "Kiln Notes")


def test_without_marks_for_others_the_title_and_the_description_do() -> None:
    words = read(b"<title>\n  Rain\n </title><meta name=description content='Of rain.'>", URL)
    assert words is not None
    assert (words.title, words.text, words.site) == ("Rain", "Of rain.", "kiln.test")


@pytest.mark.parametrize(("raw", "charset"), [("雨过天青".encode("gb18030"), "gb18030"), ("雨过天青".encode(), ""), ("雨过天青".encode("big5", "replace"), "big5")])  # fmt: skip
def test_old_encodings_are_read(raw: bytes, charset: str) -> None:
    assert read(b"<title>" + raw + b"</title>", URL, charset).title  # type: ignore[union-attr]


def test_an_encoding_may_be_declared_in_the_page_and_may_be_nonsense() -> None:
    page = '<meta charset="gb2312"><title>雨过天青</title>'.encode("gb2312")
    assert read(page, URL).title == "雨过天青"  # type: ignore[union-attr]
    assert read(b"<meta charset=klingon><title>Rain</title>", URL, "x-none").title == "Rain"  # type: ignore[union-attr]


@pytest.mark.parametrize("body", [b"", b"   ", b"<html><body>No title", b"<title></title>", b"/etc/passwd", b"\x00\x01\x02"])  # fmt: skip
def test_a_page_without_a_title_shows_nothing(body: bytes) -> None:
    assert read(body, URL) is None


def test_signs_that_turn_the_direction_of_reading_or_hide_are_taken_out_and_the_rest_is_short() -> None:
    words = read("<title>a\u202eb\u200bc\x07d</title>".encode(), URL)
    assert words is not None and words.title == "abc d"
    words = read(b"<title>" + b"a" * 5000 + b"</title>", URL)
    assert words is not None and len(words.title) == 200


def test_a_page_made_to_be_slow_is_quick() -> None:
    assert read(b"<a>" * 200_000, URL) is None
    assert read(b"<!--" * 100_000, URL) is None
    assert read(b"<title>Rain</title>" + b"<meta property=og:title" * 20_000, URL) is not None


@given(st.binary(max_size=2000))
def test_no_bytes_break_it(body: bytes) -> None:
    read(b"<title>x" + body, URL)


def test_the_first_addresses_of_a_message_are_found_once_each() -> None:
    html = render("https://a.test/x?a=1&b=2 [named](https://b.test) `https://code.test` https://a.test/x?a=1&b=2 mailto:c@d.test https://e.test")  # fmt: skip
    assert addresses.in_message(html, 3) == ["https://a.test/x?a=1&b=2", "https://b.test", "https://e.test"]
    assert addresses.in_message(html, 2) == ["https://a.test/x?a=1&b=2", "https://b.test"]


@pytest.mark.parametrize(("url", "path"), [
    ("https://yaji.test/en/boxes/", "/en/boxes/"), ("https://yaji.test", "/"), ("https://yaji.test:443/a", "/a"), ("http://yaji.test/a", None),
    ("https://yaji.test.evil.test/a", None), ("https://yaji.test:8000/a", None), ("https://yaji.test:bad/a", None), ("https://yaji.test@evil.test/a", None),
])  # fmt: skip
def test_our_own_addresses_are_told_from_those_that_look_like_them(url: str, path: str | None) -> None:
    assert addresses.path_of_ours(url, ["https://yaji.test"]) == path
