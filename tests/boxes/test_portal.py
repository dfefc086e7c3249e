"""The subscriber's page: what it asks of the database, and each step on it."""

from datetime import timedelta

import pytest
from django.core import signing

from subscriptions.boxes import onetap, portal
from subscriptions.boxes.actions import cycles, rating, reopening, skipping
from subscriptions.boxes.actions.moving import NotAllowed
from subscriptions.boxes.enums import CycleState, OrderState
from subscriptions.boxes.models import BoxOrder, BoxPlan, BoxSubscription, BoxVariant, Cycle, Rating
from tests.factories.accounts import person
from tests.factories.boxes import paid_orders

pytestmark = pytest.mark.django_db
STREET = {"recipient": "Ning", "country": "CN", "city": "Suzhou", "line1": "9 Canal Street"}


@pytest.fixture
def mine(shelf: Cycle, client) -> tuple[BoxSubscription, Cycle]:  # type: ignore[no-untyped-def]
    """A subscriber, signed in, with the box of an open edition planned."""
    order = paid_orders(shelf, 1)[0]
    BoxOrder.objects.filter(pk=order.pk).update(state=OrderState.PROJECTED)
    client.force_login(order.subscription.account)
    return order.subscription, shelf


def order_of(box: BoxSubscription) -> BoxOrder:
    return box.orders.get()


