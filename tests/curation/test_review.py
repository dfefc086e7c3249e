"""The review: what staff see, swap, give up and approve."""

import pytest
from django.test import Client

from ground import clock
from subscriptions.billing.models import DriftReport
from subscriptions.boxes.actions import allocation, fulfilment, stock
from subscriptions.boxes.enums import CycleState, OrderState
from subscriptions.boxes.models import BoxOrder, Credit, Cycle, Item, StockEntry
from subscriptions.curation import queries
from subscriptions.curation.actions import asking, reviewing
from subscriptions.curation.enums import RunState
from subscriptions.curation.models import Draft, DraftLine, Run
from tests.factories.accounts import person
from tests.factories.curation import edition, item, paid, says, skus, substitute, trait

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle() -> Cycle:
    """A cup for one of two boxes, a dish in its place; tea for both."""
    cup = item("cup", 1)
    substitute(cup, item("dish", 5, hs6="691200"))
    for one in Item.objects.all():
        StockEntry.objects.create(item=one, delta=one.on_hand, reason="opening", actor="t", at=clock.now())
    found = edition("a", [cup, item("sound", 0, digital=True)], CycleState.REVIEW)
    paid(found)
    paid(found, minutes=1)
    return found


def allocated(cycle: Cycle) -> list[BoxOrder]:
    allocation.allocate(cycle, actor="test")
    return list(BoxOrder.objects.filter(cycle=cycle).order_by("pk"))


def put(order: BoxOrder, one: Item) -> None:
    reviewing.put(order=order, slot=order.cycle.slots.order_by("order")[0], item=one, actor="staff:1")


def test_a_swap_moves_the_promise_from_one_thing_to_the_other(cycle: Cycle) -> None:
    order = allocated(cycle)[0]
    put(order, Item.objects.get(sku="dish"))
    assert skus(order) == {"dish", "sound"} and stock.verify_stock() == []
    assert dict(Item.objects.filter(digital=False).values_list("sku", "allocated")) == {"cup": 0, "dish": 2}
    assert DraftLine.objects.get(draft=order.pk, item__sku="dish").how == "staff"
    put(order, Item.objects.get(sku="dish"))  # once more is the same
    assert Item.objects.get(sku="dish").allocated == 2


@pytest.mark.parametrize("why", ["stock", "had", "never", "family", "state"])
def test_a_swap_against_the_rules_is_refused_and_changes_nothing(cycle: Cycle, why: str) -> None:
    order = allocated(cycle)[0]
    other = item("bowl", 0 if why == "stock" else 3, family="audio")
    account = order.subscription.account
    if why == "had":
        from subscriptions.curation.actions.keeping import remember

        remember(account.pk, [other.pk], "shop")
    elif why == "never":
        says(account, trait("clay", other))
    elif why == "family":
        Item.objects.filter(sku="sound").update(family="audio")
    elif why == "state":
        BoxOrder.objects.filter(pk=order.pk).update(state=OrderState.PACKED)
    with pytest.raises(reviewing.Refused) as refused:
        put(order, other)
    assert refused.value.why == why
    assert skus(order) == {"cup", "sound"} and Item.objects.get(sku="bowl").allocated == 0


def test_a_short_box_that_is_filled_by_hand_is_allocated(cycle: Cycle) -> None:
    order = allocated(cycle)[1]
    assert order.state == OrderState.ALLOCATED
    rare = edition("b", [item("rare", 0), Item.objects.get(sku="dish")], CycleState.REVIEW)
    mine = paid(rare)
    allocation.allocate(rare, actor="test")
    mine.refresh_from_db()
    assert mine.state == OrderState.SHORT
    bowl = item("bowl", 1)
    StockEntry.objects.create(item=bowl, delta=1, reason="opening", actor="t", at=clock.now())
    put(mine, bowl)
    mine.refresh_from_db()
    assert mine.state == OrderState.ALLOCATED and skus(mine) == {"bowl", "dish"} and stock.verify_stock() == []
    assert Draft.objects.get(order=mine).missing == 0


