"""Months as people count them: month ends, leap days, periods, birthdays, tenure through pauses."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from membership.calendar import Period, add_months, birthday_in, next_birthday, period_end, period_key, whole_months
from membership.tenure import PAUSE, measure

DAYS = st.dates(date(1990, 1, 1), date(2090, 1, 1))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [("2026-01-31", 1, "2026-02-28"), ("2024-01-31", 1, "2024-02-29"), ("2024-02-29", 12, "2025-02-28"),
     ("2026-12-31", 2, "2027-02-28"), ("2026-03-31", -1, "2026-02-28"), ("2026-11-15", 0, "2026-11-15"),
     ("2026-01-15", -1, "2025-12-15"), ("2024-02-29", 48, "2028-02-29")],
)  # fmt: skip
def test_a_month_later_is_the_same_day_or_the_month_s_last(day: str, months: int, expected: str) -> None:
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(expected)


@given(DAYS, st.integers(0, 600))
def test_so_many_months_later_so_many_months_have_passed(day: date, months: int) -> None:
    later = add_months(day, months)
    assert whole_months(day, later) == months
    assert months == 0 or whole_months(day, later - timedelta(days=1)) == months - 1


@pytest.mark.parametrize(
    ("day", "month", "quarter", "year"),
    [("2026-11-22", "2026-11", "2026-Q4", "2026"), ("2024-02-29", "2024-02", "2024-Q1", "2024"), ("2026-12-31", "2026-12", "2026-Q4", "2026")],
)  # fmt: skip
def test_a_day_lies_in_one_period_of_each_kind(day: str, month: str, quarter: str, year: str) -> None:
    found = [period_key(period, date.fromisoformat(day)) for period in Period]
    assert found == [month, quarter, year, "once"]


@given(DAYS, st.sampled_from([Period.MONTH, Period.QUARTER, Period.YEAR]))
def test_a_period_ends_where_the_next_begins(day: date, period: Period) -> None:
    end = period_end(period, day)
    assert end > day and period_key(period, end) != period_key(period, day)
    assert period_key(period, end - timedelta(days=1)) == period_key(period, day)


def test_29_february_is_the_28th_in_common_years() -> None:
    assert birthday_in(2025, 2, 29) == date(2025, 2, 28) and birthday_in(2028, 2, 29) == date(2028, 2, 29)
    assert next_birthday(2, 29, date(2026, 2, 28)) == date(2026, 2, 28)
    assert next_birthday(2, 29, date(2026, 3, 1)) == date(2027, 2, 28)
    assert next_birthday(12, 31, date(2026, 12, 31)) == date(2026, 12, 31)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("spans", "months"),
    [([("2025-01-10", "2026-01-10")], 12), ([("2025-01-10", "2026-01-09")], 11),
     ([("2025-01-10", "2025-07-10"), ("2025-09-10", "2026-01-10")], 12),  # a rest of two months counts
     ([("2024-01-10", "2024-07-10"), ("2025-07-10", "2026-01-10")], 12),  # away for a year: half and half
     ([("2025-01-10", "2025-07-10"), ("2025-03-10", "2025-07-10")], 6),  # two seats at once are one
     ([], 0), ([("2025-01-10", "2025-01-10")], 0), ([("2024-02-29", "2025-02-28")], 12)],
)  # fmt: skip
def test_tenure_counts_through_pauses_and_not_through_absence(spans: list[tuple[str, str]], months: int) -> None:
    found = measure([(at(start), at(end)) for start, end in spans])
    assert found.months == months


def test_the_current_run_begins_after_the_long_absence() -> None:
    found = measure([(at("2024-01-10"), at("2024-07-10")), (at("2025-07-10"), at("2026-01-10"))])
    assert found.since == at("2025-07-10")
    edge = measure([(at("2025-01-01"), at("2025-02-01")), (at("2025-02-01") + PAUSE, at("2025-06-01"))])
    assert edge.since == at("2025-01-01")