def test_the_page_asks_fifteen_questions_at_most_however_long_its_history(
    mine, client, django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    box, cycle = mine
    BoxVariant.objects.create(plan=box.plan, slug="mild", name_zh="淡", name_en="Mild")
    client.get("/en/boxes/")
    with django_assert_max_num_queries(15):
        portal.portal(BoxSubscription.objects.select_related("plan", "billing__price", "billing__plan").get(pk=box.pk))
    for number in range(12):
        paid = Cycle.objects.create(
            plan=cycle.plan, period=f"2020-{number + 1:02d}", theme_zh="旧", theme_en="Old", season_zh="旧", season_en="Old",
            state=CycleState.CLOSED, opens_at=cycle.opens_at - timedelta(days=900 - number),
            cutoff_at=cycle.cutoff_at - timedelta(days=900 - number), billed_by=cycle.billed_by, ships_on=cycle.ships_on,
        )  # fmt: skip
        BoxOrder.objects.create(
            cycle=paid, subscription=box, state=OrderState.CLOSED, created_at=paid.opens_at, changed_at=paid.opens_at
        )
    with django_assert_max_num_queries(15):
        portal.portal(BoxSubscription.objects.select_related("plan", "billing__price", "billing__plan").get(pk=box.pk))


def test_an_address_for_the_next_box_alone_leaves_the_others_where_they_go(mine, client) -> None:  # type: ignore[no-untyped-def]
    box, cycle = mine
    client.post(f"/en/boxes/{box.pk}/address/", {**STREET, "for": "all"})
    client.post(f"/en/boxes/{box.pk}/address/", {**STREET, "city": "Wuxi", "for": "next"})
    box.refresh_from_db()
    assert box.city == "Suzhou" and order_of(box).address["city"] == "Wuxi"
    cycles.lock(cycle, actor="test")
    assert order_of(box).address["city"] == "Wuxi"


def test_a_new_address_says_that_the_box_being_made_up_keeps_its_own(mine, client) -> None:  # type: ignore[no-untyped-def]
    box, _ = mine
    first = client.post(f"/en/boxes/{box.pk}/address/", {**STREET, "for": "all"}, follow=True)
    assert "being made up goes where" not in first.content.decode()
    box.refresh_from_db()
    BoxOrder.objects.filter(subscription=box).update(state=OrderState.ALLOCATED, address=box.address)
    same = client.post(f"/en/boxes/{box.pk}/address/", {**STREET, "for": "all"}, follow=True)
    assert "being made up goes where" not in same.content.decode()
    other = client.post(f"/en/boxes/{box.pk}/address/", {**STREET, "city": "Wuxi", "for": "all"}, follow=True)
    assert "being made up goes where" in other.content.decode()


def test_the_next_box_goes_to_the_usual_address_again(mine, client) -> None:  # type: ignore[no-untyped-def]
    box, cycle = mine
    client.post(f"/en/boxes/{box.pk}/address/", {**STREET, "city": "Wuxi", "for": "next"})
    client.post(f"/en/boxes/{box.pk}/usual-address/")
    client.post(f"/en/boxes/{box.pk}/address/", {**STREET, "for": "all"})
    cycles.lock(cycle, actor="test")
    assert order_of(box).address["city"] == "Suzhou"


def test_a_variant_for_the_next_box_alone_and_one_for_all(mine, client) -> None:  # type: ignore[no-untyped-def]
    box, cycle = mine
    mild = BoxVariant.objects.create(plan=box.plan, slug="mild", name_zh="淡", name_en="Mild")
    strong = BoxVariant.objects.create(plan=box.plan, slug="strong", name_zh="浓", name_en="Strong")
    client.post(f"/en/boxes/{box.pk}/variant/", {"variant": "mild", "for": "all"})
    client.post(f"/en/boxes/{box.pk}/variant/", {"variant": "strong", "for": "next"})
    cycles.lock(cycle, actor="test")
    box.refresh_from_db()
    assert box.variant == mild and order_of(box).variant == strong


@pytest.mark.parametrize("said", [{}, {"variant": "no-such"}, {"variant": "x" * 5000}])
def test_a_variant_that_is_not_there_is_said_and_changes_nothing(mine, client, said) -> None:  # type: ignore[no-untyped-def]
    box, _ = mine
    page = client.post(f"/en/boxes/{box.pk}/variant/", said, follow=True)
    assert page.status_code == 200 and "not made any more" in page.content.decode()


def test_after_the_cut_off_the_page_says_that_it_goes_to_the_next_one(mine, client) -> None:  # type: ignore[no-untyped-def]
    box, cycle = mine
    BoxVariant.objects.create(plan=box.plan, slug="mild", name_zh="淡", name_en="Mild")
    Cycle.objects.filter(pk=cycle.pk).update(state=CycleState.LOCKED)
    page = client.post(f"/en/boxes/{box.pk}/address/", {**STREET, "for": "next"}, follow=True)
    assert "The next one can." in page.content.decode()
    box.refresh_from_db()
    assert box.city != "Suzhou"


def test_only_so_many_skips_a_year(mine, client) -> None:  # type: ignore[no-untyped-def]
    box, cycle = mine
    BoxPlan.objects.filter(pk=box.plan_id).update(skips_a_year=0)
    page = client.post(f"/en/boxes/{box.pk}/skip/{cycle.pk}/", follow=True)
    assert "can be skipped 0 times in a year" in page.content.decode() and not box.skips.exists()
    assert skipping.skip(
        box=BoxSubscription.objects.get(pk=box.pk), cycle=cycle, actor="box clock", cause="no letter in time"
    )


def test_a_letters_link_skips_that_box_without_signing_in_and_only_by_a_press(mine, client) -> None:  # type: ignore[no-untyped-def]
    box, cycle = mine
    client.logout()
    address = f"/en/boxes/letter/{onetap.token_for(box, cycle)}/"
    assert client.get(address).status_code == 200 and not box.skips.exists()
    assert "data-skipped" in client.post(address).content.decode() and box.skips.exists()
    client.post(address, {"back": "1"})
    assert not box.skips.exists()


@pytest.mark.parametrize(
    ("said", "salt"),
    [(None, ""), ([1], onetap.SALT), ([0, 0], onetap.SALT), (["a", "b"], onetap.SALT), ([1, 2], "other")],
)
def test_a_link_that_we_did_not_write_is_missing(mine, client, said, salt) -> None:  # type: ignore[no-untyped-def]
    token = signing.dumps(said, salt=salt) if said else "a:b:c"
    assert client.get(f"/en/boxes/letter/{token}/").status_code == 404


def test_a_box_is_rated_once_it_arrived_and_only_by_its_owner(mine, client) -> None:  # type: ignore[no-untyped-def]
    box, _ = mine
    order = order_of(box)
    with pytest.raises(NotAllowed):
        rating.rate(order=order, stars=5)
    BoxOrder.objects.filter(pk=order.pk).update(state=OrderState.DELIVERED)
    assert client.post(f"/en/boxes/rate/{order.pk}/", {"stars": "9", "words": "kept"}).status_code == 422
    client.post(f"/en/boxes/rate/{order.pk}/", {"stars": "4", "words": "light and good"})
    client.post(f"/en/boxes/rate/{order.pk}/", {"stars": "5", "words": "better each day"})
    assert Rating.objects.get().stars == 5
    client.force_login(person("Other"))
    assert client.post(f"/en/boxes/rate/{order.pk}/", {"stars": "1"}).status_code == 404


def test_open_again_gives_promises_back_and_keeps_what_is_paid(shelf: Cycle) -> None:
    from ground import clock
    from subscriptions.boxes.actions import allocation, stock
    from subscriptions.boxes.models import Credit, Item

    paid, unpaid = paid_orders(shelf, 2)
    Credit.objects.create(subscription=paid.subscription, source="il_1", order=paid, granted_at=clock.now())
    BoxOrder.objects.filter(pk=unpaid.pk).update(state=OrderState.UNPAID)
    Cycle.objects.filter(pk=shelf.pk).update(state=CycleState.REVIEW)
    shelf.refresh_from_db()
    allocation.allocate(shelf, actor="test")
    assert Item.objects.filter(allocated__gt=0).exists()
    for reason, until in (("", 2), ("too early", -1)):
        with pytest.raises(NotAllowed):
            reopening.open_again(shelf, actor="staff:1", reason=reason, until=clock.now() + timedelta(days=until))
    reopening.open_again(
        shelf, actor="staff:1", reason="the cup cracked in the kiln", until=clock.now() + timedelta(days=2)
    )
    assert {o.pk: o.state for o in BoxOrder.objects.all()} == {
        paid.pk: OrderState.PAID,
        unpaid.pk: OrderState.PROJECTED,
    }
    assert not Item.objects.filter(allocated__gt=0).exists()
    assert (shelf.state, shelf.reopened) == (CycleState.OPEN, 1)
    cycles.lock(shelf, actor="test")
    paid.refresh_from_db()
    assert paid.state == OrderState.PAID and paid.credit
    assert not [d for d in stock.verify_stock() if d.allocated_by_rows != d.item.allocated]


def test_every_public_page_of_boxes_answers(shelf: Cycle, client) -> None:  # type: ignore[no-untyped-def]
    for path in ("", "all/", "plans/shelf/", f"plans/shelf/{shelf.period}/"):
        assert client.get(f"/en/boxes/{path}").status_code == 200, path
    for path in ("plans/none/", "plans/shelf/2001-01/", "plans/shelf/welcome/", "rate/99999999999999999999/"):
        assert client.get(f"/en/boxes/{path}", follow=False).status_code in (302, 404), path


def test_the_pages_of_an_edition_ask_a_constant_number_of_questions(
    shelf: Cycle, client, django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    client.force_login(person())
    client.get(f"/en/boxes/plans/shelf/{shelf.period}/")
    with django_assert_max_num_queries(20):
        client.get(f"/en/boxes/plans/shelf/{shelf.period}/")


def test_nothing_goes_to_an_erased_account_and_no_address_stays(shelf: Cycle) -> None:
    from subscriptions.boxes.actions import allocation, leaving
    from subscriptions.boxes.models import Item

    order = paid_orders(shelf, 1)[0]
    BoxOrder.objects.filter(pk=order.pk).update(address={"city": "Suzhou"})
    BoxSubscription.objects.update(city="Suzhou")
    allocation.allocate(shelf, actor="test")
    leaving.forget(order.subscription.account)
    leaving.forget(order.subscription.account)
    order.refresh_from_db()
    assert (order.state, order.address) == (OrderState.CANCELLED, {})
    assert not Item.objects.filter(allocated__gt=0).exists()
    assert not BoxSubscription.objects.exclude(city="").exists()
