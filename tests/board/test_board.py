"""The board and the page of a cycle: columns, filters, steps."""

from datetime import timedelta

import pytest

from ground import clock
from subscriptions.boxes import narrowing
from subscriptions.boxes.actions import allocation
from subscriptions.boxes.enums import CycleState, OrderState
from subscriptions.boxes.models import BoxOrder, BoxSubscription, Cycle
from tests.factories.accounts import person
from tests.factories.boxes import paid_orders
from tests.factories.parcels import on_the_table, packed

pytestmark = pytest.mark.django_db


def test_cycles_stand_in_the_column_of_their_state(packer, cycle: Cycle) -> None:
    on_the_table(cycle, 2)
    page = packer.get("/cms/boxes/").content.decode()
    column = page[page.index("<h2>packing</h2>") : page.index("<h2>shipping</h2>")]
    assert "Green and White" in column and "allocated 2" in column
    assert page.index("<h2>planned</h2>") < page.index("<h2>closed</h2>")


def test_the_pages_ask_a_constant_number_of_questions(packer, cycle: Cycle, django_assert_max_num_queries) -> None:
    on_the_table(cycle, 15)
    for path, most in (("", 20), (f"{cycle.pk}/", 22), ("orders/", 20), (f"{cycle.pk}/?q=ning", 24)):
        packer.get(f"/cms/boxes/{path}")
        with django_assert_max_num_queries(most):
            packer.get(f"/cms/boxes/{path}")


def test_filters_narrow_and_say_what_they_found(packer, cycle: Cycle) -> None:
    one, two, three = on_the_table(cycle, 3)
    BoxOrder.objects.filter(pk=one.pk).update(address={"country": "JP", "recipient": "Aki Mori"}, flag="look")
    BoxOrder.objects.filter(pk=two.pk).update(state=OrderState.PACKED, tracking="RR9", carrier="post")
    BoxSubscription.objects.filter(pk=three.subscription_id).update(state="ended")
    account = three.subscription.account
    for query, wanted in (
        ("country=jp", one), ("flag=1", one), ("q=aki", one), ("state=packed", two), ("q=RR9", two),
        (f"q={three.number}", three), (f"q={three.number.lower()}", three), (f"q={account.email}", three),
    ):  # fmt: skip
        for place in (f"{cycle.pk}/", "orders/"):
            page = packer.get(f"/cms/boxes/{place}?{query}").content.decode()
            assert [o.number in page for o in (one, two, three)] == [o == wanted for o in (one, two, three)], query
    assert "No order is like this" in packer.get(f"/cms/boxes/{cycle.pk}/?state=lost").content.decode()


@pytest.mark.parametrize(
    "query",
    ["state=nonsense", "variant=x", "plan=-1", "country=%F0%9F%98%80", "after=x", "after=" + "9" * 40, "q=%25%27%22", "variant=" + "9" * 30,
     "plan=" + "9" * 17, "kind=<b>", "flag=2", "cycle=9", "q=" + "9" * 40, "q=" + "x" * 5000, "q=YJ-"],
)  # fmt: skip
def test_nonsense_in_the_address_breaks_nothing(packer, cycle: Cycle, query: str) -> None:
    on_the_table(cycle, 1)
    for place in (f"{cycle.pk}/", "orders/", "bulk/choose/"):
        assert packer.get(f"/cms/boxes/{place}?{query}").status_code == 200
    assert packer.get(f"/cms/boxes/orders.csv?{query}").status_code == 200


def test_pages_follow_each_other_without_a_gap(packer, cycle: Cycle, monkeypatch) -> None:
    from subscriptions.boxes import admin_views

    monkeypatch.setattr(admin_views, "A_PAGE", 2)
    orders, seen, after = on_the_table(cycle, 5), [], 0
    for _ in range(3):
        page = packer.get(f"/cms/boxes/{cycle.pk}/?after={after}").context
        seen += [o.pk for o in page["orders"]]
        after = page["after"]
    assert seen == [o.pk for o in orders] and after == 0


def test_a_filter_is_its_own_way_back() -> None:
    asked = narrowing.asked_of({"state": "paid", "q": "a b", "flag": "1", "country": "jp"}, cycle=7)
    assert narrowing.asked_of(asked.data) == asked and "cycle" not in asked.query


def test_staff_open_a_cycle_once_more_with_a_reason_and_a_moment(packer, cycle: Cycle) -> None:
    paid_orders(cycle, 1)
    allocation.allocate(cycle, actor="test")
    Cycle.objects.filter(pk=cycle.pk).update(state=CycleState.REVIEW)
    address = f"/cms/boxes/{cycle.pk}/do/open/"
    for data in ({}, {"reason": "late"}, {"reason": "late", "until": "x"}, {"until": "2026-11-30T10:00"},
                 {"reason": "late", "until": "9999-99-99T10:00"}, {"reason": "late", "until": "2001-01-01T10:00"}):  # fmt: skip
        assert "Not possible now" in packer.post(address, data, follow=True).content.decode(), data
        assert Cycle.objects.get(pk=cycle.pk).state == CycleState.REVIEW
    until = (clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    packer.post(address, {"reason": "late letters", "until": until})
    found = Cycle.objects.get(pk=cycle.pk)
    assert found.state == CycleState.OPEN and found.reopened == 1


def test_the_steps_of_a_cycle_from_packing_to_closed(packer, cycle: Cycle) -> None:
    on_the_table(cycle, 2)
    base = f"/cms/boxes/{cycle.pk}/do"
    assert "Done: 2" in packer.post(f"{base}/pack/", follow=True).content.decode()
    assert "Not possible now" in packer.post(f"{base}/close/", follow=True).content.decode()
    assert "Done: 2" in packer.post(f"{base}/ship/", follow=True).content.decode()
    BoxOrder.objects.update(state=OrderState.DELIVERED)
    packer.post(f"{base}/close/")
    assert Cycle.objects.get(pk=cycle.pk).state == CycleState.CLOSED
    assert packer.post(f"{base}/nonsense/", follow=True).status_code == 200


def test_the_board_is_closed_to_others(client, cycle: Cycle) -> None:
    packed(cycle, 1)
    client.force_login(person())
    for path in ("", "orders/", f"{cycle.pk}/", "bulk/", "bulk/choose/", "orders.csv", "subscribers.csv"):
        assert client.get(f"/cms/boxes/{path}").status_code in (302, 403), path
    assert client.post("/cms/boxes/bulk/choose/", {"work": "ship"}).status_code in (302, 403)
    assert BoxOrder.objects.get().state == OrderState.PACKED
