"""The pure calendar: month ends, zones, the year's turn."""

from datetime import UTC, date, datetime, timedelta

import pytest

from subscriptions.billing.calendar import next_charge
from subscriptions.boxes import calendar

SHANGHAI = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("year", "month", "day", "expected"),
    [(2026, 2, 31, date(2026, 2, 28)), (2028, 2, 30, date(2028, 2, 29)), (2026, 4, 31, date(2026, 4, 30)),
     (2026, 1, 31, date(2026, 1, 31))],
)  # fmt: skip
def test_a_day_that_a_month_lacks_is_its_last(year: int, month: int, day: int, expected: date) -> None:
    assert calendar.on_day(year, month, day) == expected


def test_cycles_touch_without_gap_or_overlap_over_two_years() -> None:
    when, before = (2026, 1), None
    for _ in range(24):
        dates = calendar.cycle_dates(*when, 25, SHANGHAI)
        assert dates.opens_at < dates.cutoff_at < dates.billed_by
        if before:
            assert dates.opens_at == before.cutoff_at + timedelta(seconds=1)
        before, when = dates, calendar.next_month(*when)


def test_the_cut_off_is_the_end_of_the_day_in_the_shops_zone() -> None:
    assert calendar.cycle_dates(2026, 11, 25, SHANGHAI).cutoff_at == datetime(2026, 11, 25, 15, 59, 59, tzinfo=UTC)


def test_summer_time_moves_the_moment_but_not_the_day() -> None:
    winter = calendar.cycle_dates(2026, 1, 25, "Europe/Berlin").cutoff_at
    summer = calendar.cycle_dates(2026, 7, 25, "Europe/Berlin").cutoff_at
    assert (winter.hour, summer.hour) == (22, 21)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 11, 25, 15, 59, 59, tzinfo=UTC), (2026, 11)),
        (datetime(2026, 11, 25, 16, 0, 0, tzinfo=UTC), (2026, 12)),
        (datetime(2026, 12, 31, 16, 0, 0, tzinfo=UTC), (2027, 1)),
    ],
)
def test_the_open_cycle_changes_at_the_cut_offs_second(moment: datetime, expected: tuple[int, int]) -> None:
    assert calendar.cycle_at(moment, 25, SHANGHAI) == expected


def test_every_renewal_of_the_billing_day_falls_between_cut_off_and_billed_by() -> None:
    dates = calendar.cycle_dates(2026, 11, 25, SHANGHAI)
    for hour in range(24):
        renewal = datetime(2026, 11, 26, hour, 59, 59, tzinfo=UTC)
        assert dates.cutoff_at < renewal < renewal + timedelta(hours=1) <= dates.billed_by


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 11, 22, 12, tzinfo=UTC), datetime(2026, 11, 26, 2, tzinfo=UTC)),
        (datetime(2026, 11, 25, 20, tzinfo=UTC), datetime(2026, 11, 26, 2, tzinfo=UTC)),
        (datetime(2026, 11, 26, 2, tzinfo=UTC), datetime(2026, 12, 26, 2, tzinfo=UTC)),
        (datetime(2026, 12, 31, 23, tzinfo=UTC), datetime(2027, 1, 26, 2, tzinfo=UTC)),
    ],
)
def test_the_first_charge_is_told_as_it_will_be(moment: datetime, expected: datetime) -> None:
    assert next_charge(moment, 26, 2) == expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 11, 22, 12, tzinfo=UTC), datetime(2026, 11, 26, 2, tzinfo=UTC)),
        (datetime(2026, 11, 26, 3, tzinfo=UTC), datetime(2027, 2, 26, 2, tzinfo=UTC)),
        (datetime(2026, 12, 30, 3, tzinfo=UTC), datetime(2027, 2, 26, 2, tzinfo=UTC)),
        (datetime(2027, 2, 28, 3, tzinfo=UTC), datetime(2027, 5, 26, 2, tzinfo=UTC)),
    ],
)
def test_a_quarters_charge_comes_in_its_own_months(moment: datetime, expected: datetime) -> None:
    assert next_charge(moment, 26, 2, every=3, month=2) == expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 11, 20, tzinfo=UTC), (2026, 11)),
        (datetime(2026, 11, 25, 16, tzinfo=UTC), (2027, 2)),
        (datetime(2027, 1, 3, tzinfo=UTC), (2027, 2)),
    ],
)
def test_the_open_season_is_the_next_of_its_months(moment: datetime, expected: tuple[int, int]) -> None:
    assert calendar.cycle_at(moment, 25, SHANGHAI, 3, 2) == expected


def test_a_box_of_the_months_end_is_charged_on_the_first_and_never_before_its_cut_off() -> None:
    for zone in (SHANGHAI, "Europe/Berlin", "America/Los_Angeles", "Pacific/Auckland"):
        for cutoff_day in (1, 15, 27, 31):
            when, hour = (2026, 1), calendar.billing_hour(zone)
            for _ in range(24):
                dates = calendar.cycle_dates(*when, cutoff_day, zone)
                charge = next_charge(dates.cutoff_at, calendar.billing_day(cutoff_day), hour)
                assert dates.cutoff_at < charge <= dates.billed_by, (zone, cutoff_day, when)
                assert charge - dates.cutoff_at < timedelta(hours=34)
                when = calendar.next_month(*when)


@pytest.mark.parametrize("day", [0, 28, 29, 30, 32])
def test_a_cut_off_day_that_february_would_overtake_is_refused(day: int) -> None:
    with pytest.raises(ValueError):
        calendar.billing_day(day)
