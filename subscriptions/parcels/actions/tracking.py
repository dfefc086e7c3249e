"""A parcel gets its number, its carrier speaks of it, and its order follows."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from ground import clock
from subscriptions.boxes.actions import fulfilment
from subscriptions.boxes.actions.moving import move
from subscriptions.boxes.enums import ORDER_MOVES, OrderState
from subscriptions.boxes.models import BoxOrder
from subscriptions.parcels.enums import EARLY, ParcelState
from subscriptions.parcels.models import Parcel, TrackingEvent
from subscriptions.parcels.normalising import Event, where_is
from subscriptions.parcels.sending import parcel_of

TARGETS = {
    ParcelState.DELIVERED: OrderState.DELIVERED,
    ParcelState.LOST: OrderState.LOST,
    ParcelState.DAMAGED: OrderState.DAMAGED,
    ParcelState.RETURNED: OrderState.RETURNED,
}
AFTERWARDS = (OrderState.RESHIP, OrderState.REFUNDED)
SETTLED = {ParcelState.DELIVERED: "#settled-delivered", ParcelState.RETURNED: "#settled-returned"}


class Taken(Exception):
    """Another parcel of this carrier has this number."""


@transaction.atomic
def name_parcel(*, order: BoxOrder, carrier: str, tracking: str) -> Parcel:
    """Write carrier and number on order and parcel alike. Raises `Taken`; nothing is written then."""
    parcel = parcel_of(order)
    names = {"carrier": carrier[:40], "tracking": tracking[:80]}
    try:
        with transaction.atomic():
            BoxOrder.objects.filter(pk=order.pk).update(**names, changed_at=clock.now())
            Parcel.objects.filter(pk=parcel.pk).update(**names)
    except IntegrityError as trouble:
        raise Taken(tracking) from trouble
    for thing in (order, parcel):
        thing.carrier, thing.tracking = names["carrier"], names["tracking"]
    return parcel


@transaction.atomic
def record(*, parcel: Parcel, events: Iterable[Event], source: str) -> int:
    """Keep what was said of a parcel, each thing once, and let the order follow; answers how many were new.

    Two at once come one after the other: the parcel's row is locked first.
    """
    row = Parcel.objects.select_for_update(of=("self",)).get(pk=parcel.pk)
    known = set(row.events.values_list("at", "state", "code"))
    fresh = {(e.at, e.state.value, e.code): e for e in events}
    rows = [
        TrackingEvent(parcel=row, code=e.code, state=e.state, at=e.at, place=e.place, words=e.words, source=source[:40],
                      received_at=clock.now())
        for key, e in fresh.items() if key not in known
    ]  # fmt: skip
    TrackingEvent.objects.bulk_create(rows)
    if rows:
        _settle(row, source)
    return len(rows)


def _settle(parcel: Parcel, source: str) -> None:
    """Bring the parcel and its order to what all that was said comes to."""
    said = list(parcel.events.values_list("state", "at"))
    state = where_is(said)
    Parcel.objects.filter(pk=parcel.pk).update(state=state)
    follow(parcel.order_id, state, actor=f"carrier:{source}")
    arrived = _first(said, ParcelState.DELIVERED)
    if arrived:
        Parcel.objects.filter(pk=parcel.pk).exclude(delivered_at=None).update(delivered_at=arrived)


def _first(said: Iterable[tuple[str, datetime]], state: ParcelState) -> datetime | None:
    return min((at for name, at in said if name == state), default=None)


def follow(order_id: int, state: ParcelState, *, actor: str) -> None:
    """An order goes where its parcel is. What the carrier has was packed and sent, whoever forgot to say so; what was
    settled with the subscriber already stays settled and is flagged."""
    order = BoxOrder.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=order_id)
    if state in EARLY:
        return
    if order.state == OrderState.ALLOCATED and order.cycle.state in fulfilment.PACKING_TIME:
        fulfilment.pack_one(order, actor=actor)
    if order.state == OrderState.PACKED:
        fulfilment.ship_one(order, actor=actor, cause="the carrier has it")
    target = TARGETS.get(state)
    if target and target in ORDER_MOVES[order.state]:
        move(order, target, actor=actor, cause=f"the carrier says: {state.value}")
    elif state in SETTLED and order.state in AFTERWARDS and not order.flag:
        BoxOrder.objects.filter(pk=order.pk).update(flag=SETTLED[state])
