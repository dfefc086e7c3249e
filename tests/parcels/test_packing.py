"""The packing table: one box by its code, stacks, lists, papers."""

import csv
import io
from collections import Counter

import pytest
from django.db.models import Sum

from subscriptions.boxes import hooks
from subscriptions.boxes.actions import fulfilment
from subscriptions.boxes.actions.moving import NotAllowed
from subscriptions.boxes.actions.stock import verify_stock
from subscriptions.boxes.enums import CycleState, OrderState
from subscriptions.boxes.models import BoxOrder, Cycle, Item, Move, StockEntry
from subscriptions.parcels import packing, sending
from subscriptions.parcels.access import access_order
from subscriptions.parcels.models import Parcel
from tests.factories.accounts import person
from tests.factories.parcels import on_the_table, packed, without

pytestmark = pytest.mark.django_db


def state_of(order: BoxOrder) -> str:
    return BoxOrder.objects.values_list("state", flat=True).get(pk=order.pk)


def test_one_box_is_packed_by_its_code_said_twice_and_taken_back(packer, cycle: Cycle) -> None:
    order = on_the_table(cycle, 1)[0]
    address = f"/cms/boxes/pack/{order.number}/"
    page = packer.get(address).content.decode()
    assert "Plum-green cup" in page and "Hefang Street" in page and "kiln-opening" not in page.lower()
    assert "Packed: " in packer.post(f"{address}packed/", follow=True).content.decode()
    assert state_of(order) == OrderState.PACKED
    again = packer.post(f"{address}packed/", follow=True).content.decode()
    assert "It is packed already." in again
    assert Move.objects.filter(subject=f"order:{order.pk}", after="packed").count() == 1
    packer.post(f"{address}unpacked/")
    assert state_of(order) == OrderState.ALLOCATED


def test_what_has_left_is_not_taken_back(packer, cycle: Cycle) -> None:
    order = packed(cycle, 1)[0]
    fulfilment.ship(cycle, actor="test")
    page = packer.post(f"/cms/boxes/pack/{order.number}/unpacked/", follow=True).content.decode()
    assert "cannot be taken back" in page and state_of(order) == OrderState.SHIPPED


def test_a_box_is_not_packed_before_its_review_was_approved(packer, cycle: Cycle) -> None:
    order = on_the_table(cycle, 1)[0]
    Cycle.objects.filter(pk=cycle.pk).update(state=CycleState.REVIEW)
    page = packer.post(f"/cms/boxes/pack/{order.number}/packed/", follow=True).content.decode()
    assert "cannot be packed" in page and state_of(order) == OrderState.ALLOCATED
    with pytest.raises(NotAllowed):
        fulfilment.pack(Cycle.objects.get(pk=cycle.pk), actor="test")


def test_a_flag_is_shown_loudly(packer, cycle: Cycle) -> None:
    order = on_the_table(cycle, 1)[0]
    BoxOrder.objects.filter(pk=order.pk).update(flag="Refunded after it was packed <b>")
    page = packer.get(f"/cms/boxes/pack/{order.number}/").content.decode()
    assert 'class="pack-flag" role="alert">Refunded after it was packed &lt;b&gt;' in page


@pytest.mark.parametrize(
    "number", ["0", "YJ-209901-000001", "nonsense", "9" * 40, "-1", "YJ-202611-", "%00", "१२", "99999999999999999"]
)
def test_a_number_of_no_box_is_missing_not_broken(packer, cycle: Cycle, number: str) -> None:
    on_the_table(cycle, 1)
    assert packer.get(f"/cms/boxes/pack/{number}/", follow=True).status_code in (400, 404)
    assert packer.get("/cms/boxes/pack/", {"number": number}).status_code in (400, 422)


def test_a_number_with_another_months_name_is_not_this_box(cycle: Cycle) -> None:
    order = on_the_table(cycle, 1)[0]
    assert access_order(str(order.pk)).pk == order.pk and access_order(order.number.lower()).pk == order.pk
    with pytest.raises(BoxOrder.DoesNotExist):
        access_order(f"YJ-209901-{order.pk:06d}")


