"""What carriers send us: kept once, then handled; what cannot be handled yet is looked at again by the sweep."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Substr
from django.utils import timezone

from subscriptions.parcels.actions.tracking import record
from subscriptions.parcels.models import CarrierMessage, Parcel
from subscriptions.parcels.normalising import BadEvent, event_of

log = logging.getLogger("subscriptions.parcels.messages")
A_SWEEP, PATIENCE = 200, timedelta(days=3)
UNKNOWN = "no parcel "  # before the number, in the error of a message that waits for one


class Unknown(Exception):
    """No parcel has this number, as yet."""


def receive(*, carrier: str, ident: str, body: dict[str, Any]) -> bool:
    """Keep a message and handle it; False when we had it already. What goes wrong in handling is the sweep's."""
    row, new = CarrierMessage.objects.get_or_create(
        carrier=carrier, ident=ident[:120], defaults={"body": body, "received_at": timezone.now()}
    )
    if new:
        handle(row.pk)
    return new


def handle(pk: int) -> bool:
    """Do what a message says; False when it is done, in another's hands, or could not be done."""
    try:
        with transaction.atomic():
            row = CarrierMessage.objects.select_for_update(skip_locked=True).filter(pk=pk, done_at=None).first()
            if row is None:
                return False
            _do(row)
            CarrierMessage.objects.filter(pk=pk).update(done_at=timezone.now(), error="")
    except BadEvent as bad:  # it will never be readable
        CarrierMessage.objects.filter(pk=pk).update(done_at=timezone.now(), error=f"unreadable: {bad}"[:300])
        return False
    except Unknown as unknown:
        CarrierMessage.objects.filter(pk=pk).update(error=f"{UNKNOWN}{unknown}")
        return False
    except Exception as trouble:
        log.exception("message %s", pk)
        CarrierMessage.objects.filter(pk=pk).update(error=f"{type(trouble).__name__}: {trouble}"[:300])
        return False
    return True


def _do(row: CarrierMessage) -> None:
    tracking, said = row.body.get("tracking"), row.body.get("events")
    if not isinstance(tracking, str) or not isinstance(said, list) or not 0 < len(said) <= 200:
        raise BadEvent("tracking and events are needed")
    events = [event_of(one) for one in said]
    number = tracking.strip()[:80]
    parcel = Parcel.objects.filter(carrier=row.carrier, tracking=number).exclude(tracking="").first()
    if parcel is None:
        raise Unknown(number)
    record(parcel=parcel, events=events, source=row.carrier)


def run_due(now: datetime | None = None) -> int:
    """Messages that were not done, those alone whose number is known by now where that was missing: what nobody can use
    keeps nothing waiting. After three days they rest, with their error."""
    old = timezone.now() - PATIENCE
    CarrierMessage.objects.filter(done_at=None, received_at__lt=old).update(done_at=timezone.now())
    number = Substr(OuterRef("error"), len(UNKNOWN) + 1)
    known = Parcel.objects.filter(carrier=OuterRef("carrier"), tracking=number).exclude(tracking="")
    due = CarrierMessage.objects.filter(~Q(error__startswith=UNKNOWN) | Exists(known), done_at=None)
    ids = due.order_by("received_at").values_list("pk", flat=True)
    return sum(handle(pk) for pk in list(ids[:A_SWEEP]))
