"""What carriers say: signed, kept once, the same in any order; orders follow and people are told once."""

import hashlib
import hmac
import itertools
import json
import random
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Mail, Notice
from subscriptions.boxes import flags
from subscriptions.boxes.actions import fulfilment
from subscriptions.boxes.enums import OrderState
from subscriptions.boxes.models import BoxOrder, Cycle, Item
from subscriptions.parcels import sending
from subscriptions.parcels.actions import messages, tracking
from subscriptions.parcels.enums import ParcelState
from subscriptions.parcels.models import CarrierMessage, Parcel, TrackingEvent
from subscriptions.parcels.normalising import BadEvent, event_of, where_is
from tests.factories.parcels import on_the_table, packed

pytestmark = pytest.mark.django_db
SECRET, ADDRESS = "whsec-courier", "/parcels/hooks/courier/"
START = datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.fixture
def parcel(cycle: Cycle, settings) -> Parcel:
    """A packed box with a number of the courier's."""
    settings.CARRIER_WEBHOOK_SECRET = SECRET
    order = packed(cycle, 1)[0]
    return tracking.name_parcel(order=order, carrier="courier", tracking="CR1")


def event(state: str, hours: int, code: str = "") -> dict[str, str]:
    return {"state": state, "at": (START + timedelta(hours=hours)).isoformat(), "code": code or state, "place": "Osaka"}


def message(ident: str, *events: dict[str, str], number: str = "CR1") -> dict[str, object]:
    return {"id": ident, "tracking": number, "events": list(events)}


def send(client, body: object, secret: str = SECRET):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    signature = "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    return client.post(ADDRESS, raw, content_type="application/json", headers={"X-Carrier-Signature": signature})


def state_of(parcel: Parcel) -> tuple[str, str]:
    found = Parcel.objects.select_related("order").get(pk=parcel.pk)
    return found.state, found.order.state


def test_a_signed_message_moves_parcel_and_order_and_tells_once(client, parcel: Parcel) -> None:
    cup = Item.objects.get(sku="cup-plum").on_hand
    body = message("m1", event("picked_up", 1), event("delivered", 30))
    assert send(client, body).json() == {"received": "m1", "new": True}
    assert send(client, body).json() == {"received": "m1", "new": False}
    assert state_of(parcel) == ("delivered", "delivered")
    assert Item.objects.get(sku="cup-plum").on_hand == cup - 1  # it left, although nobody had said so
    assert Parcel.objects.get().delivered_at == START + timedelta(hours=30)
    assert sending.tell_due() == 2 and sending.tell_due() == 0
    assert set(Notice.objects.values_list("kind", flat=True)) >= {"boxes.shipped", "boxes.delivered"}


@pytest.mark.parametrize("seed", range(12))
def test_messages_in_any_order_and_twice_end_in_the_same_state(client, parcel: Parcel, seed: int) -> None:
    said = [
        message("a", event("label_created", 0)), message("b", event("in_transit", 1), event("in_transit", 5)),
        message("c", event("lost", 90)), message("d", event("out_for_delivery", 120)), message("e", event("delivered", 130)),
        message("f", event("damaged", 131)),
    ]  # fmt: skip
    for body in random.Random(seed).sample(said * 2, len(said) * 2):
        assert send(client, body).status_code == 200
    assert state_of(parcel) == ("damaged", "damaged")
    assert TrackingEvent.objects.count() == 7 and CarrierMessage.objects.count() == 6
    assert Item.objects.get(sku="cup-plum").allocated == 0


def test_every_order_of_four_ends_comes_to_the_same() -> None:
    said = [("in_transit", START), ("lost", START), ("delivered", START), ("exception", START + timedelta(days=9))]
    assert {where_is(order) for order in itertools.permutations(said)} == {ParcelState.DELIVERED}
    assert where_is([]) == ParcelState.NEW
    assert where_is([("returned", START), ("delivered", START + timedelta(days=3))]) == ParcelState.RETURNED


