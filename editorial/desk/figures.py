"""Reads: how often stories are read, by whom, how far, and what came of it. Counts of stories, never of persons."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import get_language

from editorial.desk.models import MadeUpDay
from editorial.models import StoryPage
from editorial.readers.models import Audience, DailyReads
from ground.registry import origin_counters

DAYS = 30
LONGEST = 366
MOST = 20


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` to `last`, both inside."""

    first: date
    last: date

    @classmethod
    def asked(cls, values: Mapping[str, str], today: date | None = None) -> "Span":
        """From `?from=&to=` or `?days=`; what makes no sense is the last thirty days."""
        today = today or timezone.localdate()
        first, last = _day(values.get("from")), _day(values.get("to"))
        if first or last:
            last = min(last or today, today)
            first = min(first or last - timedelta(days=DAYS - 1), last)
            return cls(max(first, last - timedelta(days=LONGEST - 1)), last)
        told = values.get("days", "")
        days = min(max(int(told), 1), LONGEST) if told.isascii() and told.isdigit() and len(told) < 5 else DAYS
        return cls(today - timedelta(days=days - 1), today)

    @property
    def days(self) -> list[date]:
        """Each of them."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """Its beginning and its end (outside), in the house's time."""
        first = timezone.make_aware(datetime.combine(self.first, time.min))
        return first, timezone.make_aware(datetime.combine(self.last + timedelta(days=1), time.min))


def _day(text: str | None) -> date | None:
    try:
        return parse_date(text or "")
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class DayReads:
    """One day's reads by audience, and how many of them came to the end."""

    day: date
    by: dict[str, int]
    finished: int

    @property
    def reads(self) -> int:
        """All of them."""
        return sum(self.by.values())


@dataclass(slots=True)
class StoryFigures:
    """One story: its reads, and what came of it by counter (`joins`, `boxes`)."""

    story: uuid.UUID
    title: str = ""
    edit: str = ""
    by: dict[str, int] = field(default_factory=dict)
    finished: int = 0
    came: dict[str, int] = field(default_factory=dict)

    @property
    def reads(self) -> int:
        """All of them."""
        return sum(self.by.values())

    @property
    def percent(self) -> int:
        """How many of a hundred reads came to the end; counts are kept apart, so never more than all."""
        return min(100, round(100 * self.finished / self.reads)) if self.reads else 0

    @property
    def outcome(self) -> int:
        """Everything that came of it."""
        return sum(self.came.values())


def per_day(span: Span) -> list[DayReads]:
    """Every day of the span, those without reads too. One query."""
    rows = DailyReads.objects.filter(day__range=(span.first, span.last)).values("day", "audience")
    found: dict[date, DayReads] = {}
    for row in rows.annotate(n=Sum("reads"), ends=Sum("finished")).order_by():
        old = found.get(row["day"], DayReads(row["day"], {}, 0))
        found[row["day"]] = DayReads(row["day"], {**old.by, row["audience"]: row["n"]}, old.finished + row["ends"])
    return [found.get(day, DayReads(day, {}, 0)) for day in span.days]


def top(span: Span, most: int = MOST) -> list[StoryFigures]:
    """The most read stories, both languages together. Two queries."""
    rows = _read(span).order_by("-all_reads", "story")[:most]
    return _titled([_figures(row) for row in rows])


def outcomes(span: Span, most: int = MOST) -> list[StoryFigures]:
    """Stories by what came of them, then by their reads. Three queries and one for each counter."""
    found = {row["story"]: _figures(row) for row in _read(span)}
    keys = set(StoryPage.objects.live().values_list("translation_key", flat=True)) | found.keys()
    names, (since, until) = {f"story:{key}": key for key in keys}, span.moments
    for counter in origin_counters:
        for origin, n in counter.count(list(names), since, until).items():
            key = names[origin]
            found.setdefault(key, StoryFigures(key)).came[counter.key] = n
    rows = sorted(found.values(), key=lambda one: (-one.outcome, -one.reads, str(one.story)))
    return _titled(rows[:most])


def made_up(span: Span) -> bool:
    """True when the demo made up some of the reads. One query."""
    return MadeUpDay.objects.filter(day__range=(span.first, span.last)).exists()


def counters() -> list[tuple[str, Any]]:
    """(key, label) of everything that can come of a story."""
    return [(counter.key, counter.label) for counter in origin_counters]


def _read(span: Span) -> Any:
    sums = {audience.value: Sum("reads", filter=Q(audience=audience), default=0) for audience in Audience}
    rows = DailyReads.objects.filter(day__range=(span.first, span.last)).values("story")
    return rows.annotate(all_reads=Sum("reads"), ends=Sum("finished"), **sums).order_by()


def _figures(row: dict[str, Any]) -> StoryFigures:
    return StoryFigures(row["story"], by={a.value: row[a.value] for a in Audience}, finished=row["ends"])


def _titled(rows: list[StoryFigures]) -> list[StoryFigures]:
    pages = StoryPage.objects.filter(translation_key__in=[row.story for row in rows]).values(
        "pk", "translation_key", "title", "locale__language_code"
    )
    known: dict[uuid.UUID, dict[str, Any]] = {}
    for page in pages:
        if page["translation_key"] not in known or page["locale__language_code"] == get_language():
            known[page["translation_key"]] = page
    for row in rows:
        if page := known.get(row.story):
            row.title, row.edit = page["title"], reverse("wagtailadmin_pages:edit", args=[page["pk"]])
    return rows
