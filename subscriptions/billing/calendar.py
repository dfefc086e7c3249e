"""Months later, by the calendar: the 31st falls on the last day of a shorter month. Pure."""

import calendar
from datetime import UTC, datetime, time


def add_months(moment: datetime, months: int) -> datetime:
    """The same day and hour `months` later, or that month's last day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def next_charge(moment: datetime, day: int, hour: int, every: int = 1, month: int | None = None) -> datetime:
    """The first common billing moment after `moment`: that day of a month (or its last) at that hour, UTC; `every` so
    many months, counted from `month` where one is given."""
    here = moment.astimezone(UTC)
    start = datetime.combine(here.date().replace(day=1), time(hour), UTC)
    offset = (month - here.month) % every if month else 0
    for step in (offset, offset + (every if month else 1)):
        first = add_months(start, step)
        charge = first.replace(day=min(day, calendar.monthrange(first.year, first.month)[1]))
        if charge > moment:
            return charge
    raise AssertionError("one of two billing days in a row lies ahead")
