"""Staff's pages about boxes, in Wagtail's admin: the board, a cycle, its packing list."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ground import sheets
from subscriptions.boxes import queries
from subscriptions.boxes.actions import fulfilment
from subscriptions.boxes.actions.allocation import Drift
from subscriptions.boxes.actions.moving import NotAllowed
from subscriptions.boxes.enums import CycleState, OrderState
from subscriptions.boxes.models import BoxOrder, Cycle, Item

staff = permission_required("boxes.change_boxorder", raise_exception=True)


@staff
def board(request: HttpRequest) -> HttpResponse:
    """Every cycle, with how many orders are in which state."""
    rows = queries.board()
    for row in rows:
        row["counts"] = [(OrderState(state).label, state, n) for state, n in sorted(row["counts"].items())]
    return render(request, "boxes/admin/board.html", {"rows": rows, "items": Item.objects.all()[:200]})


@staff
def cycle(request: HttpRequest, pk: int) -> HttpResponse:
    """One cycle: what can be done now, and its orders (by `?state=`)."""
    found = get_object_or_404(Cycle.objects.select_related("plan"), pk=pk)
    state = request.GET.get("state", "")
    orders = BoxOrder.objects.filter(cycle=found).select_related("cycle", "subscription__account").order_by("pk")
    orders = orders.filter(state=state) if state in OrderState.values else orders
    context = {
        "cycle": found,
        "orders": orders[:500],
        "state": state,
        "states": OrderState.choices,
        "can": _can(found),
        "path": [(value, label, value == found.state) for value, label in CycleState.choices],
    }
    return render(request, "boxes/admin/cycle.html", context)


def _can(found: Cycle) -> dict[str, bool]:
    packing = found.state in (CycleState.PACKING, CycleState.SHIPPING)
    return {
        "approve": found.state == CycleState.REVIEW,
        "reopen": found.state == CycleState.REVIEW,
        "allocate": packing or found.state in (CycleState.ALLOCATING, CycleState.REVIEW),
        "pack": packing,
        "ship": packing,
    }


@staff
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One step of a cycle; what cannot be done is said and changes nothing."""
    found, actor = get_object_or_404(Cycle, pk=pk), f"staff:{request.user.pk}"
    steps: dict[str, Callable[[], Any]] = {
        "approve": lambda: fulfilment.approve(found, actor=actor),
        "reopen": lambda: fulfilment.reopen(found, actor=actor, reason=request.POST.get("reason", "")),
        "allocate": lambda: fulfilment.allocate_again(found, actor=actor),
        "pack": lambda: fulfilment.pack(found, actor=actor),
        "ship": lambda: fulfilment.ship(found, actor=actor),
    }
    if name in steps:
        try:
            result = steps[name]()
            messages.success(request, _("Done.") if result is None else _("Done: %(n)s.") % {"n": _count(result)})
        except Drift:
            messages.error(request, _("Stripe and we differ: mend the reconciliation first."))
        except NotAllowed as refused:
            messages.error(request, _("Not possible now: %(why)s.") % {"why": refused})
    return redirect("boxes_admin:cycle", pk=pk)


def _count(result: Any) -> str:
    return " / ".join(map(str, result)) if isinstance(result, tuple) else str(result)


@staff
def packing_list(request: HttpRequest, pk: int) -> HttpResponse:
    """What goes into which parcel, for print."""
    found = get_object_or_404(Cycle.objects.select_related("plan"), pk=pk)
    return render(request, "boxes/admin/packing_list.html", {"cycle": found, "orders": queries.packing_list(found)})


@staff
def packing_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as CSV, safe to open in a spreadsheet."""
    found = get_object_or_404(Cycle, pk=pk)
    address = ("recipient", "phone", "line1", "line2", "city", "region", "postal_code", "country")
    rows = []
    for order in queries.packing_list(found):
        things = "; ".join(f"{row.quantity} x {row.item.sku}" for row in order.items.all() if not row.item.digital)
        rows.append([order.number, *(order.address.get(k, "") for k in address), things])
    return sheets.csv_response(f"packing-{found.period}.csv", ["order", *address, "items"], rows)
