"""Columns as numbers for an SVG: a unit is a hundredth of the chart's width, or of its height."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Piece:
    """A rectangle; `name` is its series, for the style sheet."""

    name: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its pieces from below, and what a pointer resting on it is told."""

    label: str
    told: str
    x: float
    width: float
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """`most` is the number at the top of the scale, `half` the one in its middle."""

    columns: tuple[Column, ...]
    most: int
    half: int


def columns(rows: Sequence[tuple[str, str, Sequence[tuple[str, int]]]], height: float = 100.0) -> Chart:
    """From rows of (label, what it says, [(series, number), …]) to stacked columns side by side."""
    highest = max((sum(n for _name, n in parts) for _label, _told, parts in rows), default=0)
    most = ceiling(highest)
    step = 100.0 / max(1, len(rows))
    drawn = [
        Column(label, told, _round(place * step), _round(step), _stack(parts, place * step, step, height / most))
        for place, (label, told, parts) in enumerate(rows)
    ]
    return Chart(tuple(drawn), most, most // 2)


def _stack(parts: Sequence[tuple[str, int]], left: float, step: float, scale: float) -> tuple[Piece, ...]:
    found, foot, gap = [], 100.0, min(step * 0.2, 1.2)
    for name, n in parts:
        if n:
            foot -= n * scale
            found.append(Piece(name, _round(left + gap / 2), _round(foot), _round(step - gap), _round(n * scale)))
    return tuple(found)


def ceiling(number: int) -> int:
    """The next round number at or above: 2, 4, 6, 8, 10, 20 and so on; never 0, always even."""
    power = 1
    while True:
        for digit in (2, 4, 6, 8, 10):
            if number <= digit * power:
                return digit * power
        power *= 10


def _round(value: Any) -> float:
    return round(float(value), 3)
