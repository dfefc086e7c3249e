"""What mail providers tell: bounces and complaints, through django-anymail's views and its signal."""

from functools import cache
from typing import Any

from anymail import urls as anymail_urls
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.csrf import csrf_exempt

from editorial.letters.actions.suppressing import suppress
from editorial.letters.enums import Trouble

TROUBLES = {EventType.BOUNCED: Trouble.BOUNCED, EventType.COMPLAINED: Trouble.COMPLAINED}
REJECTED = {
    RejectReason.BOUNCED: Trouble.BOUNCED,
    RejectReason.INVALID: Trouble.REFUSED,
    RejectReason.SPAM: Trouble.COMPLAINED,
}
ENDING = "_tracking_webhook"


@cache
def _views() -> dict[str, Any]:
    """Anymail's tracking views by provider."""
    found = {p.name.removesuffix(ENDING): p.callback for p in anymail_urls.urlpatterns if p.name.endswith(ENDING)}
    return found | {"mandrill": next(p.callback for p in anymail_urls.urlpatterns if p.name == "mandrill_webhook")}


@csrf_exempt
def provider(request: HttpRequest, provider: str) -> HttpResponse:
    """The webhook of the provider that EMAIL_URL names. 403 for any other, and without MAIL_WEBHOOK_SECRET: anybody
    could otherwise keep letters from anybody. 400 for a wrong secret or signature."""
    name = provider.replace("-", "_")
    view = _views().get(name)
    if view is None or name != settings.MAIL_PROVIDER or not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        return HttpResponseForbidden("No such webhook here.", content_type="text/plain")
    answer: HttpResponse = view(request)
    return answer


def heard(sender: Any, event: AnymailTrackingEvent, esp_name: str, **kwargs: Any) -> None:
    """Receiver of anymail's `tracking`: what says for good that an address must get no letters."""
    trouble = TROUBLES.get(event.event_type)
    if event.event_type == EventType.REJECTED:
        trouble = REJECTED.get(event.reject_reason)
    if trouble is None or not event.recipient:
        return
    named = str((event.metadata or {}).get("delivery", ""))
    delivery = int(named) if named.isascii() and named.isdigit() and len(named) < 19 else 0
    words = event.description or event.mta_response or event.reject_reason or ""
    suppress(address=event.recipient, trouble=trouble, source=esp_name, note=str(words), delivery=delivery)