def test_what_was_lost_and_turns_up_is_delivered_and_what_arrived_may_come_back(client, parcel: Parcel) -> None:
    send(client, message("1", event("lost", 50)))
    assert state_of(parcel) == ("lost", "lost")
    send(client, message("2", event("delivered", 60)))
    assert state_of(parcel) == ("delivered", "delivered")
    send(client, message("3", event("return_to_sender", 70)))
    assert state_of(parcel) == ("returned", "returned")


def test_what_was_settled_stays_settled_and_is_flagged(client, parcel: Parcel) -> None:
    BoxOrder.objects.filter(pk=parcel.order_id).update(state=OrderState.RESHIP)
    send(client, message("1", event("delivered", 60)))
    assert state_of(parcel) == ("delivered", "reship")
    assert flags.shown(BoxOrder.objects.get(pk=parcel.order_id).flag).endswith("says now: delivered.")


@pytest.mark.parametrize(
    "raw",
    [b"", b"[]", b"null", b"{", b'"x"', b'{"id": 1}', b'{"id": ""}', b'{"id": "' + b"x" * 200 + b'"}', b"\xff\xfe\x00",
     b'{"id": "a\\u0000b", "tracking": "CR1", "events": []}', b"[" * 5000, b'{"id": "m", "weight": NaN}',
     b'{"id": "m", "weight": 1e999}', b'{"id": "m", "place": "\\ud800"}', b'{"id": "\\udfff"}',
     '{"id": "m", "place": "\\u0000"}'.encode("utf-16")],
)  # fmt: skip
def test_a_signed_body_that_is_no_message_is_refused_and_leaves_no_trace(client, parcel: Parcel, raw: bytes) -> None:
    assert send(client, raw).status_code == 400
    assert not CarrierMessage.objects.exists()


@pytest.mark.parametrize(
    "more",
    [{}, {"events": []}, {"events": "x"}, {"events": [1]}, {"events": [{"state": "delivered"}]},
     {"events": [{"state": "delivered", "at": "yesterday"}]}, {"events": [{"state": ["x"], "at": "2026-01-01"}]},
     {"events": [{"state": "delivered", "at": "9999-12-31T23:59:59-14:00"}]}, {"events": [{"at": "2026-01-01"}]}],
)  # fmt: skip
def test_a_message_that_says_nothing_readable_is_kept_with_its_error_and_moves_nothing(client, parcel, more) -> None:
    assert send(client, {"id": "m", "tracking": "CR1", **more}).status_code == 200
    row = CarrierMessage.objects.get()
    assert row.error and row.done_at and state_of(parcel) == ("new", "packed")


def test_who_does_not_know_the_secret_is_refused(client, parcel: Parcel, settings) -> None:
    body = message("m", event("delivered", 1))
    assert send(client, body, secret="other").status_code == 400
    assert client.post(ADDRESS, "{}", content_type="application/json").status_code == 400
    bad = client.post(ADDRESS, "{}", content_type="application/json", headers={"X-Carrier-Signature": "sha256=é"})
    assert bad.status_code == 400
    settings.CARRIER_WEBHOOK_SECRET = ""
    assert send(client, body, secret="").status_code == 400
    assert client.get(ADDRESS).status_code == 405
    assert client.post("/parcels/hooks/nobody/", "{}", content_type="application/json").status_code == 400
    assert not CarrierMessage.objects.exists()


def test_a_body_that_is_too_large_is_refused(client, parcel: Parcel) -> None:
    assert send(client, b"x" * 300_000).status_code == 400


def test_a_number_that_becomes_known_later_is_found_by_the_sweep(client, parcel: Parcel) -> None:
    send(client, message("early", event("delivered", 2), number="CR-LATER"))
    assert CarrierMessage.objects.get().error == "no parcel CR-LATER" and state_of(parcel) == ("new", "packed")
    tracking.name_parcel(order=parcel.order, carrier="courier", tracking="CR-LATER")
    assert messages.run_due() == 1
    assert state_of(parcel) == ("delivered", "delivered") and CarrierMessage.objects.get().error == ""
    assert messages.run_due() == 0


