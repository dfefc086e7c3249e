"""The one seam to Stripe. Nothing else in the product imports its SDK; what leaves here are plain dicts.

Written for API 2026-10-28.endive. The base address, the key and the webhook secret come from settings; nothing else
differs between the sandbox and Stripe.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import stripe
from django.conf import settings

API_VERSION = "2026-10-28.endive"
Remote = dict[str, Any]


class GatewayError(Exception):
    """Stripe refused the request; the message is for logs, not for people."""


class GatewayMissing(GatewayError):
    """Stripe has no such object (any more)."""


class GatewayAway(GatewayError):
    """Stripe could not be reached or had a fault of its own: the same call may succeed later."""


NEEDS_ACTION = frozenset({
    "authentication_required", "subscription_payment_intent_requires_action", "invoice_payment_intent_requires_action",
})  # fmt: skip


class PaymentRefused(GatewayError):
    """The card was declined, or its bank wants its owner (`needs_action`); nothing was changed and nothing charged."""

    def __init__(self, message: str, code: str, said: str) -> None:
        super().__init__(message)
        self.code, self.said = code, said

    @property
    def needs_action(self) -> bool:
        """True when the owner has to confirm at the bank."""
        return self.code in NEEDS_ACTION


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
    with _told():
        answer = method(*args, params=params, options=options)
    # The SDK turns `*_decimal` into Decimal; what leaves here goes into JSON columns.
    plain: Remote = json.loads(json.dumps(answer.to_dict(), default=str))
    return plain


def _plain(path: str, **params: Any) -> Remote:
    with _told():
        answer = _client().raw_request("get", path, **params)
    plain: Remote = answer.data
    return plain


@contextmanager
def _told() -> Iterator[None]:
    """The SDK's exceptions as ours."""
    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError) as trouble:
        raise GatewayAway(str(trouble)) from trouble
    except stripe.CardError as refused:
        said = str(refused.user_message or "")
        raise PaymentRefused(f"402 {said}", refused.code or "card_declined", said) from refused
    except stripe.StripeError as trouble:
        status = trouble.http_status or 500
        kind = GatewayAway if status >= 500 else GatewayMissing if status == 404 else GatewayError
        raise kind(f"{status} {trouble.user_message}") from trouble


def _rows(kind: str, **params: Any) -> Iterator[Remote]:
    return (row for page in _pages(kind, **params) for row in page)


def _pages(kind: str, **params: Any) -> Iterator[list[Remote]]:
    """Pages of `/v1/<kind>` as Stripe sent them: making SDK objects of a hundred rows takes longer than the call."""
    after = ""
    while True:
        more = {"starting_after": after} if after else {}
        page = _plain(f"/v1/{kind}", **params, limit=100, **more)
        yield page["data"]
        if not page["has_more"] or not page["data"]:
            return
        after = page["data"][-1]["id"]


def parse_event(body: bytes, signature: str) -> Remote:
    """The event of a webhook as plain JSON, after its signature was checked on the raw bytes. Raises `BadSignature`."""
    try:
        stripe.WebhookSignature.verify_header(  # type: ignore[no-untyped-call]
            body, signature, settings.STRIPE_WEBHOOK_SECRET, stripe.Webhook.DEFAULT_TOLERANCE
        )
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


