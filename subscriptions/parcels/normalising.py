"""What carriers say, in our words. Pure: dicts in, events out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from subscriptions.parcels.enums import FINAL, ParcelState

P = ParcelState
WORDS: dict[str, ParcelState] = {
    **{state.value: state for state in P if state != P.NEW},
    "pre_transit": P.ANNOUNCED, "info_received": P.ANNOUNCED, "label_created": P.ANNOUNCED,
    "picked_up": P.IN_TRANSIT, "accepted": P.IN_TRANSIT, "transit": P.IN_TRANSIT, "departed": P.IN_TRANSIT,
    "arrived": P.IN_TRANSIT, "customs": P.IN_TRANSIT, "shipped": P.IN_TRANSIT,
    "out": P.OUT, "available_for_pickup": P.OUT,
    "return_to_sender": P.RETURNED, "returned_to_sender": P.RETURNED,
    "failure": P.EXCEPTION, "held": P.EXCEPTION, "delayed": P.EXCEPTION, "attempt_failed": P.EXCEPTION,
}  # fmt: skip
PRIORITY = {P.NEW: 0, P.ANNOUNCED: 1, P.IN_TRANSIT: 2, P.EXCEPTION: 3, P.OUT: 4}


class BadEvent(ValueError):
    """Not an event that can be read; the argument says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing said of a parcel."""

    state: ParcelState
    at: datetime
    code: str = ""
    place: str = ""
    words: str = ""


def event_of(said: Mapping[str, Any]) -> Event:
    """Read `{state, at, code, place, words}`. A state that nobody knows is something held up. Raises `BadEvent`."""
    if not isinstance(said, Mapping):
        raise BadEvent("event")
    word = _text(said.get("state"), 60).lower().replace(" ", "_").replace("-", "_")
    if not word:
        raise BadEvent("state")
    return Event(
        state=WORDS.get(word, P.EXCEPTION), at=_moment(said.get("at")), code=_text(said.get("code"), 40),
        place=_text(said.get("place"), 120), words=_text(said.get("words"), 200),
    )  # fmt: skip


def _moment(value: Any) -> datetime:
    try:
        found = parse_datetime(value) if isinstance(value, str) else None
        if found is None and isinstance(value, str) and len(value) == 10:
            found = datetime.fromisoformat(value)
        if found is None:
            raise BadEvent("at")
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        found = found.astimezone(UTC)
    except (ValueError, OverflowError) as trouble:
        raise BadEvent("at") from trouble
    if not 2000 <= found.year < 2200:
        raise BadEvent("at")
    return found


def _text(value: Any, most: int) -> str:
    if value is None:
        return ""
    if not isinstance(value, str | int | float):
        raise BadEvent("text")
    return "".join(c for c in str(value) if c.isprintable())[:most].strip()


def where_is(events: Iterable[tuple[str, datetime]]) -> ParcelState:
    """Where a parcel is by all that was said of it, `(state, at)`: the same whatever came first.

    What ends the way outweighs what came later (a carrier calls the way back to us a way too, and its end an arrival);
    of several ends the strongest holds. Before the end it is what was said last.
    """
    said = [(P(state), at) for state, at in events]
    ends = [state for state, _at in said if state in FINAL]
    if ends:
        return max(ends, key=lambda state: FINAL[state])
    return max(said, key=lambda e: (e[1], PRIORITY[e[0]]))[0] if said else P.NEW
