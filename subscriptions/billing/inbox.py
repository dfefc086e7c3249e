"""Webhook events: stored once, then drained per object.

Any number of events about one object cost one fetch: the events only say that something changed, Stripe's object says
what. A failure parks the object's events with its traceback; a person replays them in the admin.
"""

import json
import logging
import traceback
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from subscriptions.billing import batches, gateway, locks, returns, sync
from subscriptions.billing.batches import Batch
from subscriptions.billing.enums import EventState
from subscriptions.billing.models import Event

log = logging.getLogger("subscriptions.billing.inbox")
NUDGED = "billing:nudged"
AT_ONCE = 1000  # objects in one go
ATTEMPTS = 8  # 1, 2, 4 … minutes: a little over two hours of Stripe being away, then a person looks

NOT_THERE_YET = frozenset(
    {"invoice.upcoming"}
)  # tells of an invoice that nobody can fetch; our own letters go out by the period

HANDLERS: dict[str, Callable[[str], Any]] = {
    "subscription": sync.subscription,
    "invoice": sync.invoice,
    "checkout.session": sync.checkout,
    "subscription_schedule": sync.schedule,
    "customer": sync.customer,
    "refund": returns.refund,
    "dispute": returns.dispute,
}

BY_PAGES: dict[str, Callable[[str, Batch], Any]] = {"subscription": sync.subscription, "invoice": sync.invoice}


def receive(event: dict[str, Any], body: str = "") -> bool:
    """Store a verified event; False when it was here already. Nothing else happens in the webhook's request.

    `body` is the event as it was sent, where it was: it is kept as it is, and need not be written anew.
    """
    told = facts_of(event)
    moment = connection.ops.adapt_datetimefield_value(told["received_at"])
    values = [*(told[name] for name in TOLD), moment, moment, body or json.dumps(event)]
    try:
        return _insert(values)
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()  # the database was restarted meanwhile: once more, and the id says whether the first arrived
        return _insert(values)


def facts_of(event: dict[str, Any]) -> dict[str, Any]:
    """What the row of an event says beside its payload."""
    about, now = event["data"]["object"], timezone.now()
    known = about.get("object", "") in HANDLERS and about.get("id") and event["type"] not in NOT_THERE_YET
    return {
        "id": event["id"],
        "type": event["type"],
        "api_version": event.get("api_version") or "",
        "object_type": about.get("object", ""),
        "object_id": about.get("id") or "",
        "state": EventState.RECEIVED.value if known else EventState.IGNORED.value,
        "received_at": now,
        "due_at": now,
    }


TOLD = ("id", "type", "api_version", "object_type", "object_id", "state")
INSERT = (
    f"INSERT INTO {Event._meta.db_table} (attempts, error, {', '.join(TOLD)}, received_at, due_at, payload)"  # noqa: S608
    f" VALUES (0, '', {', '.join(['%s'] * (len(TOLD) + 3))}) ON CONFLICT DO NOTHING"
)


def _insert(values: list[Any]) -> bool:
    """One statement, which commits by itself: this is all that Stripe waits for. False when the id is taken."""
    connection.health_check_done = True  # asking first whether the connection stands costs as much as the row
    with connection.cursor() as cursor:
        cursor.execute(INSERT, values)
        return bool(cursor.rowcount)


def count_refused(why: str) -> None:
    """One more post that was refused today, by reason. Nothing of the post is kept; a cache that is away counts nothing."""
    key = _refused_key(why, timezone.now())
    try:
        cache.add(key, 0, 8 * 86400)
        cache.incr(key)
    except Exception as trouble:
        log.warning("not counted: %s", type(trouble).__name__)


def refused(days: int = 7) -> list[tuple[str, int, int]]:
    """`(day, signatures, too large)` of the last days, newest first."""
    now = timezone.now()
    moments = [now - timedelta(days=n) for n in range(days)]
    return [(f"{m:%Y-%m-%d}", *(cache.get(_refused_key(w, m), 0) for w in ("signature", "too large"))) for m in moments]


def _refused_key(why: str, moment: datetime) -> str:
    return f"billing:refused:{why.replace(' ', '-')}:{moment:%Y-%m-%d}"


def drain_due(now: datetime | None = None) -> int:
    """Drain every object with events that are due by real time; answers how many objects."""
    cache.delete(NUDGED)  # from here on a new event needs a nudge of its own
    due = Event.objects.filter(state=EventState.RECEIVED, due_at__lte=timezone.now()).order_by("received_at")
    objects = dict.fromkeys(due.values_list("object_type", "object_id")[:AT_ONCE])
    batch = _batch(objects)
    for object_type, object_id in objects:
        drain(object_type, object_id, batch)
    return len(objects)


def _batch(objects: Iterable[tuple[str, str]]) -> Batch | None:
    try:
        found = batches.read(objects)
    except gateway.GatewayError as trouble:
        log.warning("pages could not be read, one by one then: %s", trouble)
        return None
    return found if found.found else None


def drain(object_type: str, object_id: str, batch: Batch | None = None) -> None:
    """Handle all waiting events of one object with one fetch at most, one worker at a time."""
    with locks.exclusive(f"stripe:{object_id}"):
        ids = list(
            Event.objects.filter(state=EventState.RECEIVED, object_type=object_type, object_id=object_id).values_list(
                "pk", flat=True
            )
        )
        if ids:
            _handle(object_type, object_id, ids, batch)


def _handle(object_type: str, object_id: str, ids: list[str], batch: Batch | None) -> None:
    try:
        _refuse_other_versions(ids)
        if object_type in BY_PAGES and batch:
            BY_PAGES[object_type](object_id, batch)
        else:
            HANDLERS[object_type](object_id)
    except sync.Foreign as foreign:
        _finish(ids, EventState.FOREIGN, str(foreign))
    except (gateway.GatewayAway, IntegrityError, OperationalError) as passing:
        _later(ids, f"{type(passing).__name__}: {passing}")  # away, or somebody else wrote at the same moment
    except Exception:
        log.exception("parked: %s %s", object_type, object_id)
        _finish(ids, EventState.PARKED, traceback.format_exc())
    else:
        _finish(ids, EventState.DONE)


def _refuse_other_versions(ids: list[str]) -> None:
    odd = (
        Event.objects.filter(pk__in=ids).exclude(api_version=gateway.API_VERSION).values_list("api_version", flat=True)
    )
    for version in odd:
        raise ValueError(f"event in API version {version!r}; the endpoint must be made with {gateway.API_VERSION}")


def _finish(ids: list[str], state: EventState, error: str = "") -> None:
    Event.objects.filter(pk__in=ids).update(state=state, error=error[-8000:], handled_at=timezone.now())


@transaction.atomic
def _later(ids: list[str], error: str) -> None:
    for event in Event.objects.select_for_update().filter(pk__in=ids):
        event.attempts += 1
        event.error = error[:2000]
        event.due_at = timezone.now() + timedelta(minutes=2 ** (event.attempts - 1))
        if event.attempts >= ATTEMPTS:
            event.state = EventState.PARKED
        event.save(update_fields=["attempts", "error", "due_at", "state"])


def replay(event: Event) -> Event:
    """Put a parked event back and drain its object at once; answers the event as it is then."""
    Event.objects.filter(pk=event.pk).update(state=EventState.RECEIVED, attempts=0, due_at=timezone.now(), error="")
    drain(event.object_type, event.object_id)
    event.refresh_from_db()
    return event
