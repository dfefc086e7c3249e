"""Joining: one payment page per account and slot, whatever is clicked how often."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from accounts.models import User
from ground import clock
from subscriptions.billing import customers, gateway, sync
from subscriptions.billing.enums import WAITING_CHECKOUTS, CheckoutState
from subscriptions.billing.models import Checkout, PlanPrice, Subscription

OPEN_FOR = timedelta(hours=1)
MARGIN = timedelta(minutes=5)
SHORTEST = timedelta(minutes=35)  # Stripe wants a new session to live for 30 minutes at least


class AlreadyMember(Exception):
    """The account has a live subscription in this slot; the subscription is the argument."""

    def __init__(self, subscription: Subscription) -> None:
        super().__init__(subscription.stripe_id)
        self.subscription = subscription


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to join, and where they came from."""

    price: PlanPrice
    next_url: str = ""
    origin: str = ""
    language: str = "en"


def start(*, account: User, wish: Wish) -> Checkout:
    """An open checkout with its payment page. Raises `AlreadyMember`, `GatewayError`.

    The intent is written first, under the account's row lock; Stripe is asked outside of it with the intent's key, so
    two tabs and a retry after a crash get the same page.
    """
    intent, old = _intend(account, wish)
    if old and old.session_id:
        _close(old, intent)
    if intent.session_url:
        return intent
    customer = customers.ensure(account)
    remote = gateway.create_checkout(key=f"checkout:{intent.key}", **_params(intent, customer.stripe_id))
    Checkout.objects.filter(pk=intent.pk, state=CheckoutState.NEW).update(
        state=CheckoutState.OPEN, session_id=remote["id"], session_url=remote["url"]
    )
    intent.refresh_from_db()
    return intent


@transaction.atomic
def _intend(account: User, wish: Wish) -> tuple[Checkout, Checkout | None]:
    User.objects.select_for_update().get(pk=account.pk)
    slot, now = wish.price.plan.slot, clock.now()
    live = [
        s for s in Subscription.objects.live().filter(account=account).select_related("plan") if s.plan.slot == slot
    ]
    if live:
        raise AlreadyMember(live[0])
    waiting = Checkout.objects.filter(account=account, slot=slot, state__in=WAITING_CHECKOUTS).first()
    if waiting and waiting.price_id == wish.price.pk and waiting.expires_at > now + _margin(waiting):
        if waiting.session_url:  # an unsent intent keeps its words: they are parameters under its idempotency key
            Checkout.objects.filter(pk=waiting.pk).update(next_url=wish.next_url, origin=waiting.origin or wish.origin)
        return waiting, None
    if waiting:
        waiting.state = CheckoutState.SUPERSEDED
        waiting.save(update_fields=["state"])
    intent = Checkout.objects.create(
        account=account,
        price=wish.price,
        slot=slot,
        language=wish.language,
        next_url=wish.next_url,
        origin=wish.origin,
        created_at=now,
        expires_at=now + OPEN_FOR,
    )
    return intent, waiting


def _margin(waiting: Checkout) -> timedelta:
    return MARGIN if waiting.session_url else SHORTEST


def _close(old: Checkout, intent: Checkout) -> None:
    """The page that was replaced must not be paid any more. Where it was paid already, that seat stands and the new
    intent goes: nobody pays twice. Raises `AlreadyMember`, `GatewayAway`."""
    session_id = old.session_id or ""
    try:
        gateway.expire_checkout(session_id)
    except gateway.GatewayAway:
        raise
    except gateway.GatewayError:
        if gateway.checkout(session_id)["status"] != "complete":
            return
        Checkout.objects.filter(pk=intent.pk, session_id=None).update(state=CheckoutState.SUPERSEDED)
        sync.checkout(session_id)
        live = Subscription.objects.live().filter(account_id=old.account_id).order_by("-pk").first()
        if live:
            raise AlreadyMember(live) from None


def _params(intent: Checkout, customer: str) -> dict[str, Any]:
    plan = intent.price.plan
    with override(intent.language):
        welcome, back = reverse("billing:welcome"), reverse("membership:join")
    data: dict[str, Any] = {"metadata": {"checkout": str(intent.key), "origin": intent.origin}}
    extra: dict[str, Any] = {}
    if plan.billing_day:
        data |= {"billing_cycle_anchor_config": plan.anchor, "proration_behavior": "none"}
    if plan.needs_address:
        extra = {"shipping_address_collection": {"allowed_countries": settings.SHIPPING_COUNTRIES}}
    leave = f"{back}?{urlencode({'next': intent.next_url})}" if intent.next_url else back
    return {
        "mode": "subscription",
        "customer": customer,
        "client_reference_id": str(intent.account.public_id),
        "line_items": [{"price": intent.price.stripe_price, "quantity": 1}],
        "success_url": f"{settings.PUBLIC_URL}{welcome}?s={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{settings.PUBLIC_URL}{leave}",
        "expires_at": int(intent.expires_at.timestamp()),
        "locale": "zh" if intent.language.startswith("zh") else "en",
        "metadata": {"checkout": str(intent.key)},
        "subscription_data": data,
        **extra,
    }
