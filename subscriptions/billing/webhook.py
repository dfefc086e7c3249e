"""The webhook: verify on raw bytes, store, answer. Everything else is a worker's."""

import logging
import threading
import time

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from subscriptions.billing import clockwork, gateway, inbox

log = logging.getLogger("subscriptions.billing.webhook")
LARGEST = 512 * 1024  # Stripe's events are far smaller; a larger body is nobody we know


@transaction.non_atomic_requests
@csrf_exempt
def webhook(request: HttpRequest) -> JsonResponse:
    """POST only. 400 for what is forged, old, too large or no event - counted, not kept; 200 as soon as the event is a row."""
    if request.method != "POST":
        return JsonResponse({"error": "POST only"}, status=405)
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return _refuse("too large")
    try:
        event = gateway.parse_event(request.body, request.META.get("HTTP_STRIPE_SIGNATURE", ""))
    except gateway.BadSignature as bad:
        log.warning("webhook refused: %s", bad)
        return _refuse("signature")
    if settings.STRIPE_SANDBOX and event["type"] == "test_helpers.test_clock.advancing":
        return JsonResponse({"moved": clockwork.advance(event["data"]["object"])})
    new = inbox.receive(event, request.body.decode())
    if new:
        nudge()
    return JsonResponse({"received": event["id"], "new": new})


def _refuse(why: str) -> JsonResponse:
    """400, and one more on the day's counter, which the staff's page shows."""
    inbox.count_refused(why)
    return JsonResponse({"error": why}, status=400)


def nudge() -> None:
    """Have a worker hurried; the request does not wait for it. Whatever is lost here is a row that the sweep finds."""
    _wanted.set()
    global _hurrier
    if _hurrier is None or not _hurrier.is_alive():  # the first in this process, or a fork of one that had it
        _hurrier = threading.Thread(target=_hurry, name="billing-nudge", daemon=True)
        _hurrier.start()


_wanted = threading.Event()
_hurrier: threading.Thread | None = None
REST = 0.05  # seconds between two looks: a burst is one message


def _hurry() -> None:
    """After the last event that was stored there is always one more look."""
    while True:
        _wanted.wait()
        _wanted.clear()
        hurry()
        time.sleep(REST)


def hurry() -> None:
    """Hurry a worker, once until one has begun; when the broker is away the sweep finds the rows."""
    from subscriptions.billing.tasks import drain

    if not cache.add(inbox.NUDGED, 1, 10):
        return
    try:
        drain.delay()
    except Exception as trouble:
        log.warning("broker away: %s", type(trouble).__name__)
