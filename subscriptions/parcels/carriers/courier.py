"""A carrier that speaks JSON over HTTP: one address to buy a label, one webhook that tells where parcels are."""

import http.client
import json
import ssl
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from subscriptions.parcels.carriers.port import CarrierAway, CarrierRefused, Label

SECONDS = 20
LARGEST = 256 * 1024
LATER = frozenset({408, 409, 425, 429})  # with every 5xx: the same call may succeed later


class Courier:
    """`POST {CARRIER_API_BASE}/labels` with `Idempotency-Key`, answered by tracking number, label and price."""

    key = "courier"
    label = _("Courier")
    buys = True

    def buy(self, body: dict[str, Any], key: str) -> Label:
        """Buy a label. Raises `CarrierAway`, `CarrierRefused`."""
        base = settings.CARRIER_API_BASE
        if not base:
            raise CarrierRefused(str(_("No courier is set up: CARRIER_API_BASE is empty.")))
        status, answer = _post(f"{base.rstrip('/')}/labels", body, key)
        if status in LATER or status >= 500:
            raise CarrierAway(f"{status}")
        if status not in (200, 201):
            raise CarrierRefused(str(answer.get("error") or status)[:200])
        return _label(answer)

    def track_url(self, tracking: str) -> str:
        """Where the carrier shows it."""
        base = settings.CARRIER_TRACK_URL
        return base.replace("{tracking}", quote(tracking, safe="")) if base else ""


def _label(answer: dict[str, Any]) -> Label:
    tracking, cost = answer.get("tracking"), answer.get("cost", 0)
    if not (isinstance(tracking, str) and 0 < len(tracking.strip()) <= 80):
        raise CarrierAway("an answer without a tracking number")  # asked again: the key makes it the same label
    url, currency = str(answer.get("label_url") or ""), str(answer.get("currency") or "").upper()[:3]
    known = isinstance(cost, int) and not isinstance(cost, bool) and 0 <= cost < 2**31
    safe = url if urlsplit(url).scheme in ("http", "https") and len(url) <= 500 else ""
    return Label(tracking.strip(), safe, cost if known else 0, currency)


def _post(url: str, body: dict[str, Any], key: str) -> tuple[int, dict[str, Any]]:
    """One request, no redirects followed. Raises `CarrierAway` for a line that is shut or speaks nonsense."""
    parts = urlsplit(url)
    made: http.client.HTTPConnection = (
        http.client.HTTPSConnection(parts.netloc, timeout=SECONDS, context=ssl.create_default_context())
        if parts.scheme == "https"
        else http.client.HTTPConnection(parts.netloc, timeout=SECONDS)
    )
    headers = {"Content-Type": "application/json", "Accept": "application/json", "Idempotency-Key": key,
               "Authorization": f"Bearer {settings.CARRIER_API_KEY}"}  # fmt: skip
    try:
        made.request("POST", parts.path, json.dumps(body).encode(), headers)
        answer = made.getresponse()
        content = answer.read(LARGEST + 1)
        found = json.loads(content) if content and len(content) <= LARGEST else {}
    except (OSError, http.client.HTTPException) as trouble:
        raise CarrierAway(type(trouble).__name__) from trouble
    except ValueError as trouble:  # no JSON: what the status says still holds, but a label cannot be read
        if 400 <= answer.status < 500 and answer.status not in LATER:
            return answer.status, {}
        raise CarrierAway("no JSON") from trouble
    finally:
        made.close()
    return answer.status, found if isinstance(found, dict) else {}
