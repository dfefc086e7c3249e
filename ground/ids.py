"""Row ids out of what somebody wrote: an address, a key, a field."""

from collections.abc import Iterable

MOST_DIGITS = 18  # what a row's id can have, so that the database is never asked for a number it cannot hold


def row_id(text: str) -> int | None:
    """The number that these plain digits are; None for anything else. (`isdigit` alone takes ² and Arabic digits too.)"""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None


def row_ids(texts: Iterable[str]) -> list[int]:
    """Those of them that are ids."""
    return [found for text in texts if (found := row_id(text)) is not None]
