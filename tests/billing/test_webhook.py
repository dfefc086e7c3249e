"""The inbox: what is stored, refused, parked, and replayed."""

import json
import random

import pytest

from accounts.models import User
from membership.models import EntitlementGrant
from sandbox.sender import sign
from subscriptions.billing import gateway, inbox, sync
from subscriptions.billing.enums import EventState
from subscriptions.billing.models import Event, Invoice, InvoiceLine, Subscription
from tests.billing.conftest import Till
from tests.sandbox.conftest import SECRET

pytestmark = pytest.mark.sandbox


def signed(till: Till, event: dict, secret: str = SECRET) -> int:
    import time

    body = json.dumps(event).encode()
    return till.post(body, sign(secret, body, int(time.time()))).status_code


def test_a_wrong_signature_is_refused_and_nothing_is_stored(till: Till) -> None:
    count = Event.objects.count()
    event = {"id": "evt_x", "type": "invoice.paid", "data": {"object": {"object": "invoice", "id": "in_x"}}}
    assert signed(till, event, "whsec_wrong") == 400
    assert till.post(b"{}", "").status_code == 400
    assert till.post(b"\xff\xfe not json", "t=1,v1=0").status_code == 400
    assert till.client.get("/billing/webhook/").status_code == 405
    assert till.post(b"x" * 600_000, "t=1,v1=0").status_code == 400
    assert Event.objects.count() == count


@pytest.mark.parametrize("event", [{}, [], {"id": "evt_1"}, {"id": "", "type": "x", "data": {"object": {}}},
                                   {"id": "evt_1", "type": "x", "data": {"object": 3}}])  # fmt: skip
def test_a_signed_body_that_is_no_event_is_a_400_and_never_a_500(till: Till, event: object) -> None:
    assert signed(till, event) == 400  # type: ignore[arg-type]


def test_an_event_is_stored_once_whatever_comes_twice(till: Till, reader: User) -> None:
    till.join(reader)
    before = Event.objects.count(), InvoiceLine.objects.count()
    for body, signature in till.sandbox.receiver.raw:
        assert till.post(body, signature).status_code == 200
    inbox.drain_due()
    assert (Event.objects.count(), InvoiceLine.objects.count()) == before


def test_every_event_twice_in_random_order_gives_the_same_state(till: Till, reader: User) -> None:
    till.join(reader)
    till.advance(until="next_renewal")

    def state() -> list:
        return [
            list(Subscription.objects.values("stripe_id", "status", "period_end", "cancel_at_period_end")),
            sorted(Invoice.objects.values_list("stripe_id", "status", "total")),
            sorted(EntitlementGrant.objects.filter(account=reader).values_list("key", "source_id", "starts", "ends")),
        ]

    expected = state()
    events = list(Event.objects.all()) * 2
    random.Random(7).shuffle(events)
    for event in events:
        Event.objects.filter(pk=event.pk, state=EventState.DONE).update(state=EventState.RECEIVED)
        inbox.drain(event.object_type, event.object_id)
    assert state() == expected


def test_a_product_that_is_not_ours_is_foreign_and_gives_nothing(till: Till, reader: User) -> None:
    from subscriptions.billing import customers

    customer = customers.ensure(reader)
    till.sandbox.card(customer.stripe_id, "pm_card_visa")
    price = till.sandbox.price(900, "somebody-elses")
    remote = till.sandbox.v1.subscriptions.create({"customer": customer.stripe_id, "items": [{"price": price.id}]})
    till.deliver()
    assert not Subscription.objects.filter(stripe_id=remote.id).exists()
    assert Event.objects.filter(object_id=remote.id, state=EventState.FOREIGN).exists()
    assert not EntitlementGrant.objects.filter(account=reader).exists()


def test_a_failure_parks_with_its_traceback_and_can_be_replayed(till: Till, reader: User, monkeypatch) -> None:
    def broken(stripe_id: str) -> None:
        raise RuntimeError("a bug of ours")

    row = till.join(reader)
    Event.objects.filter(object_id=row.stripe_id).update(state=EventState.RECEIVED)
    Subscription.objects.filter(pk=row.pk).update(status="past_due")
    with monkeypatch.context() as bug:
        bug.setitem(inbox.HANDLERS, "subscription", broken)
        inbox.drain_due()
    parked = Event.objects.filter(object_type="subscription", state=EventState.PARKED)
    assert parked.exists() and "a bug of ours" in parked[0].error
    assert Subscription.objects.get(pk=row.pk).status == "past_due"
    assert inbox.replay(parked[0]).state == EventState.DONE
    assert Subscription.objects.get(pk=row.pk).status == "active"


def test_stripe_away_is_tried_again_later_and_not_parked_at_once(till: Till, reader: User, settings) -> None:
    row = till.join(reader)
    Event.objects.filter(object_id=row.stripe_id).update(state=EventState.RECEIVED)
    base, settings.STRIPE_API_BASE = settings.STRIPE_API_BASE, "http://127.0.0.1:9"
    gateway.reset()
    inbox.drain("subscription", row.stripe_id)
    waiting = Event.objects.filter(object_id=row.stripe_id)
    assert {(e.state, e.attempts) for e in waiting} == {(EventState.RECEIVED, 1)}
    settings.STRIPE_API_BASE = base
    gateway.reset()
    inbox.drain("subscription", row.stripe_id)
    assert set(waiting.values_list("state", flat=True)) == {EventState.DONE}


def test_an_event_of_another_api_version_is_parked_with_the_remedy(till: Till, reader: User) -> None:
    row = till.join(reader)
    event = Event.objects.filter(object_id=row.stripe_id).first()
    Event.objects.filter(pk=event.pk).update(state=EventState.RECEIVED, api_version="2020-01-01")
    inbox.drain("subscription", row.stripe_id)
    event.refresh_from_db()
    assert event.state == EventState.PARKED and gateway.API_VERSION in event.error


def test_many_events_of_one_object_cost_one_fetch(till: Till, reader: User, monkeypatch) -> None:
    row = till.join(reader)
    Event.objects.filter(object_id=row.stripe_id).update(state=EventState.RECEIVED)
    fetched = []
    real = gateway.subscription
    monkeypatch.setattr(gateway, "subscription", lambda i: fetched.append(i) or real(i))
    inbox.drain("subscription", row.stripe_id)
    assert len(fetched) == 1 and Event.objects.filter(object_id=row.stripe_id).count() > 1


def test_a_customer_that_is_not_ours_is_foreign(till: Till) -> None:
    price = till.sandbox.price(900)
    stranger = till.sandbox.customer("pm_card_visa")
    remote = till.sandbox.v1.subscriptions.create({"customer": stranger.id, "items": [{"price": price.id}]})
    with pytest.raises(sync.Foreign):
        sync.subscription(remote.id)
