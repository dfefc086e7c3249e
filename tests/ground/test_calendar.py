"""Reading dates and the terms of the sun."""

from datetime import date

import pytest

from ground.calendar import han_date, han_number, solar_term


@pytest.mark.parametrize(
    ("day", "term"),
    [
        (date(2026, 11, 21), "立冬"),
        (date(2026, 11, 22), "小雪"),
        (date(2026, 12, 7), "大雪"),
        (date(2026, 2, 18), "雨水"),
        (date(2021, 12, 21), "冬至"),
        (date(2019, 1, 5), "小寒"),
        (date(2008, 5, 21), "小满"),
        (date(2002, 8, 8), "立秋"),
        (date(2024, 4, 4), "清明"),
        (date(2025, 3, 19), "惊蛰"),
        (date(2025, 3, 20), "春分"),
    ],
)
def test_the_term_of_a_day_is_the_almanacs(day: date, term: str) -> None:
    assert solar_term(day).zh == term


def test_a_year_has_each_of_the_twenty_four_terms_on_about_fifteen_days() -> None:
    days = [solar_term(date.fromordinal(date(2026, 1, 1).toordinal() + n)).zh for n in range(365)]
    counts = {term: days.count(term) for term in days}
    assert len(counts) == 24
    assert set(counts.values()) <= {14, 15, 16}


def test_a_chinese_date_is_written_in_figures_and_spoken_numbers() -> None:
    assert han_date(date(2026, 11, 22)) == "二〇二六年十一月二十二日"
    assert han_date(date(2030, 10, 10)) == "二〇三〇年十月十日"


def test_numbers_outside_the_calendar_are_refused() -> None:
    with pytest.raises(ValueError, match="1 to 99"):
        han_number(0)
