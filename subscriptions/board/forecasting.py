"""How many boxes the next editions will be. Pure: what was, in; what may come, with a band, out.

Each past edition gives three rates: how many came since the edition before, which part left, which part of those who were
there got a box. The middle of the last six is what is expected; the quarters of their spread, and the chance of so many
single decisions (eight times in ten), are the band. With fewer than two editions behind us nothing is foretold but today's number.
"""

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

LAST = 6
CHANCE = 1.2816  # so many deviations on either side hold eight of ten


@dataclass(frozen=True, slots=True)
class Past:
    """One edition that locked: who was there, who came since the one before and who left, how many got a box."""

    label: str
    people: int
    came: int
    left: int
    boxes: int
    skipped: int
    before: int

    @property
    def leave_rate(self) -> float | None:
        """Part of those who were there an edition earlier."""
        return self.left / self.before if self.before else None

    @property
    def box_rate(self) -> float | None:
        """Part of those who are there."""
        return self.boxes / self.people if self.people else None


@dataclass(frozen=True, slots=True)
class Coming:
    """One edition to come: boxes at least, probably, at most."""

    label: str
    low: int
    middle: int
    high: int


@dataclass(frozen=True, slots=True)
class Spread:
    """A rate's quarters: a quarter of what was lies below `low`, a quarter above `high`."""

    low: float
    middle: float
    high: float


def spread(values: Sequence[float]) -> Spread:
    """The quarters of what was; of one value, that value."""
    if len(values) < 2:
        only = values[0] if values else 0.0
        return Spread(only, only, only)
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(low, middle, high)


def foretell(past: Sequence[Past], running: int, labels: Sequence[str]) -> list[Coming]:
    """The editions of these labels, from what was and who is there now. Empty with fewer than two editions behind us."""
    recent = list(past)[-LAST:]
    if len(recent) < 2:
        return []
    leave, came, box = _rates(recent)
    low = mid = high = float(running)
    found = []
    for place, label in enumerate(labels):
        if place:  # the first edition is for those who are there now
            low = low * (1 - leave.high) + came.low
            mid = mid * (1 - leave.middle) + came.middle
            high = high * (1 - leave.low) + came.high
        doubt = CHANCE * math.sqrt(max(0.0, mid * box.middle * (1 - box.middle)))
        middle = round(mid * box.middle)
        found.append(Coming(label, max(0, min(middle, math.floor(low * box.low - doubt))), middle,
                            max(middle, math.ceil(min(high, high * box.high + doubt)))))  # fmt: skip
    return found


def _rates(recent: Sequence[Past]) -> tuple[Spread, Spread, Spread]:
    def known(rate: Callable[[Past], float | None]) -> list[float]:
        return [value for p in recent if (value := rate(p)) is not None]

    later = [p for p in recent if p.before]
    return (
        spread(known(lambda p: p.leave_rate)),
        spread([float(p.came) for p in later]),
        spread(known(lambda p: p.box_rate)),
    )


@dataclass(frozen=True, slots=True)
class Need:
    """What an item's shelf must hold for the editions to come: probably, at most; and what is free now."""

    middle: int
    high: int
    free: int

    @property
    def short(self) -> int:
        """What to order to be safe; nought where enough lies there."""
        return max(0, self.high - self.free)
