"""The webhook's request: one insert and nothing else, past everything that stands there for people."""

import json
import time
from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from config.middleware import Machines
from sandbox.sender import sign
from subscriptions.billing import gateway, inbox, webhook
from subscriptions.billing.enums import EventState
from subscriptions.billing.models import Event

pytestmark = pytest.mark.django_db
SECRET = "whsec_sandbox"


def event(ident: str, kind: str = "invoice.paid", about: str = "invoice") -> dict[str, Any]:
    return {"id": ident, "object": "event", "type": kind, "api_version": gateway.API_VERSION, "created": 1,
            "data": {"object": {"object": about, "id": "in_1", "note": "五月 'quoted' %s"}}}  # fmt: skip


def post(client: Client, told: dict[str, Any], secret: str = SECRET) -> Any:
    body = json.dumps(told, ensure_ascii=False, indent=2).encode()
    return client.post("/billing/webhook/", data=body, content_type="application/json",
                       headers={"Stripe-Signature": sign(secret, body, int(time.time()))})  # fmt: skip


class Outside:
    """The test's connection as it is outside of a transaction, where closing it is allowed."""

    in_atomic_block = False

    def __init__(self, told: list[int]) -> None:
        self.close = lambda: told.append(2)

    def __getattr__(self, name: str) -> Any:
        return getattr(connection, name)


def test_an_event_costs_one_statement_and_is_kept_as_it_was_sent(client: Client) -> None:
    post(client, event("evt_0"))
    with CaptureQueriesContext(connection) as asked:
        answer = post(client, event("evt_1"))
    assert answer.json() == {"received": "evt_1", "new": True}
    assert [q["sql"].split()[0] for q in asked.captured_queries] == ["INSERT"]
    row = Event.objects.get(pk="evt_1")
    assert row.payload == event("evt_1")
    assert (row.type, row.object_type, row.object_id, row.state) == ("invoice.paid", "invoice", "in_1", "received")
    assert row.received_at == row.due_at and row.attempts == 0 and row.error == "" and row.handled_at is None


def test_the_same_event_again_is_answered_and_changes_nothing(client: Client) -> None:
    post(client, event("evt_1"))
    Event.objects.update(state=EventState.DONE)
    assert post(client, event("evt_1")).json() == {"received": "evt_1", "new": False}
    assert Event.objects.get().state == EventState.DONE


@pytest.mark.parametrize(("kind", "about"), [("invoice.upcoming", "invoice"), ("plan.created", "plan")])
def test_what_nobody_handles_is_kept_as_not_needed(client: Client, kind: str, about: str) -> None:
    post(client, event("evt_1", kind, about))
    assert Event.objects.get().state == EventState.IGNORED


@pytest.mark.parametrize(
    ("changed", "state"),
    [({"next_invoice_sequence": 3}, "ignored"), ({"balance": 0, "delinquent": False}, "ignored"), ({}, "received"),
     (None, "received"), ({"invoice_settings": {"default_payment_method": "pm_1"}, "balance": 0}, "received")],
)  # fmt: skip
def test_a_customer_is_asked_for_only_when_the_card_may_be_another(client: Client, changed: Any, state: str) -> None:
    told = event("evt_1", "customer.updated", "customer")
    told["data"]["previous_attributes"] = changed
    post(client, told)
    assert Event.objects.get().state == state


def test_machines_pass_by_what_stands_there_for_people(client: Client) -> None:
    answer = post(client, event("evt_1"))
    assert not answer.cookies and "Content-Security-Policy" not in answer and "Vary" not in answer
    assert answer["Content-Length"] == str(len(answer.content))
    assert post(client, event("evt_2"), "whsec_wrong").status_code == 400
    for path, view in Machines.DOORS.items():
        found = resolve(path).func
        assert f"{found.__module__}.{found.__name__}" == view


def test_a_connection_that_broke_is_made_again_and_the_event_is_stored_once(monkeypatch: pytest.MonkeyPatch) -> None:
    real, broken = inbox._insert, []

    def breaks(values: list[Any]) -> bool:
        if not broken:
            broken.append(1)
            raise OperationalError("server closed the connection unexpectedly")
        return real(values)

    monkeypatch.setattr(inbox, "_insert", breaks)
    with pytest.raises(OperationalError):
        inbox.receive(event("evt_1"))  # inside a transaction the caller has to begin again
    broken.clear()
    monkeypatch.setattr(inbox, "connection", Outside(broken))
    assert inbox.receive(event("evt_1"))
    assert broken == [1, 2] and Event.objects.filter(pk="evt_1").count() == 1


def test_a_burst_of_events_hurries_a_worker_once_and_the_request_waits_for_nobody(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from subscriptions.billing.tasks import drain

    sent: list[float] = []
    monkeypatch.setattr(drain, "delay", lambda: (sent.append(time.monotonic()), time.sleep(0.3)))
    began = time.monotonic()
    for n in range(5):
        post(client, event(f"evt_{n}"))
    assert time.monotonic() - began < 0.3
    until = time.monotonic() + 5
    while not sent and time.monotonic() < until:
        time.sleep(0.01)
    assert len(sent) == 1
    cache.delete(inbox.NUDGED)  # a worker has begun: what comes now needs a message of its own
    time.sleep(0.5)
    post(client, event("evt_9"))
    while len(sent) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    assert len(sent) == 2 and webhook._hurrier is not None
