"""Sheets of orders that come in: read as text or refused with the reason, never half."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ground import sheets
from subscriptions.boxes.models import BoxSubscription

LARGEST, MOST_LINES, LONGEST = 10 * 1024 * 1024, 50_000, 400
NAMES = ("order", "tracking", "carrier", "state", "at", "place", "code", *BoxSubscription.ADDRESS)
WORDS = {
    "large": gettext_lazy("The file is larger than 10 MB."),
    "empty": gettext_lazy("The file is empty."),
    "encoding": gettext_lazy("The file is not UTF-8. Save it as “CSV UTF-8”."),
    "binary": gettext_lazy("The file is not text. Save it as “CSV UTF-8”."),
    "csv": gettext_lazy("The file is no CSV."),
    "lines": gettext_lazy("More than 50,000 lines: cut the file in two."),
}


class Unreadable(Exception):
    """No sheet that can be read; the text says why and what would do."""


def read(content: bytes) -> list[dict[str, str]]:
    """The sheet's lines as dicts with the names in `NAMES`. Raises `Unreadable`."""
    try:
        names, lines = sheets.read(content, largest=LARGEST, most=MOST_LINES)
    except sheets.Unreadable as trouble:
        raise Unreadable(str(WORDS[trouble.why])) from trouble
    _check(names)
    known = [{name: cell[:LONGEST] for name, cell in line.items() if name in NAMES} for line in lines]
    return [line for line in known if any(line.values())]


def _check(names: set[str]) -> None:
    if "order" not in names and "tracking" not in names:
        raise Unreadable(_("The first line must name the columns, and one of them is “order” or “tracking”."))
    if not names & (set(NAMES) - {"order"}):
        known = ", ".join(name for name in NAMES if name != "order")
        raise Unreadable(_("There is nothing to change: none of the columns is one of %(known)s.") % {"known": known})
