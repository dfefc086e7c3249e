"""Choosing things for the next box, and taking them out again."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from ground import clock
from subscriptions.boxes import access as boxes_access
from subscriptions.boxes.models import BoxOrder, BoxSubscription
from subscriptions.shop import views
from subscriptions.shop.actions import going
from subscriptions.shop.models import Article

UNDER_WAY = ("locked", "awaiting_payment", "paid", "allocated", "short", "packed")


def _box(request: HttpRequest, pk: int) -> BoxSubscription:
    try:
        return boxes_access.access_box(request.user, pk)  # type: ignore[arg-type]
    except (BoxSubscription.DoesNotExist, OverflowError) as missing:
        raise Http404 from missing


@never_cache
@require_POST
@login_required
def add(request: HttpRequest, box: int) -> HttpResponse:
    """One more thing for the next box."""
    mine = _box(request, box)
    article = Article.objects.filter(slug=request.POST.get("article", "")[:60]).first()
    if article is None:
        raise Http404
    try:
        going.add(account=request.user, box=mine, article=article, quantity=views.count_of(request),  # type: ignore[arg-type]
                  actor=f"account:{request.user.pk}")  # fmt: skip
        messages.success(request, _with_which(mine))
    except going.TooLate:
        messages.error(
            request, _("The cut-off has passed: this is being charged and packed, and can no longer be changed.")
        )
    except views.REFUSALS as refused:
        messages.error(request, views.said(refused))
    return redirect("boxes:index")


def _with_which(box: BoxSubscription) -> str:
    """Which box it goes with; after a cut-off it says that it is the one after."""
    cycle = going.open_cycle(box, clock.now())
    if cycle is None:
        return _("It goes along with your next box. Nothing is charged before that one closes.")
    if BoxOrder.objects.filter(subscription=box, cycle__cutoff_at__lt=clock.now(), state__in=UNDER_WAY).exists():
        return _("The box that is being made up is closed; it goes along with the one after, “%(theme)s”.") % {
            "theme": cycle.theme}  # fmt: skip
    return _("It goes along with “%(theme)s”. It is charged when that box is, and can be taken out until the cut-off.") % {
        "theme": cycle.theme}  # fmt: skip


@never_cache
@require_POST
@login_required
def remove(request: HttpRequest, box: int, pk: int) -> HttpResponse:
    """Take it out again."""
    mine, sale = _box(request, box), views.own(request, pk)
    if sale.ride_id != mine.pk:
        raise Http404
    try:
        going.remove(sale=sale, actor=f"account:{request.user.pk}")
        messages.success(request, _("Taken out. Nothing is charged for it."))
    except going.TooLate:
        messages.error(
            request, _("The cut-off has passed: this is being charged and packed, and can no longer be changed.")
        )
    return redirect("boxes:index")
