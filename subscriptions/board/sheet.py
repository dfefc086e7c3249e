"""Sheets of orders that come in: read as text or refused with the reason, never half."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from subscriptions.boxes.models import BoxSubscription

LARGEST, MOST_LINES, LONGEST = 10 * 1024 * 1024, 50_000, 400
NAMES = ("order", "tracking", "carrier", "state", "at", "place", "code", *BoxSubscription.ADDRESS)


class Unreadable(Exception):
    """No sheet that can be read; the text says why and what would do."""


def read(content: bytes) -> list[dict[str, str]]:
    """The sheet's lines as dicts with the names in `NAMES`. Raises `Unreadable`."""
    if len(content) > LARGEST:
        raise Unreadable(_("The file is larger than 10 MB."))
    if not content.strip():
        raise Unreadable(_("The file is empty."))
    if b"\x00" in content:
        raise Unreadable(_("The file is not text. Save it as “CSV UTF-8”."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as trouble:
        raise Unreadable(_("The file is not UTF-8. Save it as “CSV UTF-8”.")) from trouble
    try:
        head = text.splitlines()[0]
        lines = csv.DictReader(
            io.StringIO(text, newline=""), delimiter=";" if head.count(";") > head.count(",") else ","
        )
        names = {(name or "").strip().lower() for name in lines.fieldnames or []}
        _check(names)
        return list(_limited(lines))
    except csv.Error as trouble:
        raise Unreadable(_("The file is no CSV.")) from trouble


def _check(names: set[str]) -> None:
    if "order" not in names and "tracking" not in names:
        raise Unreadable(_("The first line must name the columns, and one of them is “order” or “tracking”."))
    if not names & (set(NAMES) - {"order"}):
        known = ", ".join(name for name in NAMES if name != "order")
        raise Unreadable(_("There is nothing to change: none of the columns is one of %(known)s.") % {"known": known})


def _limited(lines: Any) -> Iterator[dict[str, str]]:
    for number, line in enumerate(lines, start=1):
        if number > MOST_LINES:
            raise Unreadable(_("More than 50,000 lines: cut the file in two."))
        clean = _clean(line)
        if any(clean.values()):
            yield clean


def _clean(line: dict[Any, Any]) -> dict[str, str]:
    """Known columns, trimmed; an apostrophe that our own export put before a formula goes again."""
    found = {}
    for key, value in line.items():
        name = (key or "").strip().lower() if isinstance(key, str | None) else ""
        if name in NAMES and isinstance(value, str | None):
            text = (value or "").strip()[:LONGEST]
            found[name] = text[1:] if re.match(r"'[=+\-@\t\r]", text) else text
    return found
