"""Who locks several rows locks them in one order, so that nobody waits in a circle: cycle; account, subscription, order;
article, item."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ground import clock
from subscriptions.billing.models import Invoice
from subscriptions.boxes.actions import cycles, leaving, making_good, skipping
from subscriptions.boxes.enums import CreditKind, CycleState, OrderState
from subscriptions.boxes.models import BoxOrder, BoxPlan, Credit, Cycle
from subscriptions.curation.actions import reviewing
from subscriptions.parcels.actions import troubles
from subscriptions.shop.actions import refunding, selling, waiting
from subscriptions.shop.enums import SaleState, WaitState
from subscriptions.shop.models import Sale, WaitEntry
from tests.factories.accounts import person
from tests.factories.boxes import paid_orders
from tests.factories.shop import article

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]
LOCK = re.compile(r'^(?:UPDATE|SELECT .*?FROM) "(\w+)".*', re.DOTALL)
PEOPLE = ["accounts_user", "boxes_boxsubscription", "boxes_boxorder"]


def order_of_locks(act: Callable[[], object], *tables: str) -> list[str]:
    """Of these tables those of which the act locks or writes rows, in the order in which it does so first."""
    with CaptureQueriesContext(connection) as seen:
        act()
    found: list[str] = []
    for query in seen.captured_queries:
        sql = query["sql"]
        match = LOCK.match(sql)
        if match and (sql.startswith("UPDATE") or " FOR " in sql) and match[1] in tables and match[1] not in found:
            found.append(match[1])
    return found


@pytest.fixture
def cycle(db: None) -> Cycle:
    plan = BoxPlan.objects.create(slug="locks", name_zh="盒", name_en="Box")
    now = clock.now()
    return Cycle.objects.create(
        plan=plan, period="2099-01", theme_zh="题", theme_en="Theme", season_zh="月", season_en="Month",
        state=CycleState.OPEN, opens_at=now - timedelta(days=1), cutoff_at=now + timedelta(days=9),
        billed_by=now + timedelta(days=12), ships_on=now.date(),
    )  # fmt: skip


def order_in(cycle: Cycle, state: str, paid: bool = True) -> BoxOrder:
    order = paid_orders(cycle, 1)[0]
    now = clock.now()
    Credit.objects.create(
        subscription=order.subscription,
        source="il_1",
        kind=CreditKind.PAID,
        granted_at=now,
        order=order if paid else None,
    )
    BoxOrder.objects.filter(pk=order.pk).update(state=state)
    order.refresh_from_db()
    return order


def test_a_short_box_that_is_given_up(cycle: Cycle) -> None:
    order = order_in(cycle, OrderState.SHORT)
    assert order_of_locks(lambda: reviewing.give_up(order=order, actor="staff:1", why="none left"), *PEOPLE) == PEOPLE


def test_a_box_that_is_cancelled(cycle: Cycle) -> None:
    order = order_in(cycle, OrderState.PAID)
    assert order_of_locks(lambda: making_good.cancel(order=order, actor="staff:1", why="asked"), *PEOPLE) == PEOPLE


def test_another_box_instead(cycle: Cycle) -> None:
    order = order_in(cycle, OrderState.LOST)
    assert order_of_locks(lambda: troubles.credit_back(order=order, actor="staff:1", why="lost"), *PEOPLE) == PEOPLE


def test_an_account_that_is_erased(cycle: Cycle) -> None:
    order = order_in(cycle, OrderState.PAID)
    assert order_of_locks(lambda: leaving.forget(order.subscription.account), *PEOPLE) == PEOPLE


@pytest.mark.parametrize("act", [skipping.skip, skipping.take_back])
def test_a_skip(cycle: Cycle, act: Callable[..., bool]) -> None:
    box = order_in(cycle, OrderState.PROJECTED, paid=False).subscription
    if act is skipping.take_back:
        skipping.skip(box=box, cycle=cycle, actor="test")
    wanted = ["boxes_cycle", "boxes_boxsubscription", "boxes_boxorder"]
    assert order_of_locks(lambda: act(box=box, cycle=cycle, actor="test"), *wanted) == wanted


def test_the_cut_off(cycle: Cycle) -> None:
    order_in(cycle, OrderState.PROJECTED, paid=False)
    wanted = ["boxes_cycle", "boxes_boxsubscription", "boxes_boxorder"]
    assert order_of_locks(lambda: cycles.lock(cycle, actor="test"), *wanted) == wanted


def sale_of(state: str) -> Sale:
    """Somebody has the last cup, kept or paid, and another one waits for it."""
    cup, ning, now = article(on_hand=1, push=False), person("Ning"), clock.now()
    sale, _page = selling.reserve(account=ning, article=cup, basket=selling.Basket(1))
    invoice = Invoice.objects.create(
        stripe_id="in_1", account=ning, status="paid", number="1", currency=sale.currency, total=sale.amount,
        amount_paid=sale.amount, created_at=now, fetched_at=now,
    )  # fmt: skip
    Sale.objects.filter(pk=sale.pk).update(state=state, invoice_id=invoice.stripe_id)
    WaitEntry.objects.create(article=cup, account=person("Su"), joined_at=now)
    sale.refresh_from_db()
    return sale


@pytest.mark.parametrize("act", ["given back", "refunded", "left"])
def test_a_piece_that_is_passed_on(act: str) -> None:
    sale = sale_of(SaleState.PAID if act == "refunded" else SaleState.HELD)
    WaitEntry.objects.create(
        article=sale.article,
        account=sale.account,
        sale=sale,
        state=WaitState.OFFERED,
        joined_at=clock.now(),
        offered_until=clock.now(),
    )
    acts: dict[str, Callable[[], object]] = {
        "given back": lambda: selling.give_back(sale=sale, actor="test", cause="its time is over"),
        "refunded": lambda: refunding.refund(sale=sale, actor="staff:1"),
        "left": lambda: waiting.leave(account=sale.account, article=sale.article),
    }
    wanted = ["shop_article", "boxes_item"]
    assert order_of_locks(acts[act], *wanted) == wanted
    assert WaitEntry.objects.exclude(account=sale.account).get().state == WaitState.OFFERED
