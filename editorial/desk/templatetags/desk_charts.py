"""Charts of the desk: an SVG of our own, told in words and with its rows behind it."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from editorial.desk.figures import DayReads, StoryFigures
from editorial.readers.models import Audience
from ground import charts

register = template.Library()


def audience_labels() -> dict[str, str]:
    """Series of the chart of reads, from below."""
    return {
        Audience.MEMBER.value: _("Members"),
        Audience.ACCOUNT.value: _("Free accounts"),
        Audience.VISITOR.value: _("Visitors"),
    }


@register.inclusion_tag("desk/chart_reads.html")
def reads_chart(days: Sequence[DayReads], ident: str) -> dict[str, Any]:
    """Reads per day, stacked by audience. `ident` is unique in the page."""
    labels = audience_labels()
    rows = [
        (
            date_format(one.day, "n/j"),
            f"{date_format(one.day, 'Y-m-d')}: {_reads(one.reads)}",
            [(name, one.by.get(name, 0)) for name in labels],
        )
        for one in days
    ]
    whole = sum(one.reads for one in days)
    highest = max(days, key=lambda one: one.reads, default=None)
    described = _("%(whole)s in %(days)s days.") % {"whole": _reads(whole), "days": len(days)}
    if highest is not None and highest.reads:
        described += " " + _("The most on %(day)s: %(n)s.") % {
            "day": date_format(highest.day, "Y-m-d"),
            "n": highest.reads,
        }
    return {
        "chart": charts.columns(rows), "ident": ident, "title": _("Reads per day"), "described": described,
        "labels": labels, "days": [(one, [one.by.get(name, 0) for name in labels]) for one in days],
        "marks": [rows[n][0] for n in (0, len(rows) // 2, len(rows) - 1)] if rows else [],
    }  # fmt: skip


@register.inclusion_tag("desk/chart_outcomes.html")
def outcomes_chart(stories: Sequence[StoryFigures], counters: Sequence[tuple[str, Any]], ident: str) -> dict[str, Any]:
    """What came of stories, stacked by what it was; the rows beside it carry the same numbers."""
    shown = [one for one in stories if one.outcome]
    rows = [
        (str(number), f"{one.title}: {one.outcome}", [(key, one.came.get(key, 0)) for key, _label in counters])
        for number, one in enumerate(shown, start=1)
    ]
    return {
        "chart": charts.columns(rows), "ident": ident, "counters": counters, "title": _("What came of stories"),
        "described": _("Joins and box orders that began at a story; the numbers below the columns are those of the rows."),
        "rows": [(one, [one.came.get(key, 0) for key, _label in counters]) for one in stories],
    }  # fmt: skip


def _reads(n: int) -> str:
    return ngettext("%(n)s read", "%(n)s reads", n) % {"n": n}