def test_a_short_box_that_is_given_up_frees_its_things_and_its_credit(cycle: Cycle) -> None:
    Item.objects.filter(sku="dish").update(on_hand=0)
    StockEntry.objects.filter(item__sku="dish").delete()
    order = allocated(cycle)[1]
    assert order.state == OrderState.SHORT
    with pytest.raises(reviewing.Refused):
        reviewing.give_up(order=order, actor="staff:1", why=" ")
    assert reviewing.give_up(order=order, actor="staff:1", why="none left")
    order.refresh_from_db()
    credit = Credit.objects.get(source=f"il_{order.pk}")
    assert order.state == OrderState.CANCELLED and credit.order is None and credit.withdrawn_at is None
    seen = queries.review(cycle)
    assert seen.boxes == 1 and seen.short == 0 and not any(row["short"] for row in seen.shelf)
    assert Draft.objects.get(order=order).missing == 1, "whoever was short is served earlier next time"
    assert stock.verify_stock() == []


def test_a_review_that_is_taken_back_leaves_no_draft_and_the_next_run_chooses_anew(cycle: Cycle) -> None:
    allocated(cycle)
    fulfilment.reopen(cycle, actor="staff:1", reason="a better dish")
    assert not DraftLine.objects.exists() and stock.verify_stock() == []
    assert fulfilment.allocate_again(cycle, actor="staff:1") == (2, 0)
    assert stock.verify_stock() == [] and Draft.objects.count() == 2


def test_the_page_names_what_is_short_and_why(cycle: Cycle, desk: Client) -> None:
    reader = person()
    says(reader, trait("sounds", Item.objects.get(sku="sound")))
    order = paid(cycle, reader, 5)
    allocated(cycle)
    page = desk.get(f"/cms/boxes/{cycle.pk}/review/").content.decode()
    assert "the reader says never" in page and "no stock left" in page and order.number in page
    assert order.number in desk.get(f"/cms/boxes/{cycle.pk}/review/?show=short").content.decode()
    assert order.number not in desk.get(f"/cms/boxes/{cycle.pk}/review/?show=ahead").content.decode()
    for odd in ("show=nonsense", "p=99999999999999", "p=x", "show=x%27"):
        assert desk.get(f"/cms/boxes/{cycle.pk}/review/?{odd}").status_code == 200


def test_what_somebody_refused_after_it_was_chosen_is_shown(cycle: Cycle, desk: Client) -> None:
    order = allocated(cycle)[0]
    address = f"/cms/boxes/{cycle.pk}/review/?show=refused"
    assert order.number not in desk.get(address).content.decode()
    says(order.subscription.account, trait("clay", Item.objects.get(sku="cup")))
    assert order.number in desk.get(address).content.decode()


def test_a_swap_over_the_page(cycle: Cycle, desk: Client) -> None:
    order = allocated(cycle)[0]
    slot, dish = cycle.slots.order_by("order")[0], Item.objects.get(sku="dish")
    assert "dish" in desk.get(f"/cms/boxes/box/{order.pk}/").content.decode()
    page = desk.post(f"/cms/boxes/box/{order.pk}/put/{slot.pk}/", {"item": dish.pk}, follow=True)
    assert page.status_code == 200 and skus(order) == {"dish", "sound"}
    for odd in ("", "nonsense", "9" * 30, "-1", "999999"):
        page = desk.post(f"/cms/boxes/box/{order.pk}/put/{slot.pk}/", {"item": odd}, follow=True)
        assert page.status_code == 200 and "Choose an item" in page.content.decode()
    other = edition("b", [dish])
    strange = f"/cms/boxes/box/{order.pk}/put/{other.slots.get().pk}/"
    assert desk.post(strange, {"item": dish.pk}, follow=True).status_code == 404
    assert desk.get("/cms/boxes/box/999999/", follow=True).status_code == 404
    page = desk.post(f"/cms/boxes/box/{order.pk}/give-up/", {"why": "x"}, follow=True)
    assert "no longer to be filled" in page.content.decode()


