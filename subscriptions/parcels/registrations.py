"""What parcels add to the lists of the ground floor and to the hooks below."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ground.registry import (
    DemoSeed,
    DueWork,
    ErasureStep,
    ExportSection,
    NoticeKind,
    demo_seeds,
    due_work,
    erasure_steps,
    export_sections,
    notice_kinds,
)
from subscriptions.boxes import flags, hooks
from subscriptions.parcels import demo, paper, sending
from subscriptions.parcels.actions import labels, messages, noting, tracking, troubles
from subscriptions.parcels.carriers.courier import Courier
from subscriptions.parcels.carriers.manifest import Manifest
from subscriptions.parcels.carriers.port import carriers
from subscriptions.parcels.enums import ParcelState
from subscriptions.parcels.models import LabelCall, Parcel, TrackingEvent

MODELS = ("parcels.Parcel", "parcels.TrackingEvent", "parcels.LabelCall")

FLAGS = {
    noting.STALE: _("The address was changed after the label was bought."),
    tracking.SETTLED[ParcelState.DELIVERED]: _("It was settled already; the carrier says now: delivered."),
    tracking.SETTLED[ParcelState.RETURNED]: _("It was settled already; the carrier says now: came back."),
    troubles.NOT_BESIDE: _("What was bought beside it does not go along."),
}


def register() -> None:
    """Called once at start."""
    carriers.register(Manifest())
    carriers.register(Courier())
    hooks.orders_moved.append(sending.orders_moved)
    hooks.carrier_names.append(carrier_name)
    hooks.tracking_links.append(tracking_link)
    flags.words.update(FLAGS)
    notice_kinds.register(NoticeKind("boxes.delivered", _("A box has arrived"), "parcels/notices/delivered"))
    due_work.register(DueWork("parcels-tell", sending.tell_due, order=34))
    due_work.register(DueWork("parcels-labels", labels.run_due, order=33))
    due_work.register(DueWork("parcels-messages", messages.run_due, order=33))
    demo_seeds.register(DemoSeed("parcels", demo.seed, order=27))
    due_work.register(DueWork("parcels-print", paper.run_due, order=80))
    export_sections.register(ExportSection("parcels", _("Parcels"), MODELS, _own, order=31))
    erasure_steps.register(ErasureStep("parcels", MODELS, _erase, order=54))


def carrier_name(key: str) -> str:
    """Hook of boxes: a carrier's name for people."""
    found = carriers.get(key)
    return str(found.label) if found else ""


def tracking_link(key: str, tracking: str) -> str:
    """Hook of boxes: where a parcel can be followed."""
    found = carriers.get(key)
    return found.track_url(tracking) if found and tracking else ""


def _own(account: Any) -> list[dict[str, Any]]:
    rows = Parcel.objects.filter(order__subscription__account=account).select_related("order__cycle")
    return [
        {"order": p.order.number, "carrier": p.carrier, "tracking": p.tracking, "state": p.state,
         "left": p.shipped_at and p.shipped_at.isoformat(), "arrived": p.delivered_at and p.delivered_at.isoformat()}
        for p in rows
    ]  # fmt: skip


def _erase(account: Any) -> None:
    """Addresses and places go; that a parcel went stays, for the trade records."""
    mine = Parcel.objects.filter(order__subscription__account=account)
    TrackingEvent.objects.filter(parcel__in=mine).update(place="", words="")
    LabelCall.objects.filter(parcel__in=mine).update(body={})
    mine.update(label_address={}, label_url="")
