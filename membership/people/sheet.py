"""Pure: a sheet of members as rows. Ours, or Ghost's export; told apart by their headings.

Ghost exports `id, email, name, note, subscribed_to_emails, complimentary_plan, stripe_customer_id, created_at,
deleted_at, labels, tiers`. Ours has `email` and any of `name, language, note, tags, tier, until`.
"""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from ground import sheets

GHOST = {"email", "subscribed_to_emails", "complimentary_plan"}
OURS = {"email", "name", "language", "note", "tags", "tier", "until"}
LARGEST, MOST_LINES = 20 * 1024 * 1024, 100_000
HEADLESS = "The first line must name the columns, and one of them is email."
WORDS = {
    "large": "The file is larger than 20 MB.",
    "empty": HEADLESS,
    "encoding": "The file is not UTF-8 text.",
    "binary": "The file is not text.",
    "csv": "The file is no CSV.",
    "lines": "More than 100,000 lines: cut the file in two.",
}
EMAIL = re.compile(r"[^@\s<>,;\"']{1,64}@[^@\s<>,;\"']+\.[^@\s<>,;\"'.]{2,}")


class Unreadable(ValueError):
    """The file is no such sheet; the message says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One member as the sheet tells it. `until` is an ISO date; `complimentary` asks for a seat; `gone`: deleted there."""

    email: str
    name: str = ""
    language: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    tier: str = ""
    until: str = ""
    complimentary: bool = False
    letters: bool = False
    since: str = ""
    customer: str = ""
    gone: bool = False

    @property
    def data(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {**asdict(self), "tags": list(self.tags)}


def read(content: bytes) -> tuple[str, list[Row]]:
    """`("ghost" | "ours", rows)`. Raises `Unreadable`."""
    try:
        heads, lines = sheets.read(content, largest=LARGEST, most=MOST_LINES)
    except sheets.Unreadable as trouble:
        raise Unreadable(WORDS[trouble.why]) from trouble
    if "email" not in heads:
        raise Unreadable(HEADLESS)
    kind = "ghost" if heads >= GHOST else "ours"
    return kind, [(_ghost if kind == "ghost" else _ours)(line) for line in lines]


def _ours(line: dict[str, str]) -> Row:
    tier = line.get("tier", "")
    return Row(
        email=line["email"].lower(), name=line.get("name", "")[:60], language=line.get("language", ""),
        note=line.get("note", ""), tags=words(line.get("tags", "")), tier=tier, until=line.get("until", ""),
        complimentary=bool(tier),
    )  # fmt: skip


def _ghost(line: dict[str, str]) -> Row:
    return Row(
        email=line["email"].lower(), name=line.get("name", "")[:60], note=line.get("note", ""),
        tags=words(line.get("labels", "")), tier=next(iter(words(line.get("tiers", ""))), ""),
        complimentary=line.get("complimentary_plan", "").lower() == "true",
        letters=line.get("subscribed_to_emails", "").lower() == "true", since=line.get("created_at", ""),
        customer=line.get("stripe_customer_id", ""), gone=bool(line.get("deleted_at", "")),
    )  # fmt: skip


def words(text: str) -> tuple[str, ...]:
    """Parts between commas, each once, in order."""
    return tuple(dict.fromkeys(part.strip()[:60] for part in text.split(",") if part.strip()))


def moment(text: str) -> datetime | None:
    """An ISO moment or date; None for what is none."""
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None
    except ValueError:
        return None


def is_address(text: str) -> bool:
    """True for what looks like an e-mail address that mail could go to."""
    return bool(EMAIL.fullmatch(text)) and len(text) <= 254


def doubles(rows: Sequence[Row]) -> dict[int, int]:
    """`{place: earlier place}` for addresses that stand twice, counted from nought."""
    seen: dict[str, int] = {}
    found = {}
    for place, row in enumerate(rows):
        if row.email in seen:
            found[place] = seen[row.email]
        seen.setdefault(row.email, place)
    return found
