"""Pictures of boxes with the rows behind them: what was, what may come, what to order until when."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from ground import charts, clock, sheets
from subscriptions.billing.calendar import add_months
from subscriptions.billing.models.deal import Reason
from subscriptions.board import figures
from subscriptions.board.forecasting import Coming, Past
from subscriptions.boxes.models import BoxPlan

staff = permission_required("boxes.change_boxorder", raise_exception=True)
Parts = Sequence[tuple[str, int]]


def _plan(request: HttpRequest) -> tuple[list[BoxPlan], BoxPlan | None]:
    """All plans, and the one that is asked for, else the first."""
    plans, wanted = list(BoxPlan.objects.order_by("pk")), request.GET.get("plan", "")
    return plans, next((p for p in plans if str(p.pk) == wanted), plans[0] if plans else None)


def _chart(rows: Sequence[tuple[str, str, Parts]], say: Callable[[int], str] = str) -> dict[str, Any]:
    drawn = charts.columns(rows)
    return {"columns": drawn.columns, "scale": [say(drawn.most), say(drawn.half), "0"]}


@staff
def overview(request: HttpRequest) -> HttpResponse:
    """Boxes, skips, costs and ratings by edition, and why people left; as a sheet with `?format=csv`."""
    plans, plan = _plan(request)
    told = figures.editions(plan) if plan else []
    if request.GET.get("format") == "csv":
        return _figures_sheet(told)
    why = figures.reasons(plan, add_months(clock.now(), -12)) if plan else []
    whole = sum(n for _reason, n in why)
    context = {
        "plans": plans, "plan": plan, "told": list(reversed(told)),
        "boxes": _chart([(e.cycle.period[2:], f"{e.cycle.period}: {e.boxes} + {e.skipped}", [("first", e.boxes), ("second", e.skipped)]) for e in told]),
        "stars": _chart([(e.cycle.period[2:], f"{e.cycle.period}: {e.stars or 0}", [("first", round((e.stars or 0) * 20))]) for e in told], lambda n: f"{n / 20:g}"),
        "rated": any(e.ratings for e in told),
        "reasons": [(_reason(key), n, round(100 * n / whole)) for key, n in why],
    }  # fmt: skip
    return render(request, "board/admin/figures.html", context)


def _reason(key: str) -> str:
    return str(Reason(key).label) if key in Reason.values else _("not told")


def _figures_sheet(told: Sequence[figures.Edition]) -> HttpResponse:
    head = ["edition", "people", "boxes", "skipped", "skip_percent", "sent_again", "cost_per_box", "stars", "ratings"]
    lines = [
        [e.cycle.period, e.people, e.boxes, e.skipped, e.skip_share, e.again, " ".join(m.format() for m in e.cost), e.stars, e.ratings]
        for e in told
    ]  # fmt: skip
    return sheets.csv_response("boxes.csv", head, lines)


@staff
def forecast(request: HttpRequest) -> HttpResponse:
    """The next three editions with their band, what it is told from, and what to order; as a sheet with `?format=csv`."""
    plans, plan = _plan(request)
    every = {p.pk: figures.forecast(p) for p in plans if p.active or p == plan}
    past, coming, _planned, there = every[plan.pk] if plan else ([], [], [], 0)
    needs = figures.demand([(c, planned) for _p, c, planned, _n in every.values()], clock.now().date())
    if request.GET.get("format") == "csv":
        return _demand_sheet(needs)
    context = {
        "plans": plans, "plan": plan, "past": list(reversed(past)), "coming": coming, "there": there, "needs": needs,
        "today": clock.now().date(), "chart": _chart([_was(p) for p in past] + [_will(c) for c in coming]),
    }  # fmt: skip
    return render(request, "board/admin/forecast.html", context)


def _was(past: Past) -> tuple[str, str, Parts]:
    return past.label[2:], f"{past.label}: {past.boxes}", [("first", past.boxes)]


def _will(coming: Coming) -> tuple[str, str, Parts]:
    told = f"{coming.label}: {coming.low} – {coming.middle} – {coming.high}"
    return f"{coming.label[2:]}?", told, [("first", coming.low), ("second", coming.high - coming.low)]


def _demand_sheet(needs: Sequence[figures.Demand]) -> HttpResponse:
    head = [
        "sku",
        "name_zh",
        "name_en",
        "supplier",
        "free",
        "needed",
        "needed_at_most",
        "to_order",
        "order_by",
        "ships",
        "editions",
    ]
    lines = [
        [d.item.sku, d.item.name_zh, d.item.name_en, d.item.supplier.name if d.item.supplier else "", d.need.free, d.need.middle,
         d.need.high, d.need.short, d.order_by.isoformat(), d.first_ships.isoformat(), " ".join(d.periods)]
        for d in needs
    ]  # fmt: skip
    return sheets.csv_response("demand.csv", head, lines)