def test_the_table_is_for_packers_alone(client, cycle: Cycle) -> None:
    order = on_the_table(cycle, 1)[0]
    paths = [f"pack/{order.number}/", f"{cycle.pk}/table/", f"{cycle.pk}/pick/", f"{cycle.pk}/boxes.csv",
             f"{cycle.pk}/papers/slips/", "pack/"]  # fmt: skip
    client.force_login(person())
    for path in paths:
        assert client.get(f"/cms/boxes/{path}").status_code in (302, 403), path
    assert client.post(f"/cms/boxes/pack/{order.number}/packed/").status_code in (302, 403)
    client.logout()
    assert client.get(f"/cms/boxes/pack/{order.number}/").status_code == 302
    assert state_of(order) == OrderState.ALLOCATED


def test_boxes_that_are_alike_lie_in_one_stack_by_country(packer, cycle: Cycle) -> None:
    orders = on_the_table(cycle, 5)
    BoxOrder.objects.filter(pk=orders[0].pk).update(address={"country": "JP", "line1": "1"})
    without(orders[4], "tea-white")
    found = packing.stacks(cycle)
    assert [len(s.ids) for s in found] == [4, 1]
    assert found[0].ids[-1] == orders[0].pk and found[1].ids == [orders[4].pk]
    page = packer.get(f"/cms/boxes/{cycle.pk}/table/").content.decode()
    assert "Stack 1: 4 boxes" in page and "Stack 2: 1 box" in page and orders[4].number in page


def test_what_was_bought_beside_the_box_is_packed_with_it(packer, cycle: Cycle, monkeypatch) -> None:
    orders = on_the_table(cycle, 2)
    dish = Item.objects.get(sku="dish-lacquer")
    beside = {orders[0].pk: Counter({dish.pk: 2})}
    monkeypatch.setattr(hooks, "order_contents", [lambda asked: {o.pk: beside[o.pk] for o in asked if o.pk in beside}])
    assert "Carved lacquer dish" in packer.get(f"/cms/boxes/pack/{orders[0].number}/").content.decode()
    assert len(packing.stacks(cycle)) == 2
    assert {i.sku: n for i, n, _ in packing.pick_list(cycle)}["dish-lacquer"] == 2


def test_the_pick_list_counts_what_is_still_to_be_packed(packer, cycle: Cycle) -> None:
    orders = on_the_table(cycle, 3)
    fulfilment.pack_one(orders[0], actor="test")
    text = packer.get(f"/cms/boxes/{cycle.pk}/pick/?format=csv").content.decode("utf-8-sig")
    rows = {row["sku"]: row["count"] for row in csv.DictReader(io.StringIO(text))}
    assert rows["cup-plum"] == "2" and "sound-kiln" not in rows
    assert list(rows) == sorted(rows)


