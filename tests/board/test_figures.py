"""Figures and the forecast: told from what was, with a band, and with the rows behind every number."""

import csv
import io
from datetime import timedelta

import pytest

from ground import clock
from subscriptions.board import figures
from subscriptions.board.forecasting import Need, Past, foretell, spread
from subscriptions.boxes.enums import CycleState, OrderKind, OrderState
from subscriptions.boxes.models import BoxOrder, BoxPlan, BoxSubscription, Cycle, Item, Rating, Supplier
from tests.factories.boxes import paid_orders
from tests.factories.parcels import on_the_table


def past(people: int, came: int, left: int, boxes: int, before: int) -> Past:
    return Past("2026-01", people, came, left, boxes, people - boxes, before)


def test_with_fewer_than_two_editions_nothing_is_foretold() -> None:
    assert foretell([], 100, ["a"]) == [] and foretell([past(10, 0, 0, 9, 0)], 10, ["a"]) == []


def test_steady_times_go_on_and_the_band_holds_the_middle_and_widens() -> None:
    was = [past(100, 10, 10, 90, 0 if i == 0 else 100) for i in range(6)]
    coming = foretell(was, 100, ["a", "b", "c"])
    assert [c.middle for c in coming] == [90, 90, 90]
    assert all(c.low < c.middle < c.high <= 100 for c in coming)


def test_restless_times_have_a_wider_band() -> None:
    calm = foretell([past(100, 10, 10, 90, 100)] * 6, 100, ["a", "b"])
    wild = foretell(
        [past(100, n, n, boxes, 100) for n, boxes in ((2, 95), (30, 60), (5, 90), (25, 70), (10, 80), (20, 99))],
        100,
        ["a", "b"],
    )
    assert wild[1].high - wild[1].low > calm[1].high - calm[1].low


@pytest.mark.parametrize("running", [0, 1, 100_000])
def test_no_band_is_upside_down_or_below_nothing(running: int) -> None:
    was = [past(10, 0, 10, 0, 10), past(5, 50, 0, 5, 10), past(1, 0, 1, 1, 1)]
    for one in foretell(was, running, ["a", "b", "c"]):
        assert 0 <= one.low <= one.middle <= one.high


def test_quarters_of_one_value_are_that_value() -> None:
    assert spread([0.5]).low == spread([0.5]).high == 0.5 and spread([]).middle == 0


def test_what_is_lacking_is_what_is_needed_at_most_less_what_is_free() -> None:
    assert Need(90, 110, 60).short == 50 and Need(90, 110, 200).short == 0


def edition_before(cycle: Cycle, months: int, states: dict[str, int]) -> Cycle:
    """An edition of long ago, with orders in these states."""
    span = timedelta(days=30 * months)
    old = Cycle.objects.create(
        plan=cycle.plan, period=f"20{26 - months:02d}-01", theme_zh="旧", theme_en="Old", season_zh="旧", season_en="Old",
        opens_at=cycle.opens_at - span, cutoff_at=cycle.cutoff_at - span, billed_by=cycle.billed_by - span,
        ships_on=cycle.ships_on - span, state=CycleState.CLOSED,
    )  # fmt: skip
    orders = iter(paid_orders(old, sum(states.values())))
    for state, count in states.items():
        for _ in range(count):
            order = next(orders)
            BoxOrder.objects.filter(pk=order.pk).update(state=state)
            BoxSubscription.objects.filter(pk=order.subscription_id).update(
                created_at=old.cutoff_at - timedelta(days=1)
            )
    return old


@pytest.fixture
def told(cycle: Cycle) -> Cycle:
    """Three editions before the open one."""
    for months in (3, 2, 1):
        edition_before(cycle, months, {"closed": 8, "skipped": 2})
    return cycle


@pytest.mark.django_db
def test_editions_are_counted_with_costs_skips_and_stars(told: Cycle) -> None:
    orders = on_the_table(told, 2)
    Cycle.objects.filter(pk=told.pk).update(state=CycleState.SHIPPING)
    Item.objects.update(cost=0)
    Item.objects.filter(sku="cup-plum").update(cost=3000)
    Item.objects.filter(sku="tea-white").update(cost=2500)
    Rating.objects.create(order=orders[0], stars=5, at=clock.now())
    Rating.objects.create(order=orders[1], stars=4, at=clock.now())
    BoxOrder.objects.filter(pk=orders[1].pk).update(kind=OrderKind.RESHIP, seq=2)
    *old, new = figures.editions(told.plan)
    assert [(e.people, e.boxes, e.skipped, e.skip_share) for e in old] == [(10, 8, 2, 20.0)] * 3
    assert (new.boxes, new.again, new.stars, new.ratings) == (1, 1, 4.5, 2)
    assert [m.amount for m in new.cost] == [5500]


@pytest.mark.django_db
def test_the_forecast_says_what_it_is_told_from(told: Cycle, packer) -> None:
    was, coming, planned, there = figures.forecast(told.plan)
    assert [(p.people, p.came, p.boxes) for p in was] == [(10, 0, 8), (10, 10, 8), (10, 10, 8)]
    assert there == 30 and planned == [told] and len(coming) == 3 and coming[0].label == told.period
    assert coming[0].middle == 24
    page = packer.get(f"/cms/boxes/forecast/?plan={told.plan_id}").content.decode()
    assert "30 subscriptions run now" in page and coming[0].label in page


@pytest.mark.django_db
def test_what_to_order_names_the_day_by_the_suppliers_way(told: Cycle, packer) -> None:
    Item.objects.filter(sku="cup-plum").update(on_hand=5, supplier=Supplier.objects.create(name="Kiln", lead_days=40))
    text = packer.get("/cms/boxes/forecast/?format=csv").content.decode("utf-8-sig")
    rows = {r["sku"]: r for r in csv.DictReader(io.StringIO(text))}
    cup = rows["cup-plum"]
    assert int(cup["to_order"]) == int(cup["needed_at_most"]) - 5 > 0 and "sound-kiln" not in rows
    assert cup["order_by"] == (told.ships_on - timedelta(days=40)).isoformat() and rows["tea-white"]["to_order"] == "0"
    assert next(iter(rows)) == "cup-plum"
    assert "at once" in packer.get("/cms/boxes/forecast/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["", "plan=x", "plan=" + "9" * 30, "plan=-1", "format=nonsense", "plan=%00"])
def test_pages_of_figures_stand_without_anything_to_count(packer, query: str) -> None:
    for page in ("figures", "forecast"):
        assert packer.get(f"/cms/boxes/{page}/?{query}").status_code in (200, 400)
    BoxPlan.objects.create(slug="empty", name_zh="空", name_en="Empty")
    for page in ("figures", "forecast"):
        assert packer.get(f"/cms/boxes/{page}/?{query}").status_code in (200, 400)
        assert packer.get(f"/cms/boxes/{page}/?format=csv").status_code == 200


@pytest.mark.django_db
def test_pages_of_figures_ask_a_constant_number_of_questions(
    told: Cycle, packer, django_assert_max_num_queries
) -> None:
    BoxOrder.objects.filter(state=OrderState.CLOSED).update(flag="")
    for page, most in (("figures", 26), ("forecast", 30)):
        packer.get(f"/cms/boxes/{page}/")
        with django_assert_max_num_queries(most):
            packer.get(f"/cms/boxes/{page}/")
