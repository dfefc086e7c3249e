"""Plans, their variants and their editions, in Wagtail's admin."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from subscriptions.boxes import queries
from subscriptions.boxes.actions import planning
from subscriptions.boxes.actions.firsts import WELCOME
from subscriptions.boxes.actions.moving import NotAllowed
from subscriptions.boxes.enums import CycleState, FirstBox
from subscriptions.boxes.models import BoxPlan, BoxVariant, Cycle
from subscriptions.boxes.plan_forms import EditionForm, PeriodForm, PlanForm, VariantForm

owner = permission_required("boxes.change_boxplan", raise_exception=True)
editor = permission_required("boxes.change_cycle", raise_exception=True)


@editor
def plans(request: HttpRequest) -> HttpResponse:
    """Every plan with its rhythm, who gets it and which editions stand."""
    context = {"rows": queries.plans_of_the_house(), "may_plan": request.user.has_perm("boxes.change_boxplan")}
    return render(request, "boxes/admin/plans.html", context)


@owner
def add(request: HttpRequest) -> HttpResponse:
    """A new plan: not on sale before it has a price."""
    form = PlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        kept = planning.keep_plan(form.save(commit=False), actor=f"staff:{request.user.pk}")
        messages.success(request, _("Kept. Give it a price and an edition, then put it on sale."))
        return redirect("boxes_admin:plan", pk=kept.pk)
    return render(request, "boxes/admin/plan_add.html", {"form": form}, status=422 if form.is_bound else 200)


@editor
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """One plan: what it is, how it comes, what it costs, its editions."""
    found = get_object_or_404(BoxPlan, pk=pk)
    may_plan = request.user.has_perm("boxes.change_boxplan")
    form = PlanForm(request.POST or None, instance=found) if may_plan else None
    if request.method == "POST" and form and form.is_valid() and _keep(request, form):
        return redirect("boxes_admin:plan", pk=pk)
    return _plan(request, BoxPlan.objects.get(pk=pk), form, VariantForm())


def _keep(request: HttpRequest, form: PlanForm) -> bool:
    try:
        planning.keep_plan(form.save(commit=False), actor=f"staff:{request.user.pk}")
    except planning.RhythmIsSet:
        form.add_error(None, _("Somebody has subscribed meanwhile: the rhythm stays as it is."))
        return False
    messages.success(request, _("Kept."))
    return True


def _plan(request: HttpRequest, found: BoxPlan, form: PlanForm | None, variant_form: VariantForm) -> HttpResponse:
    editions = queries.editions_of(found)
    bound = variant_form.is_bound or bool(form and form.is_bound)
    context = {
        "plan": found, "form": form, "variant_form": variant_form, "variants": found.variants.all(),
        "prices": queries.prices_of(found), "editions": editions, "next": planning.next_period(found),
        "rhythm_is_set": planning.rhythm_is_set(found),
        "wants_welcome": found.first_box == FirstBox.WELCOME and not any(e.period == WELCOME for e in editions),
        "may_price": request.user.has_perm("billing.change_planprice"),
    }  # fmt: skip
    return render(request, "boxes/admin/plan.html", context, status=422 if bound else 200)


@owner
@require_POST
def add_variant(request: HttpRequest, pk: int) -> HttpResponse:
    """One more way the plan comes."""
    found = get_object_or_404(BoxPlan, pk=pk)
    form = VariantForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            planning.add_variant(found, slug=said["slug"], name_zh=said["name_zh"], name_en=said["name_en"])
        except NotAllowed:
            form.add_error("slug", _("That short name is taken."))
        else:
            messages.success(request, _("Kept."))
            return redirect("boxes_admin:plan", pk=pk)
    return _plan(request, found, PlanForm(instance=found), form)


@owner
@require_POST
def put_variant(request: HttpRequest, pk: int, variant: int) -> HttpResponse:
    """Offer a variant again, or no longer."""
    row = get_object_or_404(BoxVariant, pk=variant, plan=pk)
    planning.put_variant(row, active=request.POST.get("active") == "1")
    messages.success(request, _("Kept."))
    return redirect("boxes_admin:plan", pk=pk)


@editor
def add_edition(request: HttpRequest, pk: int) -> HttpResponse:
    """The next edition of a plan, or its welcome box (`?welcome=1`)."""
    found = get_object_or_404(BoxPlan, pk=pk)
    welcome = "welcome" in request.GET
    form = EditionForm(request.POST or None, dated=not welcome)
    initial = {"period": str(planning.next_period(found))}
    when = None if welcome else PeriodForm(found, request.POST or None, initial=initial)
    if request.method == "POST" and all([form.is_valid(), when is None or when.is_valid()]):
        try:
            made = _make(found, form, when)
        except NotAllowed:
            form.add_error(
                None,
                _(
                    "That edition cannot be planned: its cut-off is over, it stands already, or it would ship too early."
                ),
            )
        else:
            messages.success(request, _("Planned. Now choose what goes in."))
            return redirect("boxes_admin:change_edition", pk=made.pk)
    context = {"plan": found, "form": form, "when": when, "welcome": welcome}
    return render(request, "boxes/admin/edition.html", context, status=422 if form.is_bound else 200)


def _make(found: BoxPlan, form: EditionForm, when: PeriodForm | None) -> Cycle:
    if when is None:
        return planning.plan_welcome(found, words=form.words)
    return planning.plan_edition(found, period=when.cleaned_data["period"], words=form.words, ships_on=form.ships_on)


@editor
def change_edition(request: HttpRequest, pk: int) -> HttpResponse:
    """The words of an edition, its story, and when it ships."""
    cycle = get_object_or_404(Cycle.objects.select_related("plan"), pk=pk)
    form = EditionForm(request.POST or None, instance=cycle, dated=cycle.period != WELCOME)
    if request.method == "POST" and form.is_valid():
        try:
            planning.change_edition(cycle, words=form.words, ships_on=form.ships_on)
        except NotAllowed:
            form.add_error(None, _("A closed edition stays as it is, and none ships before everybody is charged."))
        else:
            messages.success(request, _("Kept."))
            return redirect("boxes_admin:change_edition", pk=pk)
    context: dict[str, Any] = {
        "plan": cycle.plan, "cycle": Cycle.objects.get(pk=pk), "form": form, "welcome": cycle.period == WELCOME,
        "can_drop": cycle.state == CycleState.PLANNED, "slots": cycle.slots.count(),
    }  # fmt: skip
    return render(request, "boxes/admin/edition.html", context, status=422 if form.is_bound else 200)


@editor
@require_POST
def drop_edition(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back an edition that has not opened."""
    cycle = get_object_or_404(Cycle, pk=pk)
    try:
        planning.drop_edition(cycle)
    except NotAllowed:
        messages.error(request, _("It has opened, or subscribers have chosen to skip it: it stays."))
        return redirect("boxes_admin:change_edition", pk=pk)
    messages.success(request, _("Taken back."))
    return redirect("boxes_admin:plan", pk=cycle.plan_id)
