"""The carriers' address: verify on raw bytes, keep, answer."""

import hashlib
import hmac
import json
import logging
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from subscriptions.parcels.actions import messages
from subscriptions.parcels.carriers.courier import Courier

log = logging.getLogger("subscriptions.parcels.webhook")
LARGEST = 256 * 1024


@transaction.non_atomic_requests
@csrf_exempt
def webhook(request: HttpRequest, carrier: str) -> JsonResponse:
    """POST only. 400 for what is not signed with our secret, too large or no message; 200 as soon as it is a row.

    The header `X-Carrier-Signature` is `sha256=` and the HMAC of the raw body. The body is
    `{"id", "tracking", "events": [{"state", "at", "code", "place", "words"}]}`.
    """
    if request.method != "POST":
        return JsonResponse({"error": "POST only"}, status=405)
    if carrier != Courier.key:
        return _refuse("unknown carrier")
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LARGEST:
        return _refuse("too large")
    if not signed(request.body, request.META.get("HTTP_X_CARRIER_SIGNATURE", "")):
        return _refuse("signature")
    said = _read(request.body)
    if said is None:
        return _refuse("no message")
    new = messages.receive(carrier=carrier, ident=said["id"], body=said)
    return JsonResponse({"received": said["id"], "new": new})


def signed(body: bytes, signature: str) -> bool:
    """True when this body was signed with our secret. Without a secret nothing is."""
    secret = settings.CARRIER_WEBHOOK_SECRET
    if not secret:
        return False
    wanted = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(wanted.encode(), signature.encode("utf-8", "replace"))


def _read(body: bytes) -> dict[str, Any] | None:
    """The message, or None for what is none or what no database keeps: endless numbers, half letters, NUL."""
    try:
        said = json.loads(body)
        text = json.dumps(said, ensure_ascii=False, allow_nan=False)
        text.encode()
    except (ValueError, RecursionError):
        return None
    ident = said.get("id") if isinstance(said, dict) else None
    fine = isinstance(ident, str) and 0 < len(ident) <= 120
    return said if fine and "\\u0000" not in text else None


def _refuse(why: str) -> JsonResponse:
    log.warning("carrier's message refused: %s", why)
    return JsonResponse({"error": why}, status=400)
