"""A worker killed on the way of a charge to a saved card, after any of Stripe's answers and before our commit: once, and whole."""

from datetime import timedelta

import pytest

from accounts.models import Notice, User
from ground import clock
from subscriptions.billing import charging, gateway, joining
from subscriptions.billing.models import Invoice, OutboxCall
from subscriptions.boxes.actions import stock
from subscriptions.shop.actions import ahead
from subscriptions.shop.enums import SaleState
from subscriptions.shop.models import Article, Sale
from tests.billing.conftest import Till, reader, sandbox, till  # noqa: F401
from tests.factories.shop import article
from tests.faults.test_billing_drain import Mortal, mortal  # noqa: F401

pytestmark = [pytest.mark.postgres, pytest.mark.redis, pytest.mark.sandbox, pytest.mark.django_db(transaction=True)]
TO = {"recipient": "Ning", "line1": "12 Hefang Street", "city": "Hangzhou", "country": "CN"}
GATEWAY = "subscriptions.billing.gateway"


@pytest.mark.parametrize(
    ("place", "when"),
    [
        (f"{GATEWAY}.create_invoice", "after"),
        (f"{GATEWAY}.create_invoice_item", "after"),
        (f"{GATEWAY}.finalize_invoice", "after"),
        (f"{GATEWAY}.pay_invoice", "before"),
        (f"{GATEWAY}.pay_invoice", "after"),
        ("subscriptions.billing.sync.apply_invoice", "after"),
    ],
)
def test_an_order_ahead_is_charged_once_wherever_the_worker_dies(
    till: Till,  # noqa: F811
    reader: User,  # noqa: F811
    mortal: Mortal,  # noqa: F811
    place: str,
    when: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    thing = article("river-print", kind="ahead", on_hand=1, places=1, charged_at=clock.now() + timedelta(days=3))
    _sale, page = ahead.order(account=reader, article=thing, quantity=1, address=TO)
    till.pay(joining.open_page(page).session_url)
    till.deliver()
    Article.objects.filter(pk=thing.pk).update(charged_at=clock.now() - timedelta(seconds=1))
    with monkeypatch.context() as quiet:  # the release writes its intent; the call is the worker's
        quiet.setattr("subscriptions.billing.outbox._now", lambda pk: None)
        assert ahead.release_due(clock.now()) == 1
    assert mortal.work(till, "outbox", place, when=when) < 0
    assert Sale.objects.get().state == SaleState.CHARGING or place.endswith("apply_invoice")
    assert mortal.work(till, "outbox") == 0
    till.deliver()
    remote = [one for one in gateway.invoices() if one["status"] != "draft"]
    assert [one["status"] for one in remote] == ["paid"] and remote[0]["total"] == 6800
    assert Invoice.objects.filter(status="paid").count() == 1 and Sale.objects.get().state == SaleState.PAID
    assert (
        Notice.objects.filter(kind="shop.bought").count() == 1
        and not OutboxCall.objects.filter(state="pending").exists()
    )
    assert not stock.verify_stock()


def test_a_draft_that_was_taken_away_by_a_worker_that_died_is_given_up_whole(
    till: Till,  # noqa: F811
    reader: User,  # noqa: F811
    mortal: Mortal,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    thing = article("river-print", kind="ahead", on_hand=1, places=1, charged_at=clock.now() + timedelta(days=3))
    _sale, page = ahead.order(account=reader, article=thing, quantity=1, address=TO)
    till.pay(joining.open_page(page).session_url)
    till.deliver()
    Article.objects.filter(pk=thing.pk).update(charged_at=clock.now() - timedelta(seconds=1))
    monkeypatch.setattr("subscriptions.billing.outbox._now", lambda pk: None)
    assert ahead.release_due(clock.now()) == 1
    assert mortal.work(till, "outbox", "subscriptions.billing.charging._collect", when="before") < 0
    assert [one["status"] for one in gateway.invoices()] == ["draft"]
    OutboxCall.objects.filter(kind=charging.CHARGE).update(state="failed")  # Stripe did not take its lines
    Sale.objects.update(held_until=clock.now() - timedelta(seconds=1))
    assert ahead.give_up_due(clock.now()) == 1
    assert mortal.work(till, "outbox", f"{GATEWAY}.delete_draft") < 0
    assert Sale.objects.get().state == SaleState.CHARGING and not list(gateway.invoices())
    assert mortal.work(till, "outbox") == 0
    assert Sale.objects.get().state == SaleState.LAPSED
    assert not OutboxCall.objects.exclude(kind=charging.CHARGE).exclude(state="done").exists()
    assert not stock.verify_stock()
