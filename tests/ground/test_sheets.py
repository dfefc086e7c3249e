"""Sheets that go out and come back."""

import pytest

from ground import sheets


def read(content: bytes) -> tuple[set[str], list[dict[str, str]]]:
    return sheets.read(content, largest=100, most=2)


@pytest.mark.parametrize("value", ["=1+1", "+49", "-", "@x", "plain", "'quoted'", "", "1"])
def test_what_goes_out_safely_comes_back_as_it_was(value: str) -> None:
    assert sheets.typed(sheets.safe(value)) == value


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"x" * 101, "large"), (b"", "empty"), (b"\xef\xbb\xbf", "empty"), (b"\xef\xbb\xbf \r\n", "empty"), (b"\xff\xfe", "encoding"),
     (b"a\x00", "binary"), (b"a\n1\n2\n3\n", "lines")],
)  # fmt: skip
def test_what_is_no_sheet_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(sheets.Unreadable) as refused:
        read(content)
    assert refused.value.why == why


def test_a_cell_that_is_too_long_is_no_csv() -> None:
    with pytest.raises(sheets.Unreadable, match="csv"):
        sheets.read(b'a\n"' + b"x" * 140_000 + b'"', largest=10**6, most=2)


def test_headings_and_cells_are_trimmed_with_commas_or_semicolons() -> None:
    assert read("\ufeff A ;b\r\n 1 ;'=2;3\r\n4\r\n".encode()) == (
        {"a", "b"},
        [{"a": "1", "b": "=2"}, {"a": "4", "b": ""}],
    )
