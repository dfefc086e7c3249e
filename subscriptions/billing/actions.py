"""What a member does with a subscription that runs."""

from django.db import transaction

from accounts.models import User
from subscriptions.billing import customers, gateway, outbox
from subscriptions.billing.models import OutboxCall, Subscription

REASONS = ("too_expensive", "missing_features", "unused", "other")


class NotLive(Exception):
    """The subscription is over: there is nothing to leave or to take back."""


@transaction.atomic
def leave(*, subscription: Subscription, reason: str = "", comment: str = "") -> OutboxCall:
    """Run out at the period's end. The mirror follows Stripe, never this request. Raises `NotLive`."""
    _live(subscription)
    details = {"feedback": reason if reason in REASONS else "other"}
    if comment.strip():
        details["comment"] = comment.strip()[:500]
    params = {"cancel_at_period_end": True, "cancellation_details": details}
    return outbox.put(key=_key("leave", subscription), object_id=subscription.stripe_id, params=params)


@transaction.atomic
def take_back(*, subscription: Subscription) -> OutboxCall:
    """Stay after all. Raises `NotLive`."""
    _live(subscription)
    params = {"cancel_at_period_end": False}
    return outbox.put(key=_key("stay", subscription), object_id=subscription.stripe_id, params=params)


def portal_url(*, account: User, return_url: str) -> str:
    """Stripe's page for cards and invoices of this account."""
    return str(gateway.portal(customer=customers.ensure(account).stripe_id, return_url=return_url)["url"])


def _live(subscription: Subscription) -> None:
    if not subscription.live:
        raise NotLive(subscription.stripe_id)


def _key(intent: str, subscription: Subscription) -> str:
    """One key per change of mind: the number of calls about this object so far makes it the next one."""
    count = OutboxCall.objects.filter(object_id=subscription.stripe_id).count()
    return f"{intent}:{subscription.stripe_id}:{count}"
