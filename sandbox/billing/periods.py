"""Calendar arithmetic of billing periods, in UTC and whole seconds. Pure."""

import calendar
from datetime import UTC, datetime, timedelta

DAY = 86_400
_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "year": 12}


def shift(start: int, interval: str, count: int) -> int:
    """`start` moved by `count` intervals; a day of the month that does not exist becomes the last one."""
    moment = datetime.fromtimestamp(start, UTC)
    if interval in _DAYS:
        return int((moment + timedelta(days=_DAYS[interval] * count)).timestamp())
    months = moment.year * 12 + moment.month - 1 + _MONTHS[interval] * count
    year, month = divmod(months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return int(moment.replace(year=year, month=month + 1, day=day).timestamp())


def boundary(anchor: int, interval: str, count: int, after: int) -> int:
    """The first moment later than `after` at which a period that is anchored at `anchor` ends."""
    length = shift(anchor, interval, count) - anchor
    step = max(0, (after - anchor) // (length + 3 * DAY) - 1)
    while shift(anchor, interval, count * step) <= after:
        step += 1
    return shift(anchor, interval, count * step)


def opening(anchor: int, interval: str, count: int, end: int) -> int:
    """The start of the period, anchored at `anchor`, that ends at `end`."""
    length = shift(anchor, interval, count) - anchor
    step = (end - anchor) // length + 2
    while shift(anchor, interval, count * step) >= end:
        step -= 1
    return shift(anchor, interval, count * step)


def anchor_from(config: dict[str, int], now: int, interval: str) -> int:
    """The first moment after `now` with this day of the month (and month, hour, minute, second)."""
    here = datetime.fromtimestamp(now, UTC)
    clock = {k: config.get(k) if config.get(k) is not None else getattr(here, k) for k in ("hour", "minute", "second")}
    year, month = here.year, config.get("month") or here.month
    step = 12 if config.get("month") or interval == "year" else 1
    while True:
        day = min(config["day_of_month"], calendar.monthrange(year, month)[1])
        found = int(datetime(year, month, day, **clock, tzinfo=UTC).timestamp())  # type: ignore[arg-type]
        if found > now:
            return found
        year, month = divmod(year * 12 + month - 1 + step, 12)
        month += 1


def share(amount: int, start: int, end: int, at: int) -> int:
    """What of `amount` belongs to the time from `at` to `end`, rounded half up."""
    if end <= start or at >= end:
        return 0
    rest, whole = end - max(at, start), end - start
    return (2 * amount * rest + whole) // (2 * whole)
