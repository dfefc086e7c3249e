"""Two at the packing table, two messages, two workers at the courier. Each first without the guard."""

import threading
from datetime import UTC, datetime

import pytest

from subscriptions.boxes.actions import fulfilment
from subscriptions.boxes.actions.moving import NotAllowed
from subscriptions.boxes.enums import OrderState
from subscriptions.boxes.models import BoxOrder, Item, Move
from subscriptions.parcels import demo
from subscriptions.parcels.actions import labels, messages, tracking, troubles
from subscriptions.parcels.models import CarrierMessage, LabelCall, Parcel, TrackingEvent
from tests.factories.parcels import on_the_table, packed, shelf
from tests.parcels.courier_server import courier
from tests.races.threads import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_control_who_looks_and_then_writes_packs_one_box_twice() -> None:
    order = on_the_table(shelf(), 1)[0]
    packers = []

    def careless() -> None:
        row = BoxOrder.objects.get(pk=order.pk)
        if row.state == OrderState.ALLOCATED:
            threading.Event().wait(0.05)
            row.state = OrderState.PACKED
            row.save(update_fields=["state"])
            packers.append(1)

    at_once([careless] * 4)
    assert len(packers) > 1


def test_one_box_is_packed_by_one_of_two() -> None:
    order = on_the_table(shelf(), 1)[0]

    def pack() -> None:
        fulfilment.pack_one(BoxOrder.objects.select_related("cycle").get(pk=order.pk), actor="race")

    found = at_once([pack] * 4)
    assert sum(isinstance(f, NotAllowed) for f in found) == 3 and found.count(None) == 1
    assert Move.objects.filter(subject=f"order:{order.pk}", after="packed").count() == 1


def test_a_cycle_shipped_by_two_at_once_leaves_the_shelf_once() -> None:
    cycle = shelf()
    packed(cycle, 5)

    def ship() -> int:
        return fulfilment.ship(type(cycle).objects.get(pk=cycle.pk), actor="race")

    found = at_once([ship] * 3)
    assert sorted(f for f in found if isinstance(f, int)) in ([0, 0, 5], [0, 5], [5]), found
    cup = Item.objects.get(sku="cup-plum")
    assert (cup.on_hand, cup.allocated) == (495, 0)


def test_the_same_message_twice_at_once_is_one() -> None:
    order = packed(shelf(), 1)[0]
    tracking.name_parcel(order=order, carrier="courier", tracking="CR1")
    said = {"id": "m", "tracking": "CR1", "events": [{"state": "delivered", "at": "2026-11-20T08:00:00Z"}]}
    found = at_once([lambda: messages.receive(carrier="courier", ident="m", body=said)] * 4)
    assert found.count(True) == 1 and CarrierMessage.objects.count() == TrackingEvent.objects.count() == 1
    assert Move.objects.filter(subject=f"order:{order.pk}", after="delivered").count() == 1
    assert Item.objects.get(sku="cup-plum").on_hand == 499


def test_different_messages_at_once_come_to_the_same_end() -> None:
    order = packed(shelf(), 1)[0]
    tracking.name_parcel(order=order, carrier="courier", tracking="CR1")
    work = []
    for number, state in enumerate(["in_transit", "lost", "delivered", "out_for_delivery"]):
        at = datetime(2026, 11, 20 + number, tzinfo=UTC).isoformat()
        body = {"id": state, "tracking": "CR1", "events": [{"state": state, "at": at}]}
        work.append(lambda b=body: messages.receive(carrier="courier", ident=b["id"], body=b))
    assert at_once(work) == [True] * 4
    messages.run_due()
    assert Parcel.objects.get().state == "delivered" and BoxOrder.objects.get().state == OrderState.DELIVERED


def test_two_workers_buy_one_label(settings) -> None:
    demo.seed(lambda text: None)
    orders = on_the_table(shelf(), 1, country="JP")
    with courier() as desk:
        settings.CARRIER_API_BASE, settings.CARRIER_API_KEY = desk.base, "k"
        labels.prepare(orders)
        call = LabelCall.objects.get()
        found = at_once([lambda: labels.run(call.pk)] * 4)
        assert found.count(True) == 1 and len(desk.asked) == 1
        assert Parcel.objects.get().tracking == "CR000001"


def test_a_lost_box_is_sent_again_by_one_of_two() -> None:
    order = packed(shelf(), 1)[0]
    BoxOrder.objects.filter(pk=order.pk).update(state=OrderState.LOST)

    def again() -> BoxOrder:
        row = BoxOrder.objects.select_related("cycle", "subscription").get(pk=order.pk)
        return troubles.reship(order=row, actor="race", why="")

    found = at_once([again] * 3)
    assert sum(isinstance(f, BoxOrder) for f in found) == 1, found
    assert BoxOrder.objects.count() == 2


def test_two_sheets_at_once_give_one_number_to_one_box() -> None:
    from subscriptions.board.actions import working

    one, two = packed(shelf(), 2)
    sheets = [f"order,carrier,tracking,state\n{o.number},post,RR1,shipped\n".encode() for o in (one, two)]

    def bring(content: bytes) -> None:
        working.start(run=working.try_import(content=content, actor="race"))

    found = at_once([lambda c=c: bring(c) for c in sheets * 2])
    assert not [f for f in found if isinstance(f, Exception)], found
    assert BoxOrder.objects.filter(tracking="RR1").count() == 1
    assert BoxOrder.objects.filter(state=OrderState.SHIPPED).count() == 1
    assert Item.objects.get(sku="cup-plum").on_hand == 499


def test_a_run_started_by_two_does_each_line_once() -> None:
    from subscriptions.board.actions import working
    from subscriptions.boxes import narrowing

    cycle = shelf()
    on_the_table(cycle, 6)
    run = working.try_work(work="pack", asked=narrowing.asked_of({}, cycle=cycle.pk), chosen={}, actor="race")
    found = at_once([lambda: working.start(run=run)] * 3)
    assert sum(isinstance(f, working.NotAllowed) for f in found) == 2
    assert Move.objects.filter(after="packed").count() == 6
