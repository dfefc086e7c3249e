"""The packing table, on a phone: one box, one big button."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from subscriptions.boxes.actions import fulfilment
from subscriptions.boxes.actions.moving import NotAllowed
from subscriptions.boxes.enums import OrderState
from subscriptions.boxes.models import BoxOrder, Move
from subscriptions.parcels.access import access_order
from subscriptions.parcels.contents import things_in, weight_of

staff = permission_required("boxes.change_boxorder", raise_exception=True)
GONE = frozenset(
    {
        OrderState.SHIPPED,
        OrderState.DELIVERED,
        OrderState.CLOSED,
        OrderState.RETURNED,
        OrderState.LOST,
        OrderState.DAMAGED,
    }
)


def order_or_404(number: str) -> BoxOrder:
    """The order of that number; whatever is none is missing."""
    try:
        return access_order(number)
    except BoxOrder.DoesNotExist as missing:
        raise Http404 from missing


@staff
def find(request: HttpRequest) -> HttpResponse:
    """A number is typed where no camera is at hand."""
    typed = request.GET.get("number", "").strip()[:40]
    if typed:
        try:
            return redirect("parcels_admin:pack", access_order(typed).number)
        except BoxOrder.DoesNotExist:
            messages.error(request, _("No box has this number."))
    return render(request, "parcels/admin/find.html", {"typed": typed}, status=422 if typed else 200)


@staff
def pack(request: HttpRequest, number: str) -> HttpResponse:
    """One box: what goes into it, where it goes, and the button."""
    order = order_or_404(number)
    things = things_in([order])[order.pk]
    parcel = getattr(order, "parcel", None)
    context: dict[str, Any] = {
        "order": order,
        "things": things,
        "count": sum(t.count for t in things),
        "weight": weight_of(things),
        "parcel": parcel,
        "stale": parcel is not None and parcel.stale_label,
        "can_pack": order.state == OrderState.ALLOCATED and order.cycle.state in fulfilment.PACKING_TIME,
        "packed": order.state == OrderState.PACKED,
        "gone": order.state in GONE,
        "last": Move.objects.filter(subject=f"order:{order.pk}").order_by("-at", "-pk").first(),
    }
    return render(request, "parcels/admin/pack.html", context)


@staff
@require_POST
def packed(request: HttpRequest, number: str) -> HttpResponse:
    """The big button. Pressed twice, the second is told that it is packed already."""
    order = order_or_404(number)
    try:
        fulfilment.pack_one(order, actor=f"staff:{request.user.pk}")
        messages.success(request, _("Packed: %(number)s.") % {"number": order.number})
    except NotAllowed:
        order.refresh_from_db(fields=["state"])
        if order.state == OrderState.PACKED:
            messages.warning(request, _("It is packed already."))
        else:
            messages.error(request, _("This box cannot be packed: it is “%(state)s”.") % {"state": order.get_state_display()})  # fmt: skip
    return redirect("parcels_admin:pack", order.number)


@staff
@require_POST
def unpacked(request: HttpRequest, number: str) -> HttpResponse:
    """Take it back, until it has left."""
    order = order_or_404(number)
    try:
        fulfilment.unpack_one(order, actor=f"staff:{request.user.pk}")
        messages.success(request, _("Taken back: it counts as not packed."))
    except NotAllowed:
        messages.error(request, _("It cannot be taken back any more."))
    return redirect("parcels_admin:pack", order.number)
