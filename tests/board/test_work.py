"""Work on many boxes: tried without a trace, done line by line, taken back where nothing happened since."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ground import clock
from subscriptions.board.actions import working
from subscriptions.board.enums import RunState, Verdict
from subscriptions.board.models import BulkLine, BulkRun
from subscriptions.boxes import narrowing
from subscriptions.boxes.actions.stock import verify_stock
from subscriptions.boxes.enums import CreditKind, CycleState, OrderState
from subscriptions.boxes.models import BoxOrder, Credit, Cycle, Item, Move, Skip
from subscriptions.parcels.actions import noting
from tests.factories.boxes import paid_orders
from tests.factories.parcels import on_the_table, packed, shelf

pytestmark = pytest.mark.django_db


def tried(cycle: Cycle, work: str, **chosen: str) -> BulkRun:
    return working.try_work(work=work, asked=narrowing.asked_of({}, cycle=cycle.pk), chosen=chosen, actor="staff:1")


def states(cycle: Cycle) -> list[str]:
    return list(BoxOrder.objects.filter(cycle=cycle).order_by("pk").values_list("state", flat=True))


def verdicts(run: BulkRun) -> list[str]:
    return list(run.lines.order_by("number").values_list("verdict", flat=True))


def drifts() -> list[object]:
    return [d for d in verify_stock() if d.allocated_by_rows != d.item.allocated]


def test_trying_writes_nothing_and_says_what_would_become_of_each(cycle: Cycle) -> None:
    _one, two, three = on_the_table(cycle, 3)
    BoxOrder.objects.filter(pk=two.pk).update(state=OrderState.PACKED)
    BoxOrder.objects.filter(pk=three.pk).update(state=OrderState.SHIPPED)
    before, moves = states(cycle), Move.objects.count()
    run = tried(cycle, "pack")
    assert verdicts(run) == [Verdict.CHANGE, Verdict.NOTHING, Verdict.REFUSED] and run.total == 3
    assert states(cycle) == before and Move.objects.count() == moves
    working.start(run=run)
    assert states(cycle) == [OrderState.PACKED, OrderState.PACKED, OrderState.SHIPPED]


def test_packing_is_taken_back_except_where_the_box_has_left(cycle: Cycle) -> None:
    one, two = on_the_table(cycle, 2)
    run = working.start(run=tried(cycle, "pack"))
    BoxOrder.objects.filter(pk=two.pk).update(state=OrderState.SHIPPED)
    assert working.can_undo(run)
    done = working.undo(run=run)
    assert done.state == RunState.UNDONE and states(cycle) == [OrderState.ALLOCATED, OrderState.SHIPPED]
    assert "Not taken back" in run.lines.get(order=two).says and run.lines.get(order=one).says == "Taken back."
    with pytest.raises(working.NotAllowed):
        working.undo(run=done)


def test_what_moved_between_trying_and_doing_is_left_alone(cycle: Cycle) -> None:
    one, _two = packed(cycle, 2)
    run = tried(cycle, "ship")
    BoxOrder.objects.filter(pk=one.pk).update(state=OrderState.ALLOCATED)
    working.start(run=run)
    assert states(cycle) == [OrderState.ALLOCATED, OrderState.SHIPPED]
    assert run.lines.get(order=one).verdict == Verdict.REFUSED
    assert not working.can_undo(BulkRun.objects.get(pk=run.pk)) and not drifts()


def test_what_is_held_gives_its_promise_back_and_is_not_paid_twice(cycle: Cycle) -> None:
    from subscriptions.boxes.actions.credits import spend

    order = on_the_table(cycle, 1)[0]
    Credit.objects.create(subscription=order.subscription, source="il_1", order=order, granted_at=clock.now())
    Credit.objects.create(subscription=order.subscription, source="il_2", granted_at=clock.now())
    run = working.start(run=tried(cycle, "hold", why="broken street"))
    assert states(cycle) == [OrderState.ON_HOLD] and Item.objects.get(sku="cup-plum").allocated == 0 and not drifts()
    assert spend(order.subscription, actor="test", cause="x") == 0
    working.undo(run=run)
    assert states(cycle) == [OrderState.PAID]
    BoxOrder.objects.update(state=OrderState.ON_HOLD)
    release = working.start(run=tried(cycle, "release"))
    assert states(cycle) == [OrderState.PAID]
    working.undo(run=release)
    assert states(cycle) == [OrderState.ON_HOLD]


def test_who_waits_for_money_is_not_released(cycle: Cycle) -> None:
    order = paid_orders(cycle, 1)[0]
    BoxOrder.objects.filter(pk=order.pk).update(state=OrderState.ON_HOLD)
    run = tried(cycle, "release")
    assert verdicts(run) == [Verdict.REFUSED] and "waits for money" in run.lines.get().says


def test_a_cancelled_box_gives_credit_and_things_back(cycle: Cycle) -> None:
    order = on_the_table(cycle, 1)[0]
    Credit.objects.create(subscription=order.subscription, source="il_1", order=order, granted_at=clock.now())
    working.start(run=tried(cycle, "cancel", why="asked by letter"))
    assert states(cycle) == [OrderState.CANCELLED] and Credit.objects.get().order_id is None and not drifts()
    assert Move.objects.filter(after="cancelled", cause="asked by letter", actor="staff:1").exists()


def test_a_box_from_the_house_is_given_once_to_each_and_taken_back_unspent(cycle: Cycle) -> None:
    orders = on_the_table(cycle, 2)
    run = working.start(run=tried(cycle, "credit", why="sorry"))
    assert Credit.objects.filter(kind=CreditKind.GOODWILL, withdrawn_at=None).count() == 2
    spent = Credit.objects.filter(subscription=orders[0].subscription).get()
    spent.order = orders[0]
    spent.save()
    working.undo(run=run)
    assert Credit.objects.filter(withdrawn_at=None).get() == spent
    assert "spent already" in run.lines.get(order=orders[0]).says


def test_flags_come_and_go_and_another_hands_flag_stays(cycle: Cycle) -> None:
    _one, two = on_the_table(cycle, 2)
    run = working.start(run=tried(cycle, "flag", text="ring twice"))
    assert BoxOrder.objects.filter(flag="ring twice").count() == 2
    BoxOrder.objects.filter(pk=two.pk).update(flag="mine")
    working.undo(run=run)
    assert list(BoxOrder.objects.order_by("pk").values_list("flag", flat=True)) == ["", "mine"]


def test_one_line_of_many_addresses_changes_and_comes_back(cycle: Cycle) -> None:
    on_the_table(cycle, 2, country="UK")
    run = working.start(run=tried(cycle, "address", field="country", value="GB"))
    assert BoxOrder.objects.filter(address__country="GB", address__city="Hangzhou").count() == 2
    working.undo(run=run)
    assert BoxOrder.objects.filter(address__country="UK").count() == 2


def test_an_address_that_is_taken_back_leaves_a_newer_one_alone_and_is_no_own_one_any_more(cycle: Cycle) -> None:
    one, two = on_the_table(cycle, 2)
    run = working.start(run=tried(cycle, "address", field="line1", value="New Road 1"))
    two.refresh_from_db()
    noting.readdress(order=two, address={"city": "Suzhou"}, actor="staff:2")
    working.undo(run=run)
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.address["line1"], one.own_address) == ("Hefang Street 12", False)
    assert (two.address["line1"], two.address["city"], two.own_address) == ("New Road 1", "Suzhou", True)
    assert "another address since" in run.lines.get(order=two).says


def test_the_next_edition_is_skipped_for_all_and_taken_back() -> None:
    opened = shelf("second")
    paid_orders(opened, 2)
    BoxOrder.objects.update(state=OrderState.PROJECTED)
    assert opened.state == CycleState.OPEN
    run = working.start(run=tried(opened, "skip", why="strike at the port"))
    assert (
        set(Skip.objects.values_list("cause", flat=True)) == {"strike at the port"}
        and states(opened) == ["skipped"] * 2
    )
    assert verdicts(tried(opened, "skip", why="x")) == [Verdict.NOTHING] * 2
    working.undo(run=run)
    assert not Skip.objects.exists() and states(opened) == ["projected"] * 2


def test_a_large_run_goes_on_in_the_sweep_and_repeats_nothing_after_a_death(cycle: Cycle, monkeypatch) -> None:
    monkeypatch.setattr(working, "AT_ONCE", 2)
    monkeypatch.setattr(working, "CHUNK", 2)
    on_the_table(cycle, 5)
    run = working.start(run=tried(cycle, "pack"))
    assert run.state == RunState.RUNNING and states(cycle) == [OrderState.ALLOCATED] * 5
    with monkeypatch.context() as death, pytest.raises(KeyboardInterrupt):
        death.setattr(working, "_do_line", lambda run, line: (_ for _ in ()).throw(KeyboardInterrupt))
        working.step(run_id=run.pk)
    assert working.step(run_id=run.pk) == 2 and states(cycle).count(OrderState.PACKED) == 2
    assert working.run_due() == 0  # somebody is at it
    BulkRun.objects.update(beat_at=timezone.now() - working.STALE * 2)
    assert working.run_due() == 3
    assert BulkRun.objects.get().state == RunState.DONE
    assert Move.objects.filter(after="packed").count() == 5


def test_after_a_week_nothing_is_taken_back_and_after_a_month_lines_go(cycle: Cycle) -> None:
    on_the_table(cycle, 1)
    run = working.start(run=tried(cycle, "pack"))
    BulkRun.objects.update(finished_at=timezone.now() - timedelta(days=8))
    run.refresh_from_db()
    assert not working.can_undo(run)
    BulkRun.objects.update(created_at=timezone.now() - timedelta(days=31))
    working.run_due()
    assert not BulkLine.objects.exists() and BulkRun.objects.exists()


def test_the_pages_lead_from_filter_to_report(packer, cycle: Cycle) -> None:
    order = on_the_table(cycle, 2)[0]
    assert (
        "2 orders are meant" in packer.get(f"/cms/boxes/bulk/choose/?cycle={cycle.pk}&state=allocated").content.decode()
    )
    page = packer.post(
        "/cms/boxes/bulk/choose/", {"work": "pack", "cycle": cycle.pk, "state": "allocated"}, follow=True
    )
    run = BulkRun.objects.get()
    assert "2 orders would change" in page.content.decode() and order.number in page.content.decode()
    packer.post(f"/cms/boxes/bulk/{run.pk}/start/")
    assert states(cycle) == [OrderState.PACKED] * 2
    assert order.number in packer.get(f"/cms/boxes/bulk/{run.pk}/?format=csv").content.decode()
    for name in ("start", "drop", "nonsense"):
        assert packer.post(f"/cms/boxes/bulk/{run.pk}/{name}/", follow=True).status_code == 200
    packer.post(f"/cms/boxes/bulk/{run.pk}/undo/")
    assert states(cycle) == [OrderState.ALLOCATED] * 2
    assert packer.get("/cms/boxes/bulk/").status_code == 200


@pytest.mark.parametrize(
    "data",
    [{}, {"work": "nonsense"}, {"work": "import"}, {"work": "address"}, {"work": "address", "field": "line1"},
     {"work": "address", "field": "country", "value": "China"},
     {"work": "address", "field": "country", "value": "ZZ"}, {"work": "address", "field": "pk", "value": "1"},
     {"work": "address", "field": "postal_code", "value": "x" * 30}, {"work": "cancel"}, {"work": "credit", "why": " "},
     {"work": "flag", "text": "x" * 300}],
)  # fmt: skip
def test_a_choice_that_makes_no_sense_comes_back(packer, cycle: Cycle, data: dict[str, str]) -> None:
    on_the_table(cycle, 1)
    assert packer.post("/cms/boxes/bulk/choose/", {**data, "cycle": cycle.pk}).status_code == 422
    assert not BulkRun.objects.exists()


def test_more_than_one_run_takes_is_said(packer, cycle: Cycle, monkeypatch) -> None:
    monkeypatch.setattr(working, "MOST", 1)
    on_the_table(cycle, 2)
    page = packer.post("/cms/boxes/bulk/choose/", {"work": "pack", "cycle": cycle.pk})
    assert page.status_code == 422 and "narrow it down" in page.content.decode() and not BulkRun.objects.exists()


def test_a_page_of_lines_asks_a_constant_number_of_questions(
    packer, cycle: Cycle, django_assert_max_num_queries
) -> None:
    on_the_table(cycle, 12)
    run = tried(cycle, "pack")
    packer.get(f"/cms/boxes/bulk/{run.pk}/")
    with django_assert_max_num_queries(20):
        packer.get(f"/cms/boxes/bulk/{run.pk}/")
