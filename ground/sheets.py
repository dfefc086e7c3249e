"""Rows to take along, and rows that come back: CSV that a spreadsheet opens safely."""

import csv
import io
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from django.http import HttpResponse

FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Unreadable(ValueError):
    """No sheet that can be read. `why`: `large`, `empty`, `encoding`, `binary`, `csv` or `lines` (too many)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def csv_response(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A download of the rows under a line of headings, UTF-8 with the mark by which spreadsheets know it."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(head)
    writer.writerows([safe(value) for value in row] for row in rows)
    return response


def to_csv_line(values: Sequence[Any]) -> str:
    """One line of CSV with its end, for sheets that are written while they are sent."""
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()


def safe(value: Any) -> Any:
    """Text that begins like a formula would run in a spreadsheet: put an apostrophe before it. Numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def typed(value: str) -> str:
    """What `safe` was given, trimmed: an apostrophe that our own export put before a formula goes again."""
    text = value.strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def read(content: bytes, *, largest: int, most: int) -> tuple[set[str], list[dict[str, str]]]:
    """The headings of a sheet in small letters, and its lines by them, as `typed`. UTF-8, with commas or semicolons.

    `largest` in bytes, `most` lines below the headings. Raises `Unreadable`.
    """
    if len(content) > largest:
        raise Unreadable("large")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as trouble:
        raise Unreadable("encoding") from trouble
    if "\x00" in text:
        raise Unreadable("binary")
    if not text.strip():
        raise Unreadable("empty")
    head = text.splitlines()[0]
    comma = ";" if head.count(";") > head.count(",") else ","
    lines = csv.DictReader(io.StringIO(text, newline=""), delimiter=comma)
    try:
        names = {_name(head) for head in lines.fieldnames or []}
        found = [_line(line) for line in islice(lines, most + 1)]
    except csv.Error as trouble:
        raise Unreadable("csv") from trouble
    if len(found) > most:
        raise Unreadable("lines")
    return names, found


def _line(line: dict[Any, Any]) -> dict[str, str]:
    """Cells without a heading are left out, a heading without a cell is empty."""
    return {_name(head): typed(cell or "") for head, cell in line.items() if isinstance(cell, str | None)}


def _name(head: str | None) -> str:
    return (head or "").strip().lower()