def test_the_sheet_names_stack_address_and_things_and_runs_no_formula(packer, cycle: Cycle) -> None:
    on_the_table(cycle, 2, recipient="=1+1")
    text = packer.get(f"/cms/boxes/{cycle.pk}/boxes.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 2 and rows[0]["recipient"] == "'=1+1" and "1 x cup-plum" in rows[0]["items"]


def test_slips_carry_a_code_that_opens_the_box_and_customs_only_abroad(packer, cycle: Cycle) -> None:
    home, abroad = on_the_table(cycle, 2)
    Item.objects.filter(sku="cup-plum").update(hs6="691110", origin="cn", value=12000, weight=300)
    BoxOrder.objects.filter(pk=abroad.pk).update(address={"country": "JP", "line1": "1", "recipient": "Aki"})
    assert packing.pack_address(home).endswith(f"/cms/boxes/pack/{home.number}/")
    one = packer.get(f"/cms/boxes/pack/{home.number}/paper/slips/").content.decode()
    assert "data:image/svg+xml" in one and "691110" not in one
    other = packer.get(f"/cms/boxes/pack/{abroad.number}/paper/slips/?paper=a4").content.decode()
    assert "691110" in other and "print-a4.css" in other and "120" in other
    labels = packer.get(f"/cms/boxes/{cycle.pk}/papers/labels/").content.decode()
    assert "Aki" in labels and "Hefang Street" in labels


@pytest.mark.parametrize("query", ["p=-1", "p=99999999999", "stack=x", "paper=<b>", "p=%00", "stack=999"])
def test_nonsense_in_the_address_of_a_paper_is_read_as_nothing(packer, cycle: Cycle, query: str) -> None:
    on_the_table(cycle, 1)
    for kind in ("slips", "labels", "nonsense"):
        assert packer.get(f"/cms/boxes/{cycle.pk}/papers/{kind}/?{query}").status_code in (200, 400)


def test_pages_of_the_table_ask_the_same_number_of_questions_however_many_boxes(
    packer, cycle: Cycle, django_assert_max_num_queries
) -> None:
    on_the_table(cycle, 12)
    packer.get(f"/cms/boxes/{cycle.pk}/table/")
    for path, most in (("table/", 24), ("papers/slips/", 24), ("pick/", 22), ("boxes.csv", 22)):
        with django_assert_max_num_queries(most):
            packer.get(f"/cms/boxes/{cycle.pk}/{path}")


def test_a_whole_cycle_is_packed_and_shipped_in_few_statements_with_a_record_for_each(
    cycle: Cycle, django_assert_max_num_queries, monkeypatch
) -> None:
    on_the_table(cycle, 30)
    monkeypatch.setattr(hooks, "order_moved", [])  # what others do for each order is theirs to count
    with django_assert_max_num_queries(12):
        assert fulfilment.pack(cycle, actor="staff:1") == 30
    with django_assert_max_num_queries(40):
        assert fulfilment.ship(cycle, actor="staff:1") == 30
    cycle.refresh_from_db()
    assert cycle.state == CycleState.SHIPPING
    assert Move.objects.filter(after="shipped", actor="staff:1").count() == 30
    cup = Item.objects.get(sku="cup-plum")
    assert (cup.on_hand, cup.allocated) == (470, 0)
    sent = StockEntry.objects.filter(reason="shipped", item=cup)
    assert sent.aggregate(n=Sum("delta"))["n"] == -30 and sent.count() == 1
    assert not [d for d in verify_stock() if d.allocated_by_rows != d.item.allocated]
    assert Parcel.objects.filter(untold_shipped=True, shipped_at__isnull=False).count() == 30


def test_everybody_whose_box_left_is_told_once_by_the_sweep(cycle: Cycle, mailoutbox) -> None:
    from accounts.models import Notice

    orders = packed(cycle, 3)
    fulfilment.ship(cycle, actor="test")
    assert not Notice.objects.filter(kind="boxes.shipped").exists()
    assert sending.tell_due() == 3 and sending.tell_due() == 0
    Parcel.objects.update(untold_shipped=True)  # a worker that died before its mark
    assert sending.tell_due() == 0
    keys = set(Notice.objects.filter(kind="boxes.shipped").values_list("dedupe", flat=True))
    assert keys == {f"order:{o.pk}" for o in orders}


def test_a_cycle_closes_when_nothing_of_it_is_left(cycle: Cycle) -> None:
    orders = packed(cycle, 2)
    with pytest.raises(NotAllowed):
        fulfilment.close(cycle, actor="test")
    fulfilment.ship(cycle, actor="test")
    BoxOrder.objects.filter(pk=orders[0].pk).update(state=OrderState.DELIVERED)
    assert fulfilment.close(cycle, actor="test") == 1
    assert [state_of(o) for o in orders] == [OrderState.CLOSED, OrderState.SHIPPED]
