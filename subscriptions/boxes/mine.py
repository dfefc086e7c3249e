"""What a subscriber does with a box: the page, and each step on it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from subscriptions.boxes import access, portal, queries
from subscriptions.boxes.actions import rating, skipping, subscribing
from subscriptions.boxes.actions.moving import NotAllowed
from subscriptions.boxes.enums import AT_HAND
from subscriptions.boxes.forms import AddressForm, RatingForm
from subscriptions.boxes.models import BoxOrder, BoxSubscription, BoxVariant, Cycle

LATE = gettext_lazy("The cut-off has passed: this box is being made up and can no longer be changed. The next one can.")
SKIPPED = gettext_lazy("Skipped. Nothing is charged for this one; you can change your mind until the cut-off.")
SKIPPED_PAID = gettext_lazy("Skipped. What is paid comes later; you can change your mind until the cut-off.")


def chosen(request: HttpRequest) -> BoxSubscription | None:
    """The box that `?box=` names among the account's own, or the newest that runs, or the last one while it still comes:
    a gift of one box ends when that box is sent, and its page shows where it is."""
    wanted = request.GET.get("box", "")
    if wanted.isdecimal() and len(wanted) < 12:
        try:
            return access.access_box(request.user, int(wanted))  # type: ignore[arg-type]
        except BoxSubscription.DoesNotExist:
            pass
    if running := queries.box_of(request.user):
        return running
    last = queries.last_box_of(request.user)
    return last if last and queries.still_comes(last) else None


def page(
    request: HttpRequest, box: BoxSubscription, form: AddressForm | None = None, status: int = 200
) -> HttpResponse:
    """The subscriber's page; with a form that was refused as it was typed."""
    shown = portal.portal(box)
    if form is None:
        form = AddressForm(instance=box, initial=_own_address(shown.order))
    context: dict[str, Any] = {"portal": shown, "form": form}
    response = render(request, "boxes/portal.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def _own_address(order: BoxOrder | None) -> dict[str, str]:
    return dict(order.address) if order and order.own_address else {}


@never_cache
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The same at an address of its own; who has no box is shown what there is."""
    box = chosen(request) or queries.last_box_of(request.user)
    return page(request, box) if box else redirect("boxes:index")


@never_cache
@require_POST
@login_required
def skip(request: HttpRequest, pk: int, cycle: int) -> HttpResponse:
    """Skip one edition."""
    box, edition = _mine(request, pk, cycle)
    try:
        skipping.skip(box=box, cycle=edition, actor=f"account:{request.user.pk}")
        messages.success(request, SKIPPED_PAID if skipping.keeps_its_box(box) else SKIPPED)
    except skipping.TooLate:
        messages.error(request, _("The cut-off has passed: this box is being made up and can no longer be skipped."))
    except skipping.TooMany as many:
        messages.error(request, ngettext(
            "This box can be skipped %(n)s time in a year, and you have. You can rest or stop instead.",
            "This box can be skipped %(n)s times in a year, and you have. You can rest or stop instead.", many.limit,
        ) % {"n": many.limit})  # fmt: skip
    return _back(box)


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
    return _back(box)


@never_cache
@require_POST
@login_required
def address(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the address, for every box or for the next one alone; with an error the page comes back as it was typed."""
    box = _box(request, pk)
    form = AddressForm(request.POST, instance=box)
    if not form.is_valid():
        box.refresh_from_db()
        return page(request, box, form, status=422)
    actor, typed = f"account:{request.user.pk}", form.cleaned_data
    if request.POST.get("for") != "next":
        subscribing.change_address(box=box, address=typed, actor=actor)
        messages.success(request, _("Address kept, for this box and those after it."))
        if BoxOrder.objects.filter(subscription=box, state__in=AT_HAND).exclude(address=box.address).exists():
            messages.warning(request, _("The box that is being made up goes where it was to go at its cut-off. If that is wrong, write to us at once."))  # fmt: skip
        return _back(box)
    box.refresh_from_db()
    order = portal.portal(box).order
    try:
        if order is None:
            raise NotAllowed("no order")
        subscribing.address_of_one(order=order, address=typed, actor=actor)
        messages.success(request, _("The next box goes there; those after it where they always go."))
    except NotAllowed:
        messages.error(request, LATE)
    return _back(box)


@never_cache
@require_POST
@login_required
def usual_address(request: HttpRequest, pk: int) -> HttpResponse:
    """The next box goes where the others go."""
    box = _box(request, pk)
    order = portal.portal(box).order
    try:
        if order is None:
            raise NotAllowed("no order")
        subscribing.usual_address(order=order, actor=f"account:{request.user.pk}")
        messages.success(request, _("The next box goes where the others go."))
    except NotAllowed:
        messages.error(request, LATE)
    return _back(box)


@never_cache
@require_POST
@login_required
def variant(request: HttpRequest, pk: int) -> HttpResponse:
    """Another variant, for every box or for the next one alone."""
    box = _box(request, pk)
    wanted = BoxVariant.objects.filter(plan=box.plan_id, slug=request.POST.get("variant", "")[:40], active=True).first()
    if wanted is None:
        messages.error(request, _("That variant is not made any more. Please choose another one."))
        return _back(box)
    alone = request.POST.get("for") == "next"
    order = portal.portal(box).order if alone else None
    said = _("The next box: %(variant)s.") if alone else _("From now on: %(variant)s.")
    try:
        if alone and order is None:
            raise NotAllowed("no order")
        subscribing.choose_variant(box=box, variant=wanted, actor=f"account:{request.user.pk}", order=order)
        messages.success(request, said % {"variant": wanted.name})
    except NotAllowed:
        messages.error(request, LATE)
    return _back(box)


@never_cache
@login_required
def credits(request: HttpRequest, pk: int) -> HttpResponse:
    """Where each credit came from, and which box it paid for."""
    box = _box(request, pk)
    return render(request, "boxes/credits.html", {"box": box, "entries": queries.ledger(box)})


@never_cache
@login_required
def rate(request: HttpRequest, number: int) -> HttpResponse:
    """How the box was."""
    try:
        order = access.access_order(request.user, number)  # type: ignore[arg-type]
    except BoxOrder.DoesNotExist as missing:
        raise Http404 from missing
    known = getattr(order, "rating", None)
    form = RatingForm(request.POST or None, initial={"stars": known.stars, "words": known.words} if known else None)
    if request.method == "POST" and form.is_valid():
        try:
            rating.rate(order=order, stars=form.cleaned_data["stars"], words=form.cleaned_data["words"])
            messages.success(request, _("Thank you. The makers read every word."))
            return _back(order.subscription)
        except NotAllowed:
            form.add_error(None, _("It has not arrived yet."))
    return render(request, "boxes/rate.html", {"order": order, "form": form}, status=422 if form.errors else 200)


def _back(box: BoxSubscription) -> HttpResponse:
    return redirect(f"{reverse('boxes:mine')}?box={box.pk}")


def _box(request: HttpRequest, pk: int) -> BoxSubscription:
    try:
        return access.access_box(request.user, pk)  # type: ignore[arg-type]
    except BoxSubscription.DoesNotExist as missing:
        raise Http404 from missing


def _mine(request: HttpRequest, pk: int, cycle: int) -> tuple[BoxSubscription, Cycle]:
    box = _box(request, pk)
    found = Cycle.objects.filter(pk=cycle, plan=box.plan).first() if cycle < 2**62 else None
    if found is None:
        raise Http404
    return box, found
