"""System checks: what would hurt in production is said at start, with the remedy."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register


@register()
def payment_provider(**kwargs: Any) -> list[CheckMessage]:
    """Outside development there must be a key and a webhook secret, and never the sandbox."""
    if settings.ENVIRONMENT.env != "production":
        return []
    found: list[CheckMessage] = []
    if not settings.STRIPE_SECRET_KEY:
        found.append(Error("No payment key: billing is off.", hint="Set STRIPE_SECRET_KEY.", id="yaji.E001"))
    if not settings.STRIPE_WEBHOOK_SECRET:
        found.append(Error("No webhook secret: events are refused.", hint="Set STRIPE_WEBHOOK_SECRET.", id="yaji.E002"))
    return found


@register()
def shared_stores(**kwargs: Any) -> list[CheckMessage]:
    """Production needs Redis: several processes share the cache, the chat bus and the broker."""
    if settings.ENVIRONMENT.env == "production" and not settings.REDIS_URL:
        return [Error("No Redis: processes cannot hear each other.", hint="Set REDIS_URL.", id="yaji.E003")]
    return []


@register()
def mail_leaves(**kwargs: Any) -> list[CheckMessage]:
    """Production without a mail server would write mails into a folder that nobody reads."""
    if settings.ENVIRONMENT.env == "production" and not settings.ENVIRONMENT.email_url:
        return [Warning("No mail server: mails go to a folder.", hint="Set EMAIL_URL.", id="yaji.W001")]
    return []


@register()
def courier_is_heard(**kwargs: Any) -> list[CheckMessage]:
    """Labels can be bought, but what the courier tells is refused without the secret that signs it."""
    if settings.CARRIER_API_BASE and not settings.CARRIER_WEBHOOK_SECRET:
        return [Warning("The courier's messages are refused.", hint="Set CARRIER_WEBHOOK_SECRET.", id="yaji.W002")]
    return []
