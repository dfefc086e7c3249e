"""Labels: wished for in rows, bought away from the request, each at most once however often it is tried.

The call's key goes along with every try, so that a worker that dies between the carrier's answer and our commit asks again
and is given the same label. A row is claimed before the call by moving its due moment on: two workers never ask at once.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from ground import clock
from subscriptions.boxes.enums import OrderState
from subscriptions.boxes.models import BoxOrder
from subscriptions.parcels.actions import noting
from subscriptions.parcels.actions.tracking import Taken, name_parcel
from subscriptions.parcels.carriers.port import Carrier, CarrierAway, CarrierRefused, Label, carriers
from subscriptions.parcels.contents import Thing, things_in, weight_of
from subscriptions.parcels.enums import CallState, LabelState
from subscriptions.parcels.models import LabelCall, Parcel
from subscriptions.parcels.packing import country_of, customs_of
from subscriptions.parcels.rates import Tariff, tariff

log = logging.getLogger("subscriptions.parcels.labels")
LABELLED = (OrderState.ALLOCATED, OrderState.PACKED)
CLAIM, A_SWEEP, A_PART = timedelta(minutes=2), 200, 500
PACKAGING = 150  # grams of box and paper around the things
MOST_ATTEMPTS = 12


@transaction.atomic
def prepare(orders: Iterable[BoxOrder]) -> dict[int, str]:
    """Weigh these boxes, choose who carries each, and wish for the labels of those who sell them.

    Answers `{order id: why not}` for those that cannot be sent. Whoever has a good label keeps it.
    """
    rows, rates, refused = list(orders), tariff(), dict[int, str]()
    for start in range(0, len(rows), A_PART):
        part = rows[start : start + A_PART]
        things = things_in(part)
        Parcel.objects.bulk_create(
            (Parcel(order=o, carrier=o.carrier, tracking=o.tracking, created_at=clock.now()) for o in part),
            ignore_conflicts=True,
        )
        parcels = {p.order_id: p for p in Parcel.objects.select_for_update().filter(order__in=part).order_by("pk")}
        for order in part:
            why = _prepare_one(order, parcels[order.pk], things[order.pk], rates)
            if why:
                refused[order.pk] = why
    return refused


def _prepare_one(order: BoxOrder, parcel: Parcel, things: list[Thing], rates: Tariff) -> str:
    parcel.order = order
    if order.state not in LABELLED:
        return "state"
    if not order.address.get("line1"):
        return "address"
    if parcel.label_state == LabelState.BOUGHT and not parcel.stale_label:
        return ""
    weight = weight_of(things) + PACKAGING
    rate = rates.best(country_of(order), weight)
    if rate is None:
        return "rate"
    carrier = carriers.get(rate.carrier)
    parcel.weight, parcel.customs = weight, customs_of(order, things)
    parcel.service, parcel.cost, parcel.currency = rate.service, rate.price, rate.currency
    if carrier is not None and carrier.buys:
        _wish(order, parcel, carrier)
    elif not parcel.tracking:
        parcel.carrier = rate.carrier
        BoxOrder.objects.filter(pk=order.pk).update(carrier=rate.carrier)
    parcel.save(update_fields=["weight", "customs", "service", "cost", "currency", "carrier", "label_state"])
    return ""


def _wish(order: BoxOrder, parcel: Parcel, carrier: Carrier) -> None:
    """A call, unless one waits already. Its body is what stands now; a later change of address is another call.

    Where the carrier never answered the last one, that very label may be ours already: the same is asked with the same key.
    """
    calls, now, body = LabelCall.objects.filter(parcel=parcel), timezone.now(), body_of(order, parcel)
    last = calls.order_by("-pk").first()
    if calls.filter(state=CallState.PENDING).exists():
        return
    if last and last.attempts >= MOST_ATTEMPTS and (last.carrier, last.body) == (carrier.key, body):
        calls.filter(pk=last.pk).update(state=CallState.PENDING, attempts=0, error="", due_at=now)
    else:
        LabelCall.objects.create(
            parcel=parcel, key=f"parcel:{parcel.pk}:{calls.count() + 1}", carrier=carrier.key, body=body, due_at=now,
            created_at=now,
        )  # fmt: skip
    parcel.label_state = LabelState.WANTED


def body_of(order: BoxOrder, parcel: Parcel) -> dict[str, Any]:
    """What the carrier is told."""
    customs = [{name: line[name] for name in ("hs6", "origin", "quantity", "value", "currency", "weight", "words")}
               for line in parcel.customs]  # fmt: skip
    return {"reference": order.number, "service": parcel.service, "weight": parcel.weight, "to": dict(order.address),
            "customs": customs}  # fmt: skip


def run_due(now: datetime | None = None) -> int:
    """Buy every label that is due by real time, oldest first; answers how many were tried."""
    due = LabelCall.objects.filter(state=CallState.PENDING, due_at__lte=timezone.now()).order_by("due_at")
    return sum(run(pk) for pk in list(due.values_list("pk", flat=True)[:A_SWEEP]))


def run(pk: int) -> bool:
    """Try one call; False when somebody else is at it."""
    now = timezone.now()
    mine = LabelCall.objects.filter(pk=pk, state=CallState.PENDING, due_at__lte=now)
    if not mine.update(due_at=now + CLAIM):
        return False
    call = LabelCall.objects.get(pk=pk)
    carrier = carriers.get(call.carrier)
    try:
        if carrier is None:
            raise CarrierRefused(f"no carrier {call.carrier}")
        label = carrier.buy(call.body, call.key)
    except CarrierAway as away:
        _later(call, str(away))
    except CarrierRefused as refused:
        _refuse(call, str(refused))
    else:
        _bought(call, label)
    return True


def _later(call: LabelCall, why: str) -> None:
    attempts = call.attempts + 1
    if attempts >= MOST_ATTEMPTS:
        _refuse(call, f"given up after {attempts} tries: {why}", attempts=attempts)
        return
    wait = timedelta(minutes=min(60, 2**attempts))
    LabelCall.objects.filter(pk=call.pk, state=CallState.PENDING).update(
        attempts=attempts, error=why[:300], due_at=timezone.now() + wait
    )


@transaction.atomic
def _refuse(call: LabelCall, why: str, attempts: int = 0) -> None:
    """No label. `attempts` is nought where the carrier said no, `MOST_ATTEMPTS` where it said nothing."""
    log.warning("label %s refused: %s", call.key, why)
    mine = LabelCall.objects.filter(pk=call.pk, state=CallState.PENDING)
    if mine.update(state=CallState.FAILED, error=why[:300], attempts=attempts):
        Parcel.objects.filter(pk=call.parcel_id).update(label_state=LabelState.FAILED)


@transaction.atomic
def _bought(call: LabelCall, label: Label) -> None:
    parcel = Parcel.objects.select_for_update(of=("self",)).select_related("order__cycle").get(pk=call.parcel_id)
    if not LabelCall.objects.filter(pk=call.pk, state=CallState.PENDING).update(state=CallState.DONE, error=""):
        return  # a slow worker: another has written the same label down
    try:
        name_parcel(order=parcel.order, carrier=call.carrier, tracking=label.tracking)
    except Taken:
        why = f"the number {label.tracking} belongs to another parcel"
        LabelCall.objects.filter(pk=call.pk).update(state=CallState.FAILED, error=why[:300])
        Parcel.objects.filter(pk=parcel.pk).update(label_state=LabelState.FAILED)
        return
    said: dict[str, Any] = {"cost": label.cost, "currency": label.currency} if label.currency else {}
    Parcel.objects.filter(pk=parcel.pk).update(
        label_state=LabelState.BOUGHT, label_url=label.url, label_address=call.body["to"], **said
    )
    noting.flag_stale_label(parcel.order_id)  # the address may have changed while the label was on its way