def test_the_pages_are_for_packers_alone(cycle: Cycle, client: Client) -> None:
    order = allocated(cycle)[0]
    client.force_login(person())
    for address in (f"{cycle.pk}/review/", f"box/{order.pk}/"):
        assert client.get(f"/cms/boxes/{address}").status_code in (302, 403)
    for address in (f"{cycle.pk}/review/approve/", f"{cycle.pk}/review/run/", f"box/{order.pk}/give-up/"):
        assert client.post(f"/cms/boxes/{address}").status_code in (302, 403)
    cycle.refresh_from_db()
    assert cycle.state == CycleState.REVIEW


def test_approving_over_the_page_begins_the_packing(cycle: Cycle, desk: Client) -> None:
    allocated(cycle)
    desk.post(f"/cms/boxes/{cycle.pk}/review/approve/")
    cycle.refresh_from_db()
    assert cycle.state == CycleState.PACKING
    page = desk.post(f"/cms/boxes/{cycle.pk}/review/approve/", follow=True)
    assert "Not possible now" in page.content.decode()


def test_a_large_run_is_a_row_that_the_sweep_finds_and_nothing_is_approved_meanwhile(
    cycle: Cycle, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "AT_ONCE", 1)
    desk.post(f"/cms/boxes/{cycle.pk}/review/run/")
    desk.post(f"/cms/boxes/{cycle.pk}/review/run/")
    assert Run.objects.get().state == RunState.WANTED
    page = desk.post(f"/cms/boxes/{cycle.pk}/review/approve/", follow=True).content.decode()
    assert "A run is at work" in page
    assert asking.run_wanted(clock.now()) == 1 and asking.run_wanted(clock.now()) == 0
    ran = Run.objects.get()
    assert (ran.state, ran.boxes, ran.served) == (RunState.DONE, 2, 2)


def test_a_run_that_must_not_be_says_so_and_one_whose_worker_died_is_taken_up(
    cycle: Cycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    from django.utils import timezone

    monkeypatch.setattr(asking, "AT_ONCE", 1)
    DriftReport.objects.create(made_at=timezone.now(), findings=[{"what": "x"}], mended=0)
    asking.ask(cycle=cycle, actor="staff:1")
    asking.run_wanted(clock.now())
    assert Run.objects.get().state == RunState.FAILED
    DriftReport.objects.all().delete()
    old = timezone.now() - timedelta(hours=1)
    Run.objects.create(cycle=cycle, state=RunState.RUNNING, actor="x", asked_at=old, began_at=old)
    assert asking.run_wanted(clock.now()) == 1
    assert BoxOrder.objects.filter(state=OrderState.ALLOCATED).count() == 2


def test_the_pages_queries_do_not_grow_with_boxes(cycle: Cycle, desk: Client, django_assert_max_num_queries) -> None:
    allocated(cycle)
    desk.get(f"/cms/boxes/{cycle.pk}/review/")
    with django_assert_max_num_queries(40) as few:
        desk.get(f"/cms/boxes/{cycle.pk}/review/")
    for minutes in range(5):
        paid(cycle, minutes=minutes)
    allocated(cycle)
    with django_assert_max_num_queries(len(few.captured_queries)):
        desk.get(f"/cms/boxes/{cycle.pk}/review/")


def test_what_is_packed_is_not_changed_by_a_late_batch(cycle: Cycle) -> None:
    order = allocated(cycle)[0]
    fulfilment.approve(cycle, actor="test")
    fulfilment.pack(cycle, actor="test")
    Item.objects.filter(sku="cup").update(on_hand=9)
    late = paid(cycle, minutes=9)
    assert allocation.allocate(cycle, actor="test") == (1, 0)
    assert skus(order) == {"cup", "sound"} and skus(late) == {"cup", "sound"}
