"""The same webhook twice at once; two tabs that join. Each begins with a control that shows the race is real."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from subscriptions.billing import catalogue, demo, gateway, inbox, joining
from subscriptions.billing.models import Checkout, Customer, Event, PlanPrice
from tests.factories.accounts import person
from tests.factories.membership import tiers
from tests.races.threads import at_once
from tests.sandbox.conftest import Receiver, Running

pytestmark = [pytest.mark.postgres, pytest.mark.sandbox, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sandbox(tmp_path: Path, settings: Any):
    """A running sandbox with our catalogue."""
    running = Running(tmp_path / "sandbox.sqlite3", Receiver())
    settings.STRIPE_API_BASE, settings.VAR = running.base, tmp_path
    gateway.reset()
    tiers()
    demo.plans()
    catalogue.push()
    running.flush()
    yield running
    gateway.reset()
    running.stop()
    running.receiver.server.shutdown()
    running.receiver.server.server_close()


def event(number: int = 1) -> dict[str, Any]:
    return {
        "id": f"evt_{number}", "type": "invoice.paid", "api_version": gateway.API_VERSION,
        "data": {"object": {"object": "invoice", "id": "in_1"}},
    }  # fmt: skip


def test_control_looking_first_and_inserting_then_stores_an_event_twice_or_fails() -> None:
    def careless() -> str:
        if Event.objects.filter(pk="evt_1").exists():
            return "known"
        threading.Event().wait(0.05)
        now = timezone.now()
        Event(id="evt_1", type="x", object_type="x", object_id="x", payload={}, received_at=now, due_at=now).save(
            force_insert=True
        )
        return "new"

    found = at_once([careless] * 8)
    assert sum(isinstance(f, IntegrityError) for f in found) >= 1


def test_the_same_event_in_eight_threads_is_new_once() -> None:
    def receive() -> bool:
        with transaction.atomic():
            return inbox.receive(event())

    found = at_once([receive] * 8)
    assert sorted(map(str, found)) == ["False"] * 7 + ["True"]
    assert Event.objects.count() == 1


def test_the_same_webhook_twice_at_once_over_http_is_one_event_and_two_good_answers(sandbox: Running) -> None:
    sandbox.customer("pm_card_visa")
    sandbox.flush()
    body, signature = next(
        (b, s) for b, s in sandbox.receiver.raw if json.loads(b)["type"] == "payment_method.attached"
    )

    def post() -> tuple[int, bool]:
        answer = Client().post(
            "/billing/webhook/", data=body, content_type="application/json", headers={"Stripe-Signature": signature}
        )
        return answer.status_code, answer.json()["new"]

    assert sorted(at_once([post] * 6)) == [(200, False)] * 5 + [(200, True)]


def test_control_without_the_accounts_lock_two_tabs_make_two_checkouts() -> None:
    tiers()
    demo.plans()
    account, price = person(), PlanPrice.objects.get(lookup_key="companion-month")

    def careless() -> int:
        waiting = Checkout.objects.filter(account=account, slot="tier").first()
        threading.Event().wait(0.05)
        if waiting:
            return waiting.pk
        now = timezone.now()
        return Checkout.objects.create(
            account=account, price=price, slot="tier", language="en", created_at=now, expires_at=now
        ).pk

    found = at_once([careless] * 6)
    assert any(isinstance(f, IntegrityError) for f in found)


def test_six_tabs_that_join_get_one_payment_page_and_one_customer(sandbox: Running) -> None:
    account, price = person(), PlanPrice.objects.select_related("plan").get(lookup_key="companion-month")

    def join() -> str:
        return joining.start(account=account, wish=joining.Wish(price=price)).session_url

    urls = at_once([join] * 6)
    assert len(set(urls)) == 1 and urls[0].startswith("http")
    assert Checkout.objects.filter(account=account).count() == 1
    assert Customer.objects.filter(account=account).count() == 1
    assert sandbox.state()["counts"]["checkout.session"] == 1
