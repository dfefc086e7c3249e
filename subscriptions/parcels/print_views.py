"""Lists and papers of a cycle: what is packed together, what to fetch, slips, labels, sheets."""

from typing import Any

from django.contrib import messages
from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ground import sheets
from subscriptions.boxes.models import BoxOrder, BoxSubscription, Cycle
from subscriptions.parcels import packing, paper
from subscriptions.parcels.enums import Paper, PrintKind, PrintState
from subscriptions.parcels.models import PrintJob
from subscriptions.parcels.pack_views import order_or_404, staff

SHOWN = 200  # numbers below a stack; the rest is counted


def _cycle(pk: int) -> Cycle:
    return get_object_or_404(Cycle.objects.select_related("plan"), pk=pk)


@staff
def table(request: HttpRequest, pk: int) -> HttpResponse:
    """What is alike, packed together."""
    cycle = _cycle(pk)
    stacks = packing.stacks(cycle)
    shown = {o.pk: o for o in BoxOrder.objects.filter(pk__in=[i for s in stacks for i in s.ids[:SHOWN]])}
    for order in shown.values():
        order.cycle = cycle
    context = {
        "cycle": cycle, "total": sum(len(s.ids) for s in stacks), "packed": sum(s.packed for s in stacks),
        "stacks": [(s, [shown[i] for i in s.ids[:SHOWN] if i in shown], max(0, len(s.ids) - SHOWN), s.zones.most_common()) for s in stacks],
        "jobs": cycle.print_jobs.order_by("-pk")[:10], "papers": Paper.choices, "kinds": PrintKind.choices,
    }  # fmt: skip
    return render(request, "parcels/admin/table.html", context)


@staff
def pick(request: HttpRequest, pk: int) -> HttpResponse:
    """What to fetch from the shelf; as a sheet with `?format=csv`."""
    cycle, rows = _cycle(pk), None
    rows = packing.pick_list(cycle)
    if request.GET.get("format") == "csv":
        lines = [(item.sku, item.name_zh, item.name_en, count, on_hand) for item, count, on_hand in rows]
        return sheets.csv_response(f"pick-{cycle.period}.csv", ["sku", "name_zh", "name_en", "count", "on_hand"], lines)
    return render(request, "parcels/admin/pick.html", {"cycle": cycle, "rows": rows})


@staff
def packing_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Every box to pack as a sheet: stack by stack, with address and things."""
    cycle = _cycle(pk)
    names = BoxSubscription.ADDRESS
    lines: list[list[Any]] = []
    for stack in packing.stacks(cycle):
        for start in range(0, len(stack.ids), 500):
            for slip in packing.slips(stack.ids[start : start + 500]):
                things = "; ".join(f"{t.count} x {t.item.sku}" for t in slip.things)
                address = [slip.order.address.get(name, "") for name in names]
                lines.append([slip.order.number, stack.number, slip.order.state, *address, things, slip.weight])
    head = ["order", "stack", "state", *names, "items", "grams"]
    return sheets.csv_response(f"boxes-{cycle.period}.csv", head, lines)


@staff
def papers(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Slips or labels to print from the browser: a stack (`?stack=`), a hundred on a page (`?p=`)."""
    cycle = _cycle(pk)
    ids = _chosen(cycle, request.GET.get("stack", ""))
    size = _paper(request.GET.get("paper", ""))
    page = _number(request.GET.get("p", ""), 1)
    pages = max(1, -(-len(ids) // packing.A_PAGE))
    page = min(max(1, page), pages)
    part = ids[(page - 1) * packing.A_PAGE : page * packing.A_PAGE]
    context = {
        "cycle": cycle, "slips": packing.slips(part), "paper": size, "kind": _kind(kind), "page": page, "pages": pages,
        "before": page - 1, "after": page + 1 if page < pages else 0, "stack": request.GET.get("stack", ""),
    }  # fmt: skip
    return render(request, f"parcels/print/{_kind(kind)}.html", context)


@staff
def paper_of_one(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """The slip or the label of one box."""
    order = order_or_404(number)
    context = {"cycle": order.cycle, "slips": packing.slips([order.pk]), "paper": _paper(request.GET.get("paper", "")),
               "kind": _kind(kind), "page": 1, "pages": 1}  # fmt: skip
    return render(request, f"parcels/print/{_kind(kind)}.html", context)


@staff
@require_POST
def order_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Have PDFs made; the page shows how far it is."""
    cycle, kind = _cycle(pk), _kind(request.POST.get("kind", ""))
    ids = _chosen(cycle, request.POST.get("stack", ""))
    if not ids:
        messages.error(request, _("Nothing to pack in this cycle."))
        return redirect("parcels_admin:table", pk)
    try:
        job = paper.order_print(cycle=cycle, kind=kind, paper=_paper(request.POST.get("paper", "")), ids=ids,
                                language=get_language() or "en", actor=f"staff:{request.user.pk}")  # fmt: skip
    except paper.NoBrowser:
        messages.error(request, _("There is no browser on the server that prints. Print from your own: “Slips” or “Labels”, then print the page."))  # fmt: skip
        return redirect("parcels_admin:table", pk)
    return redirect("parcels_admin:print_job", job.pk)


@staff
def print_job(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a piece of printing is, and its files."""
    job = get_object_or_404(PrintJob.objects.select_related("cycle__plan"), pk=pk)
    context = {"job": job, "parts": range(1, len(job.parts) + 1), "waits": job.state == PrintState.WAITING}
    return render(request, "parcels/admin/print_job.html", context)


@staff
def print_file(request: HttpRequest, pk: int, part: int) -> FileResponse:
    """One file of it."""
    job = get_object_or_404(PrintJob, pk=pk)
    if not 1 <= part <= len(job.parts) or not storages["private"].exists(job.parts[part - 1]):
        raise Http404
    name = f"{job.kind}-{job.pk}-{part}.pdf"
    return FileResponse(storages["private"].open(job.parts[part - 1]), filename=name, content_type="application/pdf")


def _chosen(cycle: Cycle, stack: str) -> list[int]:
    """The boxes of one stack, or of all in their order."""
    number = _number(stack, 0)
    return [pk for s in packing.stacks(cycle) if number in (0, s.number) for pk in s.ids]


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else otherwise


def _paper(text: str) -> str:
    return text if text in Paper.values else Paper.A6


def _kind(text: str) -> str:
    return text if text in PrintKind.values else PrintKind.SLIPS
