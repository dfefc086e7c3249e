"""The one seam to Stripe. Nothing else in the product imports its SDK; what leaves here are plain dicts.

Written for API 2026-10-28.endive. The base address, the key and the webhook secret come from settings; nothing else
differs between the sandbox and Stripe.
"""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import stripe
from django.conf import settings

API_VERSION = "2026-10-28.endive"
Remote = dict[str, Any]


class GatewayError(Exception):
    """Stripe refused the request; the message is for logs, not for people."""


class GatewayAway(GatewayError):
    """Stripe could not be reached or had a fault of its own: the same call may succeed later."""


class BadSignature(GatewayError):
    """A webhook whose signature does not match its body."""


@lru_cache(maxsize=1)
def _client() -> stripe.StripeClient:
    bases: Any = {"api": settings.STRIPE_API_BASE} if settings.STRIPE_API_BASE else {}
    return stripe.StripeClient(
        settings.STRIPE_SECRET_KEY,
        stripe_version=API_VERSION,
        base_addresses=bases,
        max_network_retries=2,
        http_client=stripe.RequestsClient(timeout=20),
    )


def reset() -> None:
    """Forget the client, after settings changed (tests start their own sandbox)."""
    _client.cache_clear()


def _call(method: Any, *args: Any, key: str = "", **params: Any) -> Remote:
    options: Any = {"idempotency_key": key} if key else {}
    try:
        answer = method(*args, params=params, options=options)
    except (stripe.APIConnectionError, stripe.RateLimitError) as trouble:
        raise GatewayAway(str(trouble)) from trouble
    except stripe.StripeError as trouble:
        status = trouble.http_status or 500
        raise (GatewayAway if status >= 500 else GatewayError)(f"{status} {trouble.user_message}") from trouble
    # The SDK turns `*_decimal` into Decimal; what leaves here goes into JSON columns.
    plain: Remote = json.loads(json.dumps(answer.to_dict(), default=str))
    return plain


def _pages(method: Any, **params: Any) -> Iterator[Remote]:
    after = ""
    while True:
        page = _call(method, **params, limit=100, **({"starting_after": after} if after else {}))
        yield from page["data"]
        if not page["has_more"] or not page["data"]:
            return
        after = page["data"][-1]["id"]


def parse_event(body: bytes, signature: str) -> Remote:
    """The event of a webhook as plain JSON, after its signature was checked on the raw bytes. Raises `BadSignature`."""
    try:
        stripe.Webhook.construct_event(body, signature, settings.STRIPE_WEBHOOK_SECRET)  # type: ignore[no-untyped-call]
        event: Remote = json.loads(body)
        if not (event["id"] and event["type"] and isinstance(event["data"]["object"], dict)):
            raise ValueError("not an event")
    except (stripe.SignatureVerificationError, ValueError, KeyError, AttributeError, TypeError) as trouble:
        raise BadSignature(str(trouble)) from trouble
    return event


def create_customer(*, email: str, name: str, account: str, key: str) -> Remote:
    """A customer for one of our accounts (`account`: its public id)."""
    return _call(_client().v1.customers.create, key=key, email=email, name=name, metadata={"account": account})


def update_customer(customer_id: str, *, key: str, **params: Any) -> Remote:
    """Change a customer; `params` are Stripe's own."""
    return _call(_client().v1.customers.update, customer_id, key=key, **params)


def create_product(*, name: str, target: str, key: str) -> Remote:
    """A product for a plan (`target`: its entitlement)."""
    return _call(_client().v1.products.create, key=key, name=name, metadata={"plan": target})


def find_price(lookup_key: str) -> Remote | None:
    """The active price of that name, or None."""
    page = _call(_client().v1.prices.list, lookup_keys=[lookup_key], active=True, limit=1)
    return page["data"][0] if page["data"] else None


def create_price(*, product: str, amount: int, currency: str, interval: str, lookup_key: str, key: str) -> Remote:
    """A recurring price; it takes the lookup key from any older price."""
    return _call(
        _client().v1.prices.create,
        key=key,
        product=product,
        unit_amount=amount,
        currency=currency.lower(),
        recurring={"interval": interval},
        lookup_key=lookup_key,
        transfer_lookup_key=True,
    )


def create_checkout(*, key: str, **params: Any) -> Remote:
    """A Checkout Session; `params` are Stripe's own."""
    return _call(_client().v1.checkout.sessions.create, key=key, **params)


def checkout(session_id: str) -> Remote:
    """A Checkout Session."""
    return _call(_client().v1.checkout.sessions.retrieve, session_id)


def expire_checkout(session_id: str) -> Remote:
    """Close a Checkout Session that nobody should pay any more."""
    return _call(_client().v1.checkout.sessions.expire, session_id)


def subscription(subscription_id: str) -> Remote:
    """A subscription with its items."""
    return _call(_client().v1.subscriptions.retrieve, subscription_id)


def subscriptions() -> Iterator[Remote]:
    """Every subscription, in any status."""
    return _pages(_client().v1.subscriptions.list, status="all")


def create_subscription(*, key: str, **params: Any) -> Remote:
    """A subscription without a checkout: for the demo's people and for imports."""
    return _call(_client().v1.subscriptions.create, key=key, **params)


def update_subscription(subscription_id: str, *, key: str, **params: Any) -> Remote:
    """Change a subscription; `params` are Stripe's own."""
    return _call(_client().v1.subscriptions.update, subscription_id, key=key, **params)


def attach_card(*, customer: str, card: str, key: str) -> Remote:
    """Attach a payment method and make it the customer's default."""
    method = _call(_client().v1.payment_methods.attach, card, key=key, customer=customer)
    return _call(
        _client().v1.customers.update,
        customer,
        key=f"{key}:default",
        invoice_settings={"default_payment_method": method["id"]},
    )


def invoice(invoice_id: str) -> Remote:
    """An invoice with its lines."""
    return _call(_client().v1.invoices.retrieve, invoice_id)


def invoices(**params: Any) -> Iterator[Remote]:
    """Invoices by Stripe's own filters."""
    return _pages(_client().v1.invoices.list, **params)


def portal(*, customer: str, return_url: str, flow: str = "") -> Remote:
    """A session of Stripe's portal: card, invoices."""
    extra: Any = {"flow_data": {"type": flow}} if flow else {}
    return _call(_client().v1.billing_portal.sessions.create, customer=customer, return_url=return_url, **extra)


def undelivered_events(since: int) -> Iterator[Remote]:
    """Events since that moment (unix seconds) which no endpoint took."""
    return _pages(_client().v1.events.list, delivery_success=False, created={"gt": since})


def clock(clock_id: str = "clock_default") -> Remote:
    """The sandbox's clock."""
    return _call(_client().v1.test_helpers.test_clocks.retrieve, clock_id)
