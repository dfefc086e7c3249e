"""Pure: the calendar of a monthly box. Days are the shop's; the money clock is Stripe's and counts in UTC."""

import calendar as days
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class CycleDates:
    """When a cycle opens, when it locks, by when every renewal of it has been charged, when it ships."""

    opens_at: datetime
    cutoff_at: datetime
    billed_by: datetime
    ships_on: date


def on_day(year: int, month: int, day: int) -> date:
    """That day of the month, or the month's last one."""
    return date(year, month, min(day, days.monthrange(year, month)[1]))


def next_month(year: int, month: int, step: int = 1) -> tuple[int, int]:
    """Year and month, `step` months on (or back)."""
    index = year * 12 + month - 1 + step
    return index // 12, index % 12 + 1


def cycle_dates(year: int, month: int, cutoff_day: int, zone: str, every: int = 1) -> CycleDates:
    """The dates of the cycle that locks in that month; `every` months there is one.

    It opens when the one before has locked; it locks at the end of its cut-off day in the shop's zone; renewals fall on
    the next day of the month in UTC (Stripe keeps the hour of joining), so all are charged by the end of that day; it
    ships on the fifth of the next month.
    """
    local = ZoneInfo(zone)
    before = next_month(year, month, -every)
    cutoff = datetime.combine(on_day(year, month, cutoff_day), time(23, 59, 59), local)
    opens = datetime.combine(on_day(*before, cutoff_day), time(23, 59, 59), local) + timedelta(seconds=1)
    billing_day = on_day(year, month, cutoff_day) + timedelta(days=1)
    billed = datetime.combine(billing_day, time(23, 59, 59), UTC) + timedelta(hours=2)  # a draft invoice waits an hour
    return CycleDates(opens.astimezone(UTC), cutoff.astimezone(UTC), billed, on_day(*next_month(year, month), 5))


def cycle_at(moment: datetime, cutoff_day: int, zone: str, every: int = 1, anchor: int = 1) -> tuple[int, int]:
    """Year and month of the cycle that is open at that moment; one every so many months, counted from `anchor`."""
    here = moment.astimezone(ZoneInfo(zone))
    year, month = here.year, here.month
    if moment > cycle_dates(year, month, cutoff_day, zone).cutoff_at:
        year, month = next_month(year, month)
    return next_month(year, month, (anchor - month) % every)


def billing_day(cutoff_day: int) -> int:
    """The common billing day of a box that locks on that day: the next one. Raises `ValueError` for 28 to 30: the day
    after is one that February lacks, where Stripe charges on its last day, before such a cut-off is over."""
    if cutoff_day in range(1, 28):
        return cutoff_day + 1
    if cutoff_day == 31:
        return 1  # the cut-off is the month's end, whatever day that is
    raise ValueError(cutoff_day)


def billing_hour(zone: str) -> int:
    """The hour, UTC, at which a box of a shop in that zone is charged: 2, or 14 where the cut-off's day is not over
    everywhere in that zone at two."""
    offsets = [datetime(2026, month, 15, tzinfo=ZoneInfo(zone)).utcoffset() or timedelta() for month in (1, 7)]
    return 2 if min(offsets) > timedelta(hours=-2) else 14
