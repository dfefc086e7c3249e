"""Labels of a cycle: bought from a courier, or handed over as a list."""

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ground import sheets
from subscriptions.boxes.models import BoxOrder, BoxSubscription, Cycle
from subscriptions.parcels import packing
from subscriptions.parcels.actions import labels
from subscriptions.parcels.carriers.manifest import Manifest
from subscriptions.parcels.enums import CallState, LabelState
from subscriptions.parcels.models import CarrierMessage, LabelCall, Parcel, Zone
from subscriptions.parcels.order_views import REFUSALS
from subscriptions.parcels.pack_views import staff

A_CLICK = 2000


def _open_orders(cycle: Cycle) -> "QuerySet[BoxOrder]":
    """At hand, and without a label as yet."""
    rows = BoxOrder.objects.filter(cycle=cycle, state__in=labels.LABELLED)
    return rows.exclude(parcel__label_state__in=[LabelState.WANTED, LabelState.BOUGHT]).exclude(
        carrier=Manifest.key, parcel__weight__gt=0
    )


@staff
def labels_of(request: HttpRequest, pk: int) -> HttpResponse:
    """How far labels are, what was refused, and what carriers said that nobody understood."""
    cycle = get_object_or_404(Cycle.objects.select_related("plan"), pk=pk)
    parcels = Parcel.objects.filter(order__cycle=cycle)
    counted = parcels.values_list("label_state", "carrier").annotate(n=Count("pk")).order_by("carrier", "label_state")
    failed = LabelCall.objects.filter(
        parcel__order__cycle=cycle, state=CallState.FAILED, parcel__label_state=LabelState.FAILED
    )
    context = {
        "cycle": cycle, "open": _open_orders(cycle).count(), "zones": Zone.objects.prefetch_related("rates"),
        "counts": [(carrier or "—", LabelState(state).label, n) for state, carrier, n in counted],
        "failed": failed.select_related("parcel__order__cycle").order_by("-pk")[:50],
        "unheard": CarrierMessage.objects.exclude(error="").order_by("-pk")[:20],
    }  # fmt: skip
    return render(request, "parcels/admin/labels.html", context)


@staff
@require_POST
def buy(request: HttpRequest, pk: int) -> HttpResponse:
    """Wish for the labels of what is at hand, two thousand at a click; they are bought in the background."""
    cycle = get_object_or_404(Cycle, pk=pk)
    orders = list(_open_orders(cycle).select_related("cycle").order_by("pk")[:A_CLICK])
    refused = labels.prepare(orders)
    messages.success(request, _("%(n)s boxes have a carrier.") % {"n": len(orders) - len(refused)})
    for why in sorted(set(refused.values())):
        n = sum(1 for said in refused.values() if said == why)
        messages.warning(request, _("%(n)s not: %(why)s") % {"n": n, "why": REFUSALS[why]})
    return redirect("parcels_admin:labels", pk)


@staff
def manifest(request: HttpRequest, pk: int) -> HttpResponse:
    """What goes by the carrier that works with lists; the column `tracking` comes back filled."""
    cycle = get_object_or_404(Cycle, pk=pk)
    rows = Parcel.objects.filter(order__cycle=cycle, order__carrier=Manifest.key, order__state__in=labels.LABELLED)
    lines = []
    for parcel in rows.select_related("order__cycle").order_by("order_id").iterator(1000):
        address = [parcel.order.address.get(name, "") for name in BoxSubscription.ADDRESS]
        customs = "; ".join(
            f"{c['hs6']} {c['origin']} {c['quantity']} x {c['value']} {c['currency']}" for c in parcel.customs
        )
        lines.append([parcel.order.number, Manifest.key, parcel.tracking, parcel.weight, *address, customs])
    head = ["order", "carrier", "tracking", "grams", *BoxSubscription.ADDRESS, "customs"]
    return sheets.csv_response(f"manifest-{cycle.period}.csv", head, lines)


@staff
def customs(request: HttpRequest, pk: int) -> HttpResponse:
    """Customs lines of every box that leaves the country: one line for each heading."""
    cycle = get_object_or_404(Cycle, pk=pk)
    ids = list(
        BoxOrder.objects.filter(cycle=cycle, state__in=packing.TO_PACK).order_by("pk").values_list("pk", flat=True)
    )
    lines = []
    for start in range(0, len(ids), 500):
        for slip in packing.slips(ids[start : start + 500]):
            lines += [
                [slip.order.number, slip.order.address.get("country", ""), c["hs6"], c["origin"], c["quantity"], c["value"], c["currency"], c["weight"], c["words"]]
                for c in slip.customs
            ]  # fmt: skip
    head = ["order", "country", "hs6", "origin", "pieces", "value_minor", "currency", "grams", "words"]
    return sheets.csv_response(f"customs-{cycle.period}.csv", head, lines)
