"""Subscriptions come to their owner alone; somebody else's and a missing one look alike."""

from typing import Any

from subscriptions.billing.models import Checkout, Subscription


def access_subscription(account: Any, stripe_id: str) -> Subscription:
    """The account's own subscription. Raises `Subscription.DoesNotExist`."""
    return Subscription.objects.select_related("plan", "price").get(account=account, stripe_id=stripe_id)


def access_checkout(account: Any, session_id: str) -> Checkout:
    """The account's own checkout. Raises `Checkout.DoesNotExist`."""
    return Checkout.objects.select_related("price__plan").get(account=account, session_id=session_id)