def create_price(*, product: str, amount: int, currency: str, months: int | None, lookup_key: str, key: str) -> Remote:
    """A price charged every so many months, or once (None); it takes the lookup key from any older price."""
    every: Any = {}
    if months:
        count, interval = (months // 12, "year") if months % 12 == 0 else (months, "month")
        every = {"recurring": {"interval": interval, "interval_count": count}}
    return _call(
        _client().v1.prices.create,
        key=key,
        product=product,
        unit_amount=amount,
        currency=currency.lower(),
        lookup_key=lookup_key,
        transfer_lookup_key=True,
        **every,
    )


def close_price(price_id: str, *, key: str) -> Remote:
    """Nobody new can take this price; who pays it goes on."""
    return _call(_client().v1.prices.update, price_id, key=key, active=False)


def create_coupon(*, key: str, **params: Any) -> Remote:
    """A coupon; `params` are Stripe's own."""
    return _call(_client().v1.coupons.create, key=key, **params)


def create_promotion_code(*, coupon: str, code: str, key: str, **params: Any) -> Remote:
    """A code that people can type for a coupon."""
    promotion = {"type": "coupon", "coupon": coupon}
    return _call(_client().v1.promotion_codes.create, key=key, promotion=promotion, code=code, **params)


def close_promotion_code(code_id: str, *, key: str) -> Remote:
    """The code opens nothing any more; who has its discount keeps it."""
    return _call(_client().v1.promotion_codes.update, code_id, key=key, active=False)


def create_checkout(*, key: str, **params: Any) -> Remote:
    """A Checkout Session; `params` are Stripe's own."""
    return _call(_client().v1.checkout.sessions.create, key=key, **params)


def checkout(session_id: str) -> Remote:
    """A Checkout Session."""
    return _call(_client().v1.checkout.sessions.retrieve, session_id)


def expire_checkout(session_id: str) -> Remote:
    """Close a Checkout Session that nobody should pay any more."""
    return _call(_client().v1.checkout.sessions.expire, session_id)


SUBSCRIPTION_WITH = ("discounts.source.coupon", "default_payment_method", "schedule")
INVOICE_WITH = ("payments.data.payment.payment_intent",)


def subscription(subscription_id: str) -> Remote:
    """A subscription with its items, discounts, card and schedule."""
    return _call(_client().v1.subscriptions.retrieve, subscription_id, expand=list(SUBSCRIPTION_WITH))


def subscriptions(**params: Any) -> Iterator[Remote]:
    """Every subscription, in any status, as `subscription` has it; `params` narrow it, Stripe's own."""
    return (row for page in subscription_pages(**params) for row in page)


def subscription_pages(**params: Any) -> Iterator[list[Remote]]:
    """The same, a hundred to a call; the next call is made when the next page is asked for."""
    expand = [f"data.{path}" for path in SUBSCRIPTION_WITH]
    return _pages("subscriptions", status="all", expand=expand, **params)


def create_subscription(*, key: str, **params: Any) -> Remote:
    """A subscription without a checkout: for the demo's people and for imports."""
    return _call(_client().v1.subscriptions.create, key=key, **params)


def update_subscription(subscription_id: str, *, key: str, **params: Any) -> Remote:
    """Change a subscription; `params` are Stripe's own."""
    return _call(_client().v1.subscriptions.update, subscription_id, key=key, **params)


def cancel_subscription(subscription_id: str, *, key: str, **params: Any) -> Remote:
    """End it now. What was paid is not given back by this."""
    return _call(_client().v1.subscriptions.cancel, subscription_id, key=key, **params)


def pause_subscription(subscription_id: str, *, key: str, **params: Any) -> Remote:
    """Rest: no charge and no new period until it is resumed."""
    return _call(_client().v1.subscriptions.pause, subscription_id, key=key, **params)


def resume_subscription(subscription_id: str, *, key: str, **params: Any) -> Remote:
    """Go on after a rest."""
    return _call(_client().v1.subscriptions.resume, subscription_id, key=key, **params)


def schedule_from(subscription_id: str, *, key: str) -> Remote:
    """A schedule whose first phase is the subscription as it runs."""
    return _call(_client().v1.subscription_schedules.create, key=key, from_subscription=subscription_id)


def update_schedule(schedule_id: str, *, key: str, **params: Any) -> Remote:
    """Change what comes; `params` are Stripe's own."""
    return _call(_client().v1.subscription_schedules.update, schedule_id, key=key, **params)


def release_schedule(schedule_id: str, *, key: str) -> Remote:
    """Let the subscription run on as it is."""
    return _call(_client().v1.subscription_schedules.release, schedule_id, key=key)


def schedule(schedule_id: str) -> Remote:
    """A schedule."""
    return _call(_client().v1.subscription_schedules.retrieve, schedule_id)


def preview(**params: Any) -> Remote:
    """What an invoice would be, without making it; `params` are Stripe's own."""
    return _call(_client().v1.invoices.create_preview, **params)


def customer(customer_id: str) -> Remote:
    """A customer with the card that is used by default."""
    expand = ["invoice_settings.default_payment_method"]
    return _call(_client().v1.customers.retrieve, customer_id, expand=expand)


def setup_intent(intent_id: str) -> Remote:
    """A card that was saved, or is about to be."""
    return _call(_client().v1.setup_intents.retrieve, intent_id)


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
    """An invoice with its lines and payments."""
    return _call(_client().v1.invoices.retrieve, invoice_id, expand=list(INVOICE_WITH))


def invoices(**params: Any) -> Iterator[Remote]:
    """Invoices by Stripe's own filters."""
    return _rows("invoices", **params)


def invoice_pages(**params: Any) -> Iterator[list[Remote]]:
    """The same, a hundred to a call. Their payments are not with them: they lie deeper than a list can be expanded."""
    return _pages("invoices", **params)


def create_invoice(*, key: str, **params: Any) -> Remote:
    """A draft invoice without a subscription; `params` are Stripe's own."""
    return _call(_client().v1.invoices.create, key=key, **params)


def create_invoice_item(*, key: str, **params: Any) -> Remote:
    """One line on a draft (`invoice`); `params` are Stripe's own."""
    return _call(_client().v1.invoice_items.create, key=key, **params)


def finalize_invoice(invoice_id: str, *, key: str) -> Remote:
    """Open a draft: from here on it can be paid, and no longer changed."""
    return _call(_client().v1.invoices.finalize_invoice, invoice_id, key=key)


def void_invoice(invoice_id: str, *, key: str) -> Remote:
    """Nothing of an open invoice is owed any more."""
    return _call(_client().v1.invoices.void_invoice, invoice_id, key=key)


def delete_draft(invoice_id: str) -> None:
    """Take away a draft that nobody has seen."""
    with _told():
        _client().v1.invoices.delete(invoice_id)


def pay_invoice(invoice_id: str, *, key: str, **params: Any) -> Remote:
    """Try to collect an open invoice now. Raises `PaymentRefused`."""
    return _call(_client().v1.invoices.pay, invoice_id, key=key, **params)


def payment_of(invoice_id: str) -> str:
    """The payment intent that paid an invoice; empty when no money moved."""
    page = _call(_client().v1.invoice_payments.list, invoice=invoice_id, status="paid", limit=1)
    return str(page["data"][0]["payment"].get("payment_intent") or "") if page["data"] else ""


def invoice_of(payment_intent: str) -> str:
    """The invoice that a payment intent paid; empty for a payment of somebody else's."""
    by = {"type": "payment_intent", "payment_intent": payment_intent}
    page = _call(_client().v1.invoice_payments.list, payment=by, limit=1)
    found = page["data"][0]["invoice"] if page["data"] else ""
    return str(found["id"] if isinstance(found, dict) else found)


def create_refund(*, key: str, **params: Any) -> Remote:
    """Give money back; `params` are Stripe's own."""
    return _call(_client().v1.refunds.create, key=key, **params)


def refund(refund_id: str) -> Remote:
    """A refund."""
    return _call(_client().v1.refunds.retrieve, refund_id)


def refunds(**params: Any) -> Iterator[Remote]:
    """Refunds, newest first."""
    return _rows("refunds", **params)


def dispute(dispute_id: str) -> Remote:
    """A dispute."""
    return _call(_client().v1.disputes.retrieve, dispute_id)


def disputes(**params: Any) -> Iterator[Remote]:
    """Disputes, newest first."""
    return _rows("disputes", **params)


def portal(*, customer: str, return_url: str, flow: str = "") -> Remote:
    """A session of Stripe's portal: card, invoices."""
    extra: Any = {"flow_data": {"type": flow}} if flow else {}
    return _call(_client().v1.billing_portal.sessions.create, customer=customer, return_url=return_url, **extra)


def undelivered_events(since: int) -> Iterator[Remote]:
    """Events since that moment (unix seconds) which no endpoint took."""
    return _rows("events", delivery_success=False, created={"gt": since})


def clock(clock_id: str = "clock_default") -> Remote:
    """The sandbox's clock."""
    return _call(_client().v1.test_helpers.test_clocks.retrieve, clock_id)
