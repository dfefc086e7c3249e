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


def cycle_dates(year: int, month: int, cutoff_day: int, zone: str) -> CycleDates:
    """The dates of the cycle that locks in that month.

    It opens when the one before has locked; it locks at the end of its cut-off day in the shop's zone; renewals fall on
    the next day of the month in UTC (Stripe keeps the hour of joining), so all are charged by the end of that day; it
    ships on the fifth of the next month.
    """
    local = ZoneInfo(zone)
    before = next_month(year, month, -1)
    cutoff = datetime.combine(on_day(year, month, cutoff_day), time(23, 59, 59), local)
    opens = datetime.combine(on_day(*before, cutoff_day), time(23, 59, 59), local) + timedelta(seconds=1)
    billing_day = on_day(year, month, cutoff_day) + timedelta(days=1)
    billed = datetime.combine(billing_day, time(23, 59, 59), UTC) + timedelta(hours=2)  # a draft invoice waits an hour
    return CycleDates(opens.astimezone(UTC), cutoff.astimezone(UTC), billed, on_day(*next_month(year, month), 5))


def next_charge(moment: datetime, day: int, hour: int) -> datetime:
    """The first common billing moment after `moment`: that day of a month at that hour, UTC."""
    year, month = moment.astimezone(UTC).year, moment.astimezone(UTC).month
    for when in ((year, month), next_month(year, month)):
        charge = datetime.combine(on_day(*when, day), time(hour), UTC)
        if charge > moment:
            break
    return charge


def cycle_at(moment: datetime, cutoff_day: int, zone: str) -> tuple[int, int]:
    """Year and month of the cycle that is open at that moment."""
    here = moment.astimezone(ZoneInfo(zone))
    year, month = here.year, here.month
    if moment > cycle_dates(year, month, cutoff_day, zone).cutoff_at:
        return next_month(year, month)
    return year, month
