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
from subscriptions.billing.batches import Page
from subscriptions.billing.enums import EventState
from subscriptions.billing.models import Event

log = logging.getLogger("subscriptions.billing.inbox")
NUDGED = "billing:nudged"
AT_ONCE = 1000  # events in one look
ATTEMPTS = 8  # 1, 2, 4 … minutes: a little over two hours of Stripe being away, then a person looks

NOT_THERE_YET = frozenset(
    {"invoice.upcoming", "invoice.deleted"}
)  # tells of an invoice that nobody can fetch; our own letters go out by the period

Told = dict[str, str]
"""Waiting events of one object: their ids, with the API version of each."""

HANDLERS: dict[str, Callable[[str], Any]] = {
    "subscription": sync.subscription,
    "invoice": sync.invoice,
    "checkout.session": sync.checkout,
    "subscription_schedule": sync.schedule,
    "customer": sync.customer,
    "refund": returns.refund,
    "dispute": returns.dispute,
}

BY_PAGES: dict[str, Callable[[str, sync.Known], Any]] = {"subscription": sync.subscription, "invoice": sync.invoice}


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
    return {
        "id": event["id"],
        "type": event["type"],
        "api_version": event.get("api_version") or "",
        "object_type": about.get("object", ""),
        "object_id": about.get("id") or "",
        "state": EventState.RECEIVED.value if _needed(event) else EventState.IGNORED.value,
        "received_at": now,
        "due_at": now,
    }


def _needed(event: dict[str, Any]) -> bool:
    """False for what nobody here handles. Each renewal counts a customer's invoices up, and the event names what changed:
    a customer of whom we keep nothing else than the card is asked for when that may be another one."""
    about = event["data"]["object"]
    if about.get("object", "") not in HANDLERS or not about.get("id") or event["type"] in NOT_THERE_YET:
        return False
    changed = event["data"].get("previous_attributes")
    return (
        event["type"] != "customer.updated"
        or not isinstance(changed, dict)
        or not changed
        or "invoice_settings" in changed
    )


TOLD = ("id", "type", "api_version", "object_type", "object_id", "state")
INSERT = """
INSERT INTO billing_event
    (id, type, api_version, object_type, object_id, state, received_at, due_at, payload, attempts, error)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 0, '') ON CONFLICT DO NOTHING"""


def _insert(values: list[Any]) -> bool:
    """One statement, which commits by itself: this is all that Stripe waits for. False when the id is taken."""
    connection.health_check_done = True  # type: ignore[attr-defined]  # asking first whether the connection stands costs as much as the row
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
    """Drain every object with events that are due by real time; answers how many objects.

    Where many of a kind wait they are read by pages, by one worker at a time; the others leave those kinds to it.
    """
    cache.delete(NUDGED)  # from here on a new event needs a nudge of its own
    done, by_pages = 0, False
    with locks.attempt("stripe:pages") as mine:
        if mine:
            done, by_pages = _by_pages()
    left = [] if by_pages else [kind for kind in batches.MOMENTS if batches.many(kind)]
    return done + _one_by_one(timezone.now(), left)


def _by_pages() -> tuple[int, bool]:
    """Read all windows, again while new ones fill up meanwhile. Answers how many objects were handled, and False when
    Stripe is away: then what waits goes on waiting, for single calls would fare no better."""
    done = 0
    try:
        for kind in batches.MOMENTS:
            while found := batches.windows(kind):
                handled = sum(_drain_window(window) for window in found)
                done += handled
                if handled < batches.WORTH:
                    break  # the pages do not have what waits
    except gateway.GatewayAway as away:
        log.warning("pages wait: %s", away)
        return done, False
    except gateway.GatewayError as refused:
        log.error("pages were refused, one by one then: %s", refused)
    return done, True


def _drain_window(window: batches.Window) -> int:
    done = 0
    for page in batches.pages(window):
        done += _drain_page(page)
        if done >= window.wanted:
            break
    return done


def _drain_page(page: Page) -> int:
    """Handle what waits of a page's objects, one worker at a time for each; answers how many objects that were.

    What came in after the page was asked for stays: it may tell of what the page does not know. Those that went well are
    marked together at the end; a worker that dies before leaves them to be handled once more, which changes nothing.
    """
    with locks.exclusive(*(f"stripe:{ident}" for ident in page.found)):
        told = Event.objects.filter(state=EventState.RECEIVED, object_type=page.kind, received_at__lt=page.asked)
        waiting: dict[str, Told] = {}
        for ident, pk, version in told.filter(object_id__in=page.found).values_list("object_id", "pk", "api_version"):
            waiting.setdefault(ident, {})[pk] = version
        known = sync.known_of(page)
        done = [pk for ident, ids in waiting.items() if _went_well(page.kind, ident, ids, known) for pk in ids]
        _finish(done, EventState.DONE)
    return len(waiting)


def _one_by_one(until: datetime, left: list[str]) -> int:
    """Drain what came in until then by single calls, but for the kinds that are `left` to pages."""
    done = 0
    while True:
        due = Event.objects.filter(state=EventState.RECEIVED, due_at__lte=timezone.now(), received_at__lte=until)
        due = due.exclude(object_type__in=left).order_by("received_at")
        objects = dict.fromkeys(due.values_list("object_type", "object_id")[:AT_ONCE])
        for object_type, object_id in objects:
            drain(object_type, object_id)
        done += len(objects)
        if not objects:
            return done


def drain(object_type: str, object_id: str) -> None:
    """Handle all waiting events of one object with one fetch at most, one worker at a time."""
    with locks.exclusive(f"stripe:{object_id}"):
        told = Event.objects.filter(state=EventState.RECEIVED, object_type=object_type, object_id=object_id)
        ids: Told = dict(told.values_list("pk", "api_version"))
        if ids:
            _handle(object_type, object_id, ids)


def _handle(object_type: str, object_id: str, ids: Told) -> None:
    if _went_well(object_type, object_id, ids):
        _finish(ids, EventState.DONE)


def _went_well(object_type: str, object_id: str, ids: Told, known: sync.Known | None = None) -> bool:
    """Handle an object; what went wrong is written to its events, that it went well is the caller's to write."""
    try:
        _refuse_other_versions(ids)
        if known:
            BY_PAGES[object_type](object_id, known)
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
        return True
    return False


def _refuse_other_versions(ids: Told) -> None:
    for version in ids.values():
        if version != gateway.API_VERSION:
            raise ValueError(f"event in API version {version!r}; the endpoint must be made with {gateway.API_VERSION}")


def _finish(ids: Iterable[str], state: EventState, error: str = "") -> None:
    Event.objects.filter(pk__in=list(ids)).update(state=state, error=error[-8000:], handled_at=timezone.now())


@transaction.atomic
def _later(ids: Iterable[str], error: str) -> None:
    for event in Event.objects.select_for_update().filter(pk__in=list(ids)):
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
