"""Charges to a saved card: once, on an invoice of their own, and never on a draft that is half made."""

from uuid import UUID, uuid4

import pytest
from django.test import Client

from accounts.models import Notice, User
from ground import clock
from subscriptions.billing import charging, customers, gateway, hooks, outbox
from subscriptions.billing.enums import CallState, CheckoutKind
from subscriptions.billing.models import Checkout, Invoice, OutboxCall, Plan, PlanPrice
from tests.billing.conftest import Till

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def price(till: Till) -> PlanPrice:
    plan = Plan.objects.create(kind="thing", target="cup", name_zh="杯", name_en="Cup")
    made = PlanPrice.objects.create(plan=plan, lookup_key="thing-cup", currency="CNY", amount=6800, interval="once")
    from subscriptions.billing import catalogue

    catalogue.push()
    made.refresh_from_db()
    return made


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, object]]:
    """What the hooks were told of charges."""
    found: list[tuple[str, object]] = []
    paid = [lambda c, s: found.append(("stands", s)) if c.kind == CheckoutKind.CHARGE else None]
    monkeypatch.setattr(hooks, "paid_once", paid)
    monkeypatch.setattr(hooks, "charge_refused", [lambda c, code: found.append(("refused", code))])
    return found


def card(reader: User, token: str = "pm_card_visa") -> None:
    customer = customers.ensure(reader)
    gateway.attach_card(customer=customer.stripe_id, card=token, key=f"card:{uuid4()}")


def charge(reader: User, price: PlanPrice, key: UUID | None = None) -> Checkout:
    made = charging.charge(account=reader, key=key or uuid4(), lines=[(price, 2), (price, 1)])
    made.refresh_from_db()
    return made


def test_a_saved_card_is_charged_once_whatever_is_said_twice(
    till: Till,
    reader: User,
    price: PlanPrice,
    told: list[tuple[str, object]],
) -> None:
    card(reader)
    key = uuid4()
    intent = charge(reader, price, key)
    charge(reader, price, key)
    till.deliver()
    invoice = Invoice.objects.get()
    assert (invoice.stripe_id, invoice.status, invoice.total) == (intent.invoice_id, "paid", 3 * 6800)
    assert told[-1] == ("stands", True) and invoice.subscription is None


def test_a_refused_card_leaves_an_invoice_that_can_be_paid_by_hand_and_its_asker_tells(
    till: Till,
    reader: User,
    price: PlanPrice,
    told: list[tuple[str, object]],
) -> None:
    card(reader, "pm_card_chargeCustomerFail")
    intent = charge(reader, price)
    till.deliver()
    invoice = Invoice.objects.get()
    assert invoice.status == "open" and ("refused", "card_declined") in told and ("stands", True) not in told
    assert not Notice.objects.filter(kind__in=["billing.failed", "billing.action"]).exists()
    assert OutboxCall.objects.get(kind=charging.CHARGE).state == CallState.FAILED
    till.pay(invoice.pay_url)
    till.deliver()
    assert told[-1] == ("stands", True)
    charging.give_up(intent=intent)
    invoice.refresh_from_db()
    assert invoice.status == "paid"


def test_a_charge_without_any_card_can_be_given_up(
    till: Till,
    reader: User,
    price: PlanPrice,
    told: list[tuple[str, object]],
) -> None:
    intent = charge(reader, price)
    assert ("refused", "") in told and Invoice.objects.get().status == "open"
    charging.give_up(intent=intent)
    till.deliver()
    assert Invoice.objects.get().status == "void" and ("stands", True) not in told


def test_what_was_never_asked_for_is_forgotten_with_its_draft(
    till: Till,
    reader: User,
    price: PlanPrice,
    told: list[tuple[str, object]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def dies(*args: object) -> None:
        raise gateway.GatewayAway("away")

    with monkeypatch.context() as broken:
        broken.setattr(charging, "_collect", dies)
        intent = charge(reader, price)
    assert intent.invoice_id and OutboxCall.objects.get(kind=charging.CHARGE).state == CallState.PENDING
    OutboxCall.objects.filter(kind=charging.CHARGE).update(state=CallState.FAILED)
    charging.give_up(intent=intent)
    till.deliver()
    intent.refresh_from_db()
    assert intent.invoice_id == "" and told[-1] == ("stands", False)
    assert not [one for one in gateway.invoices() if one["status"] != "draft"]


def test_an_answer_that_is_lost_after_the_money_moved_charges_nobody_twice(
    till: Till,
    reader: User,
    price: PlanPrice,
    told: list[tuple[str, object]],
) -> None:
    card(reader)
    till.sandbox.control("fault", api="timeout", times=3, path="/v1/invoices/in", seconds=0)
    charge(reader, price)
    OutboxCall.objects.update(due_at=clock.now())
    for _ in range(4):
        OutboxCall.objects.update(due_at="2020-01-01T00:00Z")
        outbox.run_due()
    till.deliver()
    assert [i.status for i in Invoice.objects.all()] == ["paid"] and told[-1] == ("stands", True)
    assert Invoice.objects.get().total == 3 * 6800


@pytest.mark.parametrize("lookup_key", ["gift-companion-3", "thing-cup"])
def test_a_gift_or_a_thing_is_not_bought_as_a_seat(reader: User, price: PlanPrice, lookup_key: str) -> None:
    client = Client()
    client.force_login(reader)
    assert client.post(f"/en/billing/checkout/{lookup_key}/").status_code == 404
    assert not Checkout.objects.exists()
