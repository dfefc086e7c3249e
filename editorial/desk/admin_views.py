"""Editors' pages: the figures, their rows as CSV, stories with findings, and one story's findings for its side panel."""

from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from editorial.desk import figures, readiness, side_panel
from editorial.desk.checks import Severity
from editorial.desk.home import is_editor
from editorial.desk.templatetags.desk_charts import audience_labels
from editorial.models import StoryPage
from ground import sheets

LEAF = 50
MOST = 1000


def editors(view: Any) -> Any:
    """Only for those who may write pages."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_editor(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@editors
def figures_page(request: HttpRequest) -> HttpResponse:
    """Reads and what came of them, for `?from=&to=` or `?days=`."""
    span = figures.Span.asked(request.GET.dict())
    context = {
        "span": span, "days": figures.per_day(span), "top": figures.top(span), "stories": figures.outcomes(span),
        "counters": figures.counters(), "made_up": figures.made_up(span), "presets": (30, 90, 365),
    }  # fmt: skip
    return render(request, "desk/figures.html", context)


@editors
def figures_csv(request: HttpRequest) -> HttpResponse:
    """A row for each story of the span."""
    span, counters, labels = figures.Span.asked(request.GET.dict()), figures.counters(), audience_labels()
    head = [
        _("Story"),
        _("Key"),
        _("Reads"),
        *labels.values(),
        _("Read to the end"),
        *(str(label) for _key, label in counters),
    ]
    rows = (
        [one.title, f"story:{one.story}", one.reads, *(one.by.get(name, 0) for name in labels), one.finished,
         *(one.came.get(key, 0) for key, _label in counters)]
        for one in figures.outcomes(span, MOST)
    )  # fmt: skip
    return sheets.csv_response(f"stories-{span.first}-{span.last}.csv", head, rows)


@editors
def findings(request: HttpRequest) -> HttpResponse:
    """Stories and what the checks find in them, the latest changed first; `?severity=` leaves out what matters less."""
    asked = request.GET.get("severity", "")
    kept = {Severity.ERROR: {Severity.ERROR}, Severity.WARNING: {Severity.ERROR, Severity.WARNING}}.get(
        asked, set(Severity)
    )
    rows = StoryPage.objects.select_related("locale").order_by("-latest_revision_created_at", "-pk")
    leaf = Paginator(rows, LEAF).get_page(request.GET.get("page"))
    found = readiness.of_many(list(leaf.object_list))
    shown = [(page, [f for f in found[page.pk] if f.severity in kept]) for page in leaf.object_list]
    context = {"leaf": leaf, "rows": [row for row in shown if row[1]], "severities": Severity, "asked": asked}
    return render(request, "desk/findings.html", context)


@editors
def story_findings(request: HttpRequest, pk: int) -> HttpResponse:
    """The list in a story's side panel, for its newest draft."""
    page = get_object_or_404(StoryPage.objects.select_related("locale", "latest_revision"), pk=pk)
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    return render(request, "desk/readiness_told.html", side_panel.told(page))
