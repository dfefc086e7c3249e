"""Dates as readers like them: in Chinese figures, and by the twenty-four terms of the sun. Pure, no Django."""

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

FIGURES = "〇一二三四五六七八九"
CHINA = timedelta(hours=8)
J2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SolarTerm:
    """One of the twenty-four terms; `longitude` is where the sun then stands, in degrees from the spring equinox."""

    longitude: int
    zh: str
    en: str


# In the order of the sun's longitude, which starts at the spring equinox.
TERMS = tuple(
    SolarTerm(index * 15, zh, en)
    for index, (zh, en) in enumerate(
        (
            ("春分", "Spring Equinox"),
            ("清明", "Clear and Bright"),
            ("谷雨", "Grain Rain"),
            ("立夏", "Start of Summer"),
            ("小满", "Grain Buds"),
            ("芒种", "Grain in Ear"),
            ("夏至", "Summer Solstice"),
            ("小暑", "Lesser Heat"),
            ("大暑", "Greater Heat"),
            ("立秋", "Start of Autumn"),
            ("处暑", "End of Heat"),
            ("白露", "White Dew"),
            ("秋分", "Autumn Equinox"),
            ("寒露", "Cold Dew"),
            ("霜降", "Frost's Descent"),
            ("立冬", "Start of Winter"),
            ("小雪", "Lesser Snow"),
            ("大雪", "Greater Snow"),
            ("冬至", "Winter Solstice"),
            ("小寒", "Lesser Cold"),
            ("大寒", "Greater Cold"),
            ("立春", "Start of Spring"),
            ("雨水", "Rain Water"),
            ("惊蛰", "Waking of Insects"),
        )
    )
)


def sun_longitude(moment: datetime) -> float:
    """The sun's apparent longitude in degrees, 0 to 360, good to a hundredth of a degree (a quarter of an hour) near our century."""
    t = (moment - J2000) / timedelta(days=36525)
    mean = 280.46646 + 36000.76983 * t + 0.0003032 * t * t
    anomaly = math.radians(357.52911 + 35999.05029 * t - 0.0001537 * t * t)
    centre = (
        (1.914602 - 0.004817 * t) * math.sin(anomaly)
        + (0.019993 - 0.000101 * t) * math.sin(2 * anomaly)
        + 0.000289 * math.sin(3 * anomaly)
    )
    node = math.radians(125.04 - 1934.136 * t)
    return (mean + centre - 0.00569 - 0.00478 * math.sin(node)) % 360


def solar_term(day: date) -> SolarTerm:
    """The term that `day` lies in, by the calendar of China: a term's own day is its first."""
    day_ends = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1) - CHINA
    return TERMS[int(sun_longitude(day_ends) // 15)]


def han_number(number: int) -> str:
    """1 to 99 as spoken: 一, 十, 十一, 二十二."""
    if not 1 <= number <= 99:
        raise ValueError("Chinese day and month figures run from 1 to 99")
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else FIGURES[tens] + "十"
    return head + (FIGURES[ones] if ones else "")


def han_year(year: int) -> str:
    """2026 as 二〇二六."""
    return "".join(FIGURES[int(figure)] for figure in str(year))


def han_date(day: date) -> str:
    """二〇二六年十一月二十二日."""
    return f"{han_year(day.year)}年{han_number(day.month)}月{han_number(day.day)}日"
