"""What goes into an edition, in Wagtail's admin."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from subscriptions.boxes.models import Cycle, CycleSlot
from subscriptions.curation import shelf
from subscriptions.curation.actions import planning
from subscriptions.curation.forms import CandidateForm, SlotForm
from subscriptions.curation.models import SlotChoice
from subscriptions.curation.review_views import staff


@staff
def inside(request: HttpRequest, pk: int) -> HttpResponse:
    """Compartments and candidates, how many boxes are expected, how much is free."""
    return _page(request, _cycle(pk), None, None)


def _page(
    request: HttpRequest, cycle: Cycle, slot_form: forms.Form | None, wrong: tuple[int, forms.Form] | None
) -> HttpResponse:
    rows = shelf.inside(cycle)
    blank = CandidateForm(cycle=cycle)
    for row in rows:
        row["form"] = wrong[1] if wrong and wrong[0] == row["slot"].pk else blank
    context: dict[str, Any] = {
        "cycle": cycle, "rows": rows, "slot_form": slot_form or SlotForm(),
        "can_change": planning.stands_at(cycle, planning.BEFORE_PACKING),
        "can_add": planning.stands_at(cycle, planning.BEFORE_THE_CUTOFF),
    }  # fmt: skip
    return render(request, "curation/admin/inside.html", context, status=422 if slot_form or wrong else 200)


@staff
@require_POST
def add_slot(request: HttpRequest, pk: int) -> HttpResponse:
    """One more compartment."""
    cycle, form = _cycle(pk), SlotForm(request.POST)
    if form.is_valid():
        try:
            planning.add_slot(cycle=cycle, **form.cleaned_data)
        except planning.TooLate:
            messages.error(request, _("Too late: the edition has locked."))
        except planning.Twice:
            form.add_error("item", _("It is there already."))
        else:
            messages.success(request, _("Kept."))
        if form.is_valid():
            return redirect("curation_admin:inside", pk=pk)
    return _page(request, cycle, form, None)


@staff
@require_POST
def drop_slot(request: HttpRequest, pk: int, slot: int) -> HttpResponse:
    """A compartment less."""
    row = get_object_or_404(CycleSlot.objects.select_related("cycle"), pk=slot, cycle=pk)
    try:
        planning.remove_slot(slot=row)
        messages.success(request, _("Taken out."))
    except planning.TooLate:
        messages.error(request, _("Too late: boxes of it are being made."))
    return redirect("curation_admin:inside", pk=pk)


@staff
@require_POST
def add_candidate(request: HttpRequest, pk: int, slot: int) -> HttpResponse:
    """One more candidate of a compartment."""
    cycle = _cycle(pk)
    place, form = get_object_or_404(CycleSlot, pk=slot, cycle=cycle), CandidateForm(request.POST, cycle=cycle)
    if form.is_valid():
        try:
            planning.add_candidate(slot=place, **form.cleaned_data)
        except planning.TooLate:
            messages.error(request, _("Too late: packing has begun."))
        except planning.Twice:
            form.add_error("item", _("It is there already."))
        else:
            messages.success(request, _("Kept. It counts from the next run."))
        if form.is_valid():
            return redirect("curation_admin:inside", pk=pk)
    return _page(request, cycle, None, (slot, form))


@staff
@require_POST
def drop_candidate(request: HttpRequest, pk: int, choice: int) -> HttpResponse:
    """No candidate any more."""
    row = get_object_or_404(SlotChoice.objects.select_related("slot__cycle"), pk=choice, slot__cycle=pk)
    try:
        planning.remove_candidate(choice=row)
        messages.success(request, _("It is no candidate any more; boxes that have it keep it."))
    except planning.TooLate:
        messages.error(request, _("Too late: packing has begun."))
    return redirect("curation_admin:inside", pk=pk)


def _cycle(pk: int) -> Cycle:
    return get_object_or_404(Cycle.objects.select_related("plan"), pk=pk)
