"""A real sandbox beside the product: the SDK speaks to it over HTTP, its signed events come in through the webhook."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from ground import clock
from subscriptions.billing import catalogue, clockwork, demo, gateway, inbox, joining, outbox
from subscriptions.billing.models import PlanPrice, Subscription
from tests.factories.accounts import person
from tests.factories.membership import tiers
from tests.sandbox.conftest import Receiver, Running


class Till:
    """The sandbox, and the post that carries its events into the product."""

    def __init__(self, running: Running) -> None:
        self.sandbox, self.client, self.taken = running, Client(), 0

    def deliver(self, drain: bool = True) -> list[str]:
        """Post every event that has come since into the webhook, as it was signed; answers their types."""
        self.sandbox.flush()
        types = []
        while self.taken < len(self.sandbox.receiver.raw):
            body, signature = self.sandbox.receiver.raw[self.taken]
            self.taken += 1
            answer = self.post(body, signature)
            assert answer.status_code == 200, answer.content
            types.append(json.loads(body)["type"])
        if drain:
            inbox.drain_due()
            outbox.run_due()
        return types

    def post(self, body: bytes, signature: str) -> Any:
        """One raw post to the webhook."""
        return self.client.post(
            "/billing/webhook/", data=body, content_type="application/json", headers={"Stripe-Signature": signature}
        )

    def advance(self, **how: Any) -> list[str]:
        """Move the sandbox's clock, then let the product live through the same moments in the same order."""
        self.sandbox.control("advance", **how)
        return self.deliver()

    def pay(self, url: str, card: str = "4242424242424242", **more: str) -> tuple[int, str, str]:
        """Fill in and send the payment page."""
        form = {"email": "x@example.com", "card_number": card, "exp": "12/40", "cvc": "123", "name": "Ning", **more}
        return self.sandbox.page(url, form)

    def join(self, account: User, lookup_key: str = "companion-month", card: str = "4242424242424242") -> Subscription:
        """Checkout, payment, webhook: the whole way."""
        price = PlanPrice.objects.select_related("plan").get(lookup_key=lookup_key)
        started = joining.start(account=account, wish=joining.Wish(price=price))
        address = {"address_line1": "12 Hefang Street", "city": "Hangzhou", "postal_code": "310000", "country": "CN",
                   "shipping_name": "Ning Yuan", "state": "Zhejiang"}  # fmt: skip
        status, text, _ = self.pay(started.session_url, card, **(address if price.plan.needs_address else {}))
        assert status in (302, 303), text[:2000]
        self.deliver()
        return Subscription.objects.get(account=account, plan=price.plan)


@pytest.fixture
def sandbox(tmp_path: Path, settings: Any) -> Iterator[Running]:
    """A running sandbox that the gateway speaks to."""
    running = Running(tmp_path / "sandbox.sqlite3", Receiver())
    settings.STRIPE_API_BASE = running.base
    settings.VAR = tmp_path
    gateway.reset()
    yield running
    gateway.reset()
    running.stop()
    running.receiver.server.shutdown()
    running.receiver.server.server_close()


@pytest.fixture
def till(sandbox: Running, db: None) -> Iterator[Till]:
    """Tiers, plans and prices on both sides; business time follows the sandbox."""
    tiers()
    demo.plans()
    catalogue.push()
    clockwork._memo.update(seconds=0.0, looked=-1.0)
    clock.use_offset(clockwork.offset)
    found = Till(sandbox)
    found.deliver()
    yield found
    clock.use_offset(None)


@pytest.fixture
def reader(till: Till) -> User:
    """A free account."""
    return person("Ning Yuan")
