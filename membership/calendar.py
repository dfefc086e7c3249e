"""Pure calendar arithmetic for perks, tenure and birthdays: days of the house, months as people count them."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum


class Period(StrEnum):
    """How often a quota begins anew."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ONCE = "once"


def add_months(day: date, months: int) -> date:
    """The same day so many months later (or earlier), or the last one of a month that is too short."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def whole_months(start: date, end: date) -> int:
    """How many months have passed from `start` to `end`: 31 January to 28 February is one. Never below nought."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return max(0, months if add_months(start, months) <= end else months - 1)


def period_key(period: Period, day: date) -> str:
    """The name of the period that a day lies in: 2026-11, 2026-Q4, 2026, once."""
    match period:
        case Period.MONTH:
            return f"{day:%Y-%m}"
        case Period.QUARTER:
            return f"{day.year}-Q{(day.month - 1) // 3 + 1}"
        case Period.YEAR:
            return f"{day.year}"
        case Period.ONCE:
            return "once"


def period_end(period: Period, day: date) -> date | None:
    """The first day after the period that a day lies in; None for one that never ends."""
    match period:
        case Period.MONTH:
            return add_months(day.replace(day=1), 1)
        case Period.QUARTER:
            return add_months(date(day.year, (day.month - 1) // 3 * 3 + 1, 1), 3)
        case Period.YEAR:
            return date(day.year + 1, 1, 1)
        case Period.ONCE:
            return None


def birthday_in(year: int, month: int, day: int) -> date:
    """The birthday of that year; whoever was born on 29 February has it on the 28th in a common year."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def next_birthday(month: int, day: int, today: date) -> date:
    """The coming one; today's is today."""
    this = birthday_in(today.year, month, day)
    return this if this >= today else birthday_in(today.year + 1, month, day)


def merged(spans: Iterable[tuple[datetime, datetime]], bridge: timedelta) -> list[tuple[datetime, datetime]]:
    """Spans as runs, in order: those that overlap, or lie no further apart than `bridge`, become one."""
    runs: list[tuple[datetime, datetime]] = []
    for start, end in sorted(spans):
        if runs and start <= runs[-1][1] + bridge:
            runs[-1] = (runs[-1][0], max(runs[-1][1], end))
        else:
            runs.append((start, end))
    return runs
