"""Pictures of the revenue, with the rows behind them, in Wagtail's admin."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ground import charts, clock
from ground.money import Money
from ground.sheets import csv_response
from subscriptions.billing import figures
from subscriptions.billing.calendar import add_months
from subscriptions.billing.models import Deal, DealUse, Movement
from subscriptions.billing.models.deal import Reason

staff = permission_required("billing.change_event", raise_exception=True)
UNTOLD = "untold"  # in an address, where an empty word would mean any reason
CAME, GONE = ("join", "return"), ("leave", "lost")


@staff
def overview(request: HttpRequest) -> HttpResponse:
    """Revenue a month, what moved it, who stays, why people leave, what special prices brought."""
    now, paying = clock.now(), figures.paying()
    context = {
        "currencies": [_currency(code, rows, paying.get(code, 0)) for code, rows in figures.months(now).items()],
        "cohorts": figures.cohorts(now),
        "steps": range(figures.MONTHS),
        "reasons": _reasons(figures.reasons(add_months(now, -figures.MONTHS))),
        "deals": [(deal, taken, here, _share(here, taken)) for deal, taken, here in figures.deals()],
    }
    return render(request, "billing/admin/figures.html", context)


def _share(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None


def _reasons(found: Sequence[tuple[str, int]]) -> list[dict[str, Any]]:
    whole = sum(n for _reason, n in found)
    return [
        {"key": reason or UNTOLD, "label": _reason_named(reason), "n": n, "share": _share(n, whole)}
        for reason, n in found
    ]


def _reason_named(reason: str) -> str:
    return str(Reason(reason).label) if reason in Reason.values else _("not told")


def _currency(code: str, rows: list[figures.Month], paying: int) -> dict[str, Any]:
    """One currency's numbers of today, its charts, and the table behind them, newest month first."""
    now, before = rows[-1], rows[-2]
    return {
        "code": code, "now": now.revenue, "grew": f"{'+' if before.revenue < now.revenue else ''}{(now.revenue - before.revenue).format()}", "paying": paying, "month": now,
        "revenue": _chart(rows, lambda m: [("first", m.revenue.amount)], lambda n: _scale(n, code)),
        "came": _chart(rows, lambda m: [(s, m.people.get(k, 0)) for s, k in zip(SERIES, CAME, strict=True)], str),
        "gone": _chart(rows, lambda m: [(s, m.people.get(k, 0)) for s, k in zip(SERIES, GONE, strict=True)], str),
        "table": [(m, m.share("leave"), m.share("lost")) for m in reversed(rows)],
    }  # fmt: skip


SERIES = ("first", "second")


def _scale(amount: int, code: str) -> str:
    """A round sum at the side of a chart, without a fraction that is nought."""
    return Money(amount, code).format()


def _chart(
    rows: Sequence[figures.Month],
    parts: Callable[[figures.Month], Sequence[tuple[str, int]]],
    say: Callable[[int], str],
) -> dict[str, Any]:
    """Columns by month with a year below its first, and the words for the scale."""
    drawn = charts.columns([
        (_month_named(m, first=place == 0), f"{date_format(m.first, 'Y-m')}: {' + '.join(say(n) for _s, n in parts(m))}", parts(m))
        for place, m in enumerate(rows)
    ])  # fmt: skip
    return {"columns": drawn.columns, "scale": [say(drawn.most), say(drawn.half), "0"]}


def _month_named(month: figures.Month, first: bool) -> str:
    """The month's number; a year below it in January, and below the first where January does not follow at once."""
    named, number = date_format(month.first, "n"), month.first.month
    return f"{named}\n{month.first.year}" if number == 1 or (first and number < 12) else named


@staff
def movements(request: HttpRequest) -> HttpResponse:
    """The rows behind the pictures: the movements of a month, a kind, a reason, a deal; as a sheet with `?format=csv`."""
    asked = {name: request.GET.get(name, "") for name in ("month", "kind", "reason", "deal", "currency")}
    rows = _narrowed(Movement.objects.select_related("subscription__account", "subscription__plan"), asked)
    rows = rows.order_by("-at", "-pk")
    if request.GET.get("format") == "csv":
        head = ["at", "member", "plan", "kind", "currency", "before", "after", "reason"]
        lines = ((r.at.isoformat(), r.subscription.account.email, str(r.subscription.plan), r.kind, r.currency, r.before,
                  r.after, r.reason) for r in rows.iterator(chunk_size=2000))  # fmt: skip
        return csv_response("movements.csv", head, lines)
    page = Paginator(rows, 50).get_page(request.GET.get("p"))
    context = {
        "page": page, "kinds": [(kind.value, _kind_named(kind)) for kind in Movement.Kind], "asked": asked, "deals": Deal.objects.order_by("code"),
        "rows": [(row, _kind_named(Movement.Kind(row.kind)), _reason_named(row.reason) if row.kind == "leave" else "") for row in page],
        "reasons": [*((r.value, r.label) for r in Reason), (UNTOLD, _("not told"))],
    }  # fmt: skip
    return render(request, "billing/admin/movements.html", context)


def _kind_named(kind: Movement.Kind) -> str:
    """Its label; people come back in another word than letters do."""
    return _("here again") if kind == Movement.Kind.RETURN else str(kind.label)


def _narrowed(rows: QuerySet[Movement], asked: dict[str, str]) -> QuerySet[Movement]:
    """Words that say nothing narrow nothing. `kind` may be several, with a comma between."""
    kinds = [kind for kind in asked["kind"].split(",") if kind in Movement.Kind.values]
    month, reason = _month(asked["month"]), asked["reason"]
    rows = rows.filter(kind__in=kinds) if kinds else rows
    rows = rows.filter(at__gte=month, at__lt=add_months(month, 1)) if month else rows
    if reason == UNTOLD or reason in Reason.values:
        rows = rows.filter(kind="leave", reason="" if reason == UNTOLD else reason)
    if asked["deal"]:
        uses = DealUse.objects.filter(deal__code=asked["deal"]).exclude(subscription_id="")
        rows = rows.filter(subscription__stripe_id__in=uses.values("subscription_id"))
    return rows.filter(currency=asked["currency"]) if asked["currency"] else rows


def _month(text: str) -> datetime | None:
    try:
        return figures.month_of(datetime.strptime(text, "%Y-%m"))
    except ValueError:
        return None
