"""Boxes for everybody: what can be had, a plan, and an edition with its story, its things and its room."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from ground import pagecache
from subscriptions.boxes import mine, queries
from subscriptions.boxes.actions import firsts
from subscriptions.boxes.enums import CycleState
from subscriptions.boxes.models import BoxPlan, Cycle


def index(request: HttpRequest) -> HttpResponse:
    """The open edition; for a subscriber the portal instead."""
    if request.user.is_authenticated and (box := mine.chosen(request)):
        return mine.page(request, box)
    plan = queries.main_plan()
    return _offer(request, plan, queries.shelf(but=plan))


def everything(request: HttpRequest) -> HttpResponse:
    """Every plan side by side."""
    return _public(request, "boxes/plans.html", {"shelf": queries.shelf()})


def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """One plan: its open edition, how it comes, and every way to get it."""
    found = get_object_or_404(BoxPlan, slug=slug, active=True)
    return _offer(request, found, queries.shelf(but=found))


def _offer(request: HttpRequest, found: BoxPlan | None, others: list[queries.Shelf]) -> HttpResponse:
    context: dict[str, Any] = {"plan": found, "others": others, "edition": None}
    if found:
        variants = [v for v in found.variants.all() if v.active]
        first = firsts.cycle_for(found, request.user if request.user.is_authenticated else None)
        context |= {
            "edition": queries.open_edition(found),
            "ways": queries.ways(found),
            "variants": variants,
            "first": first,
            "first_price": firsts.price_of(found, queries.house_currency()) if first else None,
            "before": queries.before(found),
            "gets_already": queries.gets_already(request.user, found.slug),
        }
    context["origin"] = request.GET.get("origin", "")[:120]
    return _public(request, "boxes/edition.html", context)


def edition(request: HttpRequest, slug: str, period: str) -> HttpResponse:
    """An edition that was announced: its story, what lies in it, and what is said about it, on one page."""
    rows = Cycle.objects.exclude(state=CycleState.PLANNED).exclude(period=firsts.WELCOME).select_related("plan")
    cycle = rows.filter(plan__slug=slug, period=period).first()
    if cycle is None:
        raise Http404
    context = {"edition": queries.edition_of(cycle, cycle.plan), "cycle": cycle, "plan": cycle.plan}
    return _public(request, "boxes/one.html", context)


def _public(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    response = render(request, template, context)
    anonymous = not request.user.is_authenticated and not request.GET
    return pagecache.public(response, 60) if anonymous else response
