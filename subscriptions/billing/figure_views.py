"""Pictures of the revenue, with the rows behind them, in Wagtail's admin."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ground import charts, clock
from ground.sheets import csv_response
from subscriptions.billing import figures
from subscriptions.billing.calendar import add_months
from subscriptions.billing.models import Movement
from subscriptions.billing.models.deal import Reason

staff = permission_required("billing.change_event", raise_exception=True)
GAINS, LOSSES = ("join", "return", "resume", "upgrade"), ("leave", "lost", "pause", "downgrade")


@staff
def overview(request: HttpRequest) -> HttpResponse:
    """Revenue a month, what moved it, who stays, why people leave, what special prices brought."""
    now = clock.now()
    context = {
        "currencies": [_currency(code, rows) for code, rows in figures.months(now).items()],
        "cohorts": figures.cohorts(now),
        "steps": range(figures.MONTHS),
        "reasons": [(Reason(r).label if r in Reason.values else _("not told"), n) for r, n in
                    figures.reasons(add_months(now, -figures.MONTHS))],
        "deals": figures.deals(),
    }  # fmt: skip
    return render(request, "billing/admin/figures.html", context)


def _currency(code: str, rows: list[figures.Month]) -> dict[str, Any]:
    named = [(date_format(m.first, "n"), m) for m in rows]
    revenue = charts.columns([(n, f"{date_format(m.first, 'Y-m')}: {m.revenue.format()}", [("joins", m.revenue.amount)])
                              for n, m in named])  # fmt: skip
    gone = charts.columns([
        (n, f"{date_format(m.first, 'Y-m')}: {m.people.get('leave', 0)} + {m.people.get('lost', 0)}",
         [("joins", m.people.get("leave", 0)), ("boxes", m.people.get("lost", 0))])
        for n, m in named
    ])  # fmt: skip
    came = charts.columns([
        (n, f"{date_format(m.first, 'Y-m')}: {m.people.get('join', 0) + m.people.get('return', 0)}",
         [("joins", m.people.get("join", 0)), ("boxes", m.people.get("return", 0))])
        for n, m in named
    ])  # fmt: skip
    table = [
        {
            "month": m.first, "revenue": m.revenue, "came": m.people.get("join", 0) + m.people.get("return", 0),
            "left": m.people.get("leave", 0), "lost": m.people.get("lost", 0),
            "left_share": m.share("leave"), "lost_share": m.share("lost"),
        }
        for m in rows
    ]  # fmt: skip
    return {"code": code, "now": rows[-1].revenue, "revenue": revenue, "came": came, "gone": gone, "table": table}


@staff
def movements(request: HttpRequest) -> HttpResponse:
    """The rows behind the pictures: every movement of a month and a kind; as a sheet with `?format=csv`."""
    rows = Movement.objects.select_related("subscription__account", "subscription__plan").order_by("-at", "-pk")
    kind, month = request.GET.get("kind", ""), _month(request.GET.get("month", ""))
    rows = rows.filter(kind=kind) if kind in Movement.Kind.values else rows
    rows = rows.filter(at__gte=month, at__lt=add_months(month, 1)) if month else rows
    if request.GET.get("format") == "csv":
        head = ["at", "member", "plan", "kind", "currency", "before", "after", "reason"]
        lines = ((r.at.isoformat(), r.subscription.account.email, str(r.subscription.plan), r.kind, r.currency, r.before,
                  r.after, r.reason) for r in rows.iterator(chunk_size=2000))  # fmt: skip
        return csv_response("movements.csv", head, lines)
    page = Paginator(rows, 50).get_page(request.GET.get("p"))
    context = {"page": page, "kinds": Movement.Kind.choices, "kind": kind, "month": request.GET.get("month", "")}
    return render(request, "billing/admin/movements.html", context)


def _month(text: str) -> datetime | None:
    try:
        return figures.month_of(datetime.strptime(text, "%Y-%m"))
    except ValueError:
        return None
