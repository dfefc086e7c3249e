"""The staff's due list: per perk, with filters, many marked at once after a look, CSV out and codes in, undo."""

import csv
import io
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from ground import sheets
from membership.perks import actions, queries
from membership.perks.enums import MARKS, State
from membership.perks.models import Marking, Obligation, Perk

PAGE = 100
LARGEST = 1_000_000  # bytes of a table with codes
MOST_LINES = 5000
staff = permission_required("perks.change_obligation", raise_exception=True)


@staff
def board(request: HttpRequest) -> HttpResponse:
    """Every perk with what is to be done."""
    rows = [(perk, counts, sum(counts[s] for s in ("owed", "prepared"))) for perk, counts in queries.due_counts()]
    return render(request, "perks/admin/board.html", {"rows": rows})


def _filtered(request: HttpRequest, perk: Perk) -> Any:
    """`?state=`, `?q=` (name, e-mail, code) and `?flagged=1`, the soonest due first."""
    rows = Obligation.objects.filter(perk=perk).select_related("account").order_by("due_on", "pk")
    state, text = request.GET.get("state", ""), request.GET.get("q", "").strip()[:80]
    rows = rows.filter(state=state) if state in State.values else rows
    rows = rows.filter(flagged=True) if request.GET.get("flagged") else rows
    if text:
        rows = rows.filter(
            Q(account__email__icontains=text) | Q(account__name__icontains=text) | Q(code__icontains=text)
        )
    return rows


@staff
def due(request: HttpRequest, pk: int) -> HttpResponse:
    """What is owed of one perk. POST without `do` shows what a mark would change; with it, does it."""
    perk = get_object_or_404(Perk, pk=pk)
    if request.method == "POST":
        return _mark(request, perk)
    page = Paginator(_filtered(request, perk), PAGE).get_page(request.GET.get("page"))
    last = Marking.objects.filter(perk=perk).order_by("-at", "-pk").first()
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "perk": perk, "rows": page, "states": State.choices, "state": request.GET.get("state", ""),
        "text": request.GET.get("q", ""), "marks": [(s.value, s.label) for s in MARKS], "query": query.urlencode(),
        "last": last if last and not last.undone_at and last.to != State.VOID else None,
    }  # fmt: skip
    return render(request, "perks/admin/due.html", context)


def _mark(request: HttpRequest, perk: Perk) -> HttpResponse:
    ids = [int(one) for one in request.POST.getlist("row") if one.isdigit()]
    to, tried = request.POST.get("to", ""), None
    if to in State.values:
        tried = actions.try_marks(perk=perk, ids=ids, to=to)
    if tried is None or not (tried.moves or tried.stays):
        messages.warning(request, _("Choose rows, and what to mark them as."))
    elif "do" not in request.POST:
        return render(
            request, "perks/admin/try.html", {"perk": perk, "tried": tried, "to": to, "label": State(to).label}
        )
    else:
        made = actions.mark(perk=perk, ids=ids, to=to, actor=f"staff:{request.user.pk}")
        n = made.moves.count() if made else 0
        messages.success(request, ngettext("%(n)s is marked.", "%(n)s are marked.", n) % {"n": n})
    return redirect("perks_admin:due", pk=perk.pk)


@staff
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """The last mark, back."""
    n = actions.undo_last(perk=get_object_or_404(Perk, pk=pk), actor=f"staff:{request.user.pk}")
    messages.success(request, ngettext("%(n)s is back where it was.", "%(n)s are back where they were.", n) % {"n": n})
    return redirect("perks_admin:due", pk=pk)


@staff
def table(request: HttpRequest, pk: int) -> HttpResponse:
    """The list as CSV, with the filters of the page; `id` and `code` come first, as the way back wants them."""
    perk = get_object_or_404(Perk, pk=pk)
    rows = [
        [row.pk, row.code, row.state, row.account.name, row.account.email, row.period_key, row.due_on.isoformat()]
        for row in _filtered(request, perk)[:MOST_LINES]
    ]
    return sheets.csv_response(f"{perk.key}.csv", ["id", "code", "state", "name", "email", "period", "due"], rows)


@staff
@require_POST
def codes(request: HttpRequest, pk: int) -> HttpResponse:
    """Codes from a table: first a report, then (the same lines, confirmed) the sending."""
    perk = get_object_or_404(Perk, pk=pk)
    text = request.POST.get("text", "")
    given = request.FILES.get("file")
    if given is not None:
        text = given.read(LARGEST).decode("utf-8-sig", "replace")
    lines = [line for line in csv.reader(io.StringIO(text[:LARGEST])) if any(cell.strip() for cell in line)]
    lines = [line for line in lines if line[0].strip().lower() != "id"][:MOST_LINES]
    dry = "do" not in request.POST
    report = actions.bring_codes(perk=perk, lines=lines, actor=f"staff:{request.user.pk}", dry=dry)
    good = sum(not line.trouble for line in report)
    if dry and report:
        return render(request, "perks/admin/codes.html", {"perk": perk, "report": report, "good": good, "text": text})
    messages.success(request, ngettext("%(n)s is sent.", "%(n)s are sent.", good) % {"n": good})
    return redirect("perks_admin:due", pk=pk)


urls = [
    path("", board, name="board"),
    path("<int:pk>/", due, name="due"),
    path("<int:pk>/undo/", undo, name="undo"),
    path("<int:pk>/table.csv", table, name="table"),
    path("<int:pk>/codes/", codes, name="codes"),
]
