"""The box page: the edition for everybody, the portal for its subscriber."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from ground import pagecache
from subscriptions.boxes import access, queries
from subscriptions.boxes.actions import skipping, subscribing
from subscriptions.boxes.forms import AddressForm
from subscriptions.boxes.models import BoxSubscription, Cycle


def index(request: HttpRequest) -> HttpResponse:
    """The open edition; for a subscriber the portal instead."""
    box = queries.box_of(request.user) if request.user.is_authenticated else None
    if box:
        return _portal(request, box, AddressForm(instance=box))
    plan = queries.main_plan()
    context = {"plan": plan, "edition": queries.open_edition(plan), "origin": request.GET.get("origin", "")[:120]}
    response = render(request, "boxes/edition.html", context)
    anonymous = not request.user.is_authenticated and not request.GET
    return pagecache.public(response, 60) if anonymous else response


def _portal(request: HttpRequest, box: BoxSubscription, form: AddressForm, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"portal": queries.portal(box), "form": form}
    response = render(request, "boxes/portal.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


@never_cache
@require_POST
@login_required
def skip(request: HttpRequest, pk: int, cycle: int) -> HttpResponse:
    """Skip one edition."""
    box, edition = _mine(request, pk, cycle)
    try:
        skipping.skip(box=box, cycle=edition, actor=f"account:{request.user.pk}")
        messages.success(
            request, _("Skipped. Nothing is charged for this one; you can change your mind until the cut-off.")
        )
    except skipping.TooLate:
        messages.error(request, _("The cut-off has passed: this box is being made up and can no longer be skipped."))
    return redirect("boxes:index")


@never_cache
@require_POST
@login_required
def unskip(request: HttpRequest, pk: int, cycle: int) -> HttpResponse:
    """Take a skip back."""
    box, edition = _mine(request, pk, cycle)
    try:
        skipping.take_back(box=box, cycle=edition, actor=f"account:{request.user.pk}")
        messages.success(request, _("The box comes after all."))
    except skipping.TooLate:
        messages.error(request, _("The cut-off has passed: this edition is closed."))
    return redirect("boxes:index")


@never_cache
@require_POST
@login_required
def address(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the address; with an error the page comes back with what was typed."""
    box = _box(request, pk)
    form = AddressForm(request.POST, instance=box)
    if not form.is_valid():
        box.refresh_from_db()
        return _portal(request, box, form, status=422)
    subscribing.change_address(box=box, address=form.cleaned_data, actor=f"account:{request.user.pk}")
    messages.success(request, _("Address kept, for this box and those after it."))
    return redirect("boxes:index")


def _box(request: HttpRequest, pk: int) -> BoxSubscription:
    try:
        return access.access_box(request.user, pk)
    except BoxSubscription.DoesNotExist as missing:
        raise Http404 from missing


def _mine(request: HttpRequest, pk: int, cycle: int) -> tuple[BoxSubscription, Cycle]:
    box = _box(request, pk)
    found = Cycle.objects.filter(pk=cycle, plan=box.plan).first()
    if found is None:
        raise Http404
    return box, found
