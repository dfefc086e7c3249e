"""Rows to take along: CSV that a spreadsheet opens safely."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse

FORMULA = ("=", "+", "-", "@", "\t", "\r")


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
