"""Parcels follow their orders: what left has a row here, and who must be told of it is found by a sweep."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.notices import notify
from ground import clock
from subscriptions.boxes.enums import OrderState
from subscriptions.boxes.models import BoxOrder
from subscriptions.parcels.carriers.port import carriers
from subscriptions.parcels.models import Parcel

log = logging.getLogger("subscriptions.parcels")
A_SWEEP, A_PART = 2000, 100


def parcel_of(order: BoxOrder) -> Parcel:
    """The order's parcel, made when it is first asked for."""
    made, _ = Parcel.objects.get_or_create(order=order, defaults=_fresh(order))
    made.order = order
    return made


def _fresh(order: BoxOrder) -> dict[str, object]:
    return {"carrier": order.carrier, "tracking": order.tracking, "created_at": clock.now()}


def orders_moved(orders: list[BoxOrder], before: str, after: str, actor: str) -> None:
    """Hook of boxes: what leaves and what arrives is dated, and its telling is due. Constant queries for a thousand."""
    if not orders:
        return
    ids, now = [o.pk for o in orders], clock.now()
    if after == OrderState.SHIPPED:
        Parcel.objects.bulk_create((Parcel(order=o, **_fresh(o)) for o in orders), ignore_conflicts=True)
        Parcel.objects.filter(order__in=ids, shipped_at=None).update(shipped_at=now, untold_shipped=True)
    elif after == OrderState.DELIVERED:
        Parcel.objects.bulk_create((Parcel(order=o, **_fresh(o)) for o in orders), ignore_conflicts=True)
        Parcel.objects.filter(order__in=ids, delivered_at=None).update(delivered_at=now, untold_delivered=True)
    else:
        return
    transaction.on_commit(_nudge)


def _nudge() -> None:
    """Have a worker tell it soon; what is lost here is found by the sweep."""
    from subscriptions.parcels.tasks import tell

    try:
        tell.delay()
    except Exception as trouble:
        log.warning("broker away: %s", type(trouble).__name__)


def tell_due(now: datetime | None = None) -> int:
    """Tell subscribers what left and what arrived, each at most once; answers how many notices."""
    return _tell("untold_shipped", "boxes.shipped") + _tell("untold_delivered", "boxes.delivered")


def _tell(field: str, kind: str) -> int:
    due = Parcel.objects.filter(**{field: True}).order_by("pk").values_list("pk", flat=True)
    ids, told = list(due[:A_SWEEP]), 0
    for start in range(0, len(ids), A_PART):
        told += _tell_part(ids[start : start + A_PART], field, kind)
    return told


@transaction.atomic
def _tell_part(ids: list[int], field: str, kind: str) -> int:
    """The notices and the mark that they are written are one commit."""
    rows = Parcel.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk__in=ids, **{field: True})
    parcels = list(rows.select_related("order__cycle", "order__subscription__account").order_by("pk"))
    told = sum(_notice(parcel, kind) for parcel in parcels)
    Parcel.objects.filter(pk__in=[p.pk for p in parcels]).update(**{field: False})
    return told


def _notice(parcel: Parcel, kind: str) -> bool:
    order = parcel.order
    cycle, carrier = order.cycle, carriers.get(parcel.carrier)
    context = {"theme_zh": cycle.theme_zh, "theme_en": cycle.theme_en, "number": order.number,
               "carrier": parcel.carrier, "tracking": parcel.tracking, "at": timezone.now().isoformat(),
               "track_url": carrier.track_url(parcel.tracking) if carrier and parcel.tracking else ""}  # fmt: skip
    made = notify(account=order.subscription.account, kind=kind, subject_key=cycle.key, context=context,
                  dedupe=f"order:{order.pk}")  # fmt: skip
    return made is not None