def test_messages_that_nobody_can_use_rest_after_three_days(client, parcel: Parcel) -> None:
    send(client, message("x", event("delivered", 2), number="NOBODY"))
    CarrierMessage.objects.update(received_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert messages.run_due() == 0 and CarrierMessage.objects.get().done_at is not None


def test_a_state_that_nobody_knows_is_something_held_up() -> None:
    assert event_of({"state": "Martian Customs", "at": "2026-11-20"}).state == ParcelState.EXCEPTION
    assert event_of({"state": "Out-for-delivery", "at": "2026-11-20T08:00:00Z"}).state == ParcelState.OUT
    with pytest.raises(BadEvent):
        event_of({"state": {}, "at": "2026-11-20"})


def test_a_box_marked_shipped_before_the_carrier_speaks_leaves_the_shelf_once(
    client, cycle: Cycle, parcel: Parcel
) -> None:
    fulfilment.ship(cycle, actor="staff:1")
    cup = Item.objects.get(sku="cup-plum").on_hand
    send(client, message("1", event("in_transit", 1)))
    assert Item.objects.get(sku="cup-plum").on_hand == cup and state_of(parcel) == ("in_transit", "shipped")


def test_a_box_that_the_carrier_has_was_packed_whoever_forgot_to_say_so(client, cycle: Cycle, settings) -> None:
    settings.CARRIER_WEBHOOK_SECRET = SECRET
    order = on_the_table(cycle, 1)[0]
    tracking.name_parcel(order=order, carrier="courier", tracking="CR1")
    cup = Item.objects.get(sku="cup-plum")
    send(client, message("1", event("in_transit", 1)))
    order.refresh_from_db()
    after = Item.objects.get(sku="cup-plum")
    assert order.state == OrderState.SHIPPED and (after.on_hand, after.allocated) == (cup.on_hand - 1, 0)


def test_a_scan_before_the_review_was_approved_moves_no_box(client, cycle: Cycle, settings) -> None:
    settings.CARRIER_WEBHOOK_SECRET = SECRET
    order = on_the_table(cycle, 1)[0]
    Cycle.objects.filter(pk=cycle.pk).update(state="review")
    tracking.name_parcel(order=order, carrier="courier", tracking="CR1")
    assert send(client, message("1", event("delivered", 1))).status_code == 200
    order.refresh_from_db()
    assert order.state == OrderState.ALLOCATED and not CarrierMessage.objects.get().error


def test_numbers_that_nobody_knows_keep_no_other_message_waiting(client, parcel: Parcel, monkeypatch) -> None:
    monkeypatch.setattr(messages, "A_SWEEP", 2)
    for n in range(3):
        send(client, message(f"x{n}", event("delivered", 2), number=f"NOBODY-{n}"))
    send(client, message("mine", event("delivered", 2), number=" CR-LATER "))
    tracking.name_parcel(order=parcel.order, carrier="courier", tracking="CR-LATER")
    assert messages.run_due() == 1 and state_of(parcel) == ("delivered", "delivered")
    CarrierMessage.objects.filter(ident="x2").update(error="OperationalError: the database was away")
    assert messages.run_due() == 0 and CarrierMessage.objects.get(ident="x2").error == "no parcel NOBODY-2"


def test_the_letter_names_the_carrier_the_number_and_where_to_follow_it(parcel: Parcel, settings) -> None:
    settings.CARRIER_TRACK_URL = "https://courier.example/{tracking}"
    fulfilment.ship(parcel.order.cycle, actor="test")
    sending.tell_due()
    letter = Mail.objects.get(to=parcel.order.subscription.account.email)
    assert "CR1" in letter.text and "https://courier.example/CR1" in letter.text and "CR1" in letter.html


def test_the_letter_of_a_box_without_a_number_says_nothing_of_one(cycle: Cycle) -> None:
    order = packed(cycle, 1)[0]
    fulfilment.ship(cycle, actor="test")
    sending.tell_due()
    text = Mail.objects.get(to=order.subscription.account.email).text
    assert order.number in text and "number ." not in text
