"""The review of a cycle and of one box, in Wagtail's admin."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from subscriptions.boxes.actions import fulfilment
from subscriptions.boxes.actions.allocation import Drift
from subscriptions.boxes.actions.moving import NotAllowed
from subscriptions.boxes.enums import CycleState, OrderState
from subscriptions.boxes.models import BoxOrder, Cycle, CycleSlot, Item
from subscriptions.curation import fitting, queries
from subscriptions.curation.actions import asking, reviewing
from subscriptions.curation.models import DraftLine

staff = permission_required("boxes.change_boxorder", raise_exception=True)
SHOWS = (
    ("", gettext_lazy("All")),
    ("short", gettext_lazy("Short")),
    ("substitute", gettext_lazy("With a substitute")),
    ("headings", gettext_lazy("Many customs headings")),
    ("ahead", gettext_lazy("Served earlier")),
    ("staff", gettext_lazy("Changed by hand")),
    ("refused", gettext_lazy("Refused since")),
)
RUNNABLE = (CycleState.ALLOCATING, CycleState.REVIEW, CycleState.PACKING, CycleState.SHIPPING)
PER_PAGE = 50


@staff
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Shortages, substitutes, headings, turns, and the boxes page by page."""
    cycle = get_object_or_404(Cycle.objects.select_related("plan"), pk=pk)
    show = request.GET.get("show", "")
    show = show if show in dict(SHOWS) else ""
    page = Paginator(queries.boxes(cycle, show), PER_PAGE).get_page(request.GET.get("p"))
    context = {
        "cycle": cycle, "review": queries.review(cycle), "listed": page, "show": show, "shows": SHOWS,
        "run": asking.open_run(cycle), "can_run": cycle.state in RUNNABLE, "can_approve": cycle.state == CycleState.REVIEW,
        "many": queries.MANY_HEADINGS,
    }  # fmt: skip
    return render(request, "curation/admin/review.html", context)


@staff
@require_POST
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Look again for what is short."""
    cycle = get_object_or_404(Cycle, pk=pk)
    try:
        found = asking.ask(cycle=cycle, actor=f"staff:{request.user.pk}")
    except Drift:
        messages.error(request, _("Stripe and we differ: mend the reconciliation first."))
    except NotAllowed as refused:
        messages.error(request, _("Not possible now: %(why)s.") % {"why": refused})
    else:
        if found is None:
            messages.info(
                request, _("There are many boxes: the run begins within a minute, and this page tells of it.")
            )
        else:
            said = {"served": found[0], "short": found[1]}
            messages.success(request, _("%(served)s boxes filled, %(short)s short.") % said)
    return redirect("curation_admin:review", pk=pk)


@staff
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """The review is good: packing begins. Not while a run is at work."""
    cycle = get_object_or_404(Cycle, pk=pk)
    if asking.open_run(cycle):
        messages.error(request, _("A run is at work; approve when it is done."))
        return redirect("curation_admin:review", pk=pk)
    try:
        fulfilment.approve(cycle, actor=f"staff:{request.user.pk}")
    except NotAllowed as refused:
        messages.error(request, _("Not possible now: %(why)s.") % {"why": refused})
        return redirect("curation_admin:review", pk=pk)
    messages.success(request, _("Approved: packing begins."))
    return redirect("boxes_admin:cycle", pk=pk)


@staff
def box(request: HttpRequest, pk: int, status: int = 200) -> HttpResponse:
    """One box: each compartment with what lies in it and what could."""
    order = _order(pk)
    lines = {line.slot_id: line for line in DraftLine.objects.filter(draft=order.pk).select_related("item")}
    open_now = order.state in reviewing.OPEN
    rows: list[dict[str, Any]] = []
    for slot in order.cycle.slots.select_related("item"):
        found = fitting.fits(order, slot) if open_now else []
        rows.append({"slot": slot, "line": lines.get(slot.pk), "planned": [f for f in found if f.planned],
                     "others": [f for f in found if not f.planned]})  # fmt: skip
    context = {"order": order, "rows": rows, "open": open_now, "short": order.state == OrderState.SHORT}
    return render(request, "curation/admin/box.html", context, status=status)


@staff
@require_POST
def put(request: HttpRequest, pk: int, slot: int) -> HttpResponse:
    """Another thing into a compartment."""
    order = _order(pk)
    place = get_object_or_404(CycleSlot, pk=slot, cycle=order.cycle_id)
    said = request.POST.get("item", "")
    item = Item.objects.filter(pk=int(said)).first() if said.isdecimal() and len(said) < 10 else None
    if item is None:
        messages.error(request, _("Choose an item."))
        return redirect("curation_admin:box", pk=pk)
    try:
        reviewing.put(order=order, slot=place, item=item, actor=f"staff:{request.user.pk}")
    except reviewing.Refused as refused:
        messages.error(request, _("%(item)s: %(why)s") % {"item": item.name, "why": fitting.WORDS[refused.why]})
    else:
        messages.success(request, _("%(item)s lies in it now.") % {"item": item.name})
    return redirect("curation_admin:box", pk=pk)


@staff
@require_POST
def give_up(request: HttpRequest, pk: int) -> HttpResponse:
    """A short box does not come; its credit pays for the next one."""
    order = _order(pk)
    try:
        credit = reviewing.give_up(order=order, actor=f"staff:{request.user.pk}", why=request.POST.get("why", "")[:160])
    except reviewing.Refused as refused:
        messages.error(request, str(fitting.WORDS[refused.why]))
        return redirect("curation_admin:box", pk=pk)
    if credit:
        messages.success(request, _("Given up; the credit pays for another box."))
    else:
        messages.success(request, _("Given up; nothing had been paid for it."))
    return redirect("curation_admin:review", pk=order.cycle_id)


def _order(pk: int) -> BoxOrder:
    return get_object_or_404(BoxOrder.objects.select_related("cycle__plan", "subscription__account", "variant"), pk=pk)
