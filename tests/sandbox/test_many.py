"""Thousands of objects: loaded at once, listed by filters and pages without reading everything."""

import time
from typing import Any

import pytest
import stripe

from tests.sandbox import shape
from tests.sandbox.conftest import Running

DAY = 86_400


@pytest.fixture
def crowd(box: Running) -> Running:
    price, now = box.price(4800, key="month"), box.state()["clock"]["now"]
    members = [
        {"price": price.id, "start": now - (n % 60 + 1) * DAY, "email": f"m{n}@example.com", "name": f"会员 \"{n}\"",
         "metadata": {"n": str(n)}} for n in range(2000)
    ]  # fmt: skip
    box.control("load", members=members)
    return box


def test_loaded_members_are_whole_and_renew_like_others(box: Running) -> None:
    price, now = box.price(4800), box.state()["clock"]["now"]
    members = [
        {"price": price.id, "quantity": 2, "start": now - 100 * DAY, "email": "a@example.com", "name": "甲 \"x\"",
         "metadata": {"plan": "7"}, "customer_metadata": {"account": "9"}},
        {"price": price.id, "start": now - 100 * DAY, "ended": now - 50 * DAY, "feedback": "unused"},
        {"price": price.id, "start": now - 10 * DAY, "cancel_at_period_end": True, "card": "pm_card_mastercard"},
    ]  # fmt: skip
    first, ended, leaving = box.control("load", members=members)["members"]
    assert (first["invoices"], ended["invoices"], leaving["invoices"]) == (4, 2, 1)
    box.flush()
    assert not [t for t in box.receiver.types() if t.startswith(("invoice", "customer"))]
    found = box.v1.subscriptions.retrieve(first["subscription"], {"expand": ["customer", "latest_invoice"]})
    assert (found.status, found.items.data[0].quantity, found.metadata.to_dict()) == ("active", 2, {"plan": "7"})
    assert (found.customer.name, found.customer.metadata.to_dict()) == ('甲 "x"', {"account": "9"})
    assert found.items.data[0].current_period_start <= now < found.items.data[0].current_period_end
    bills = box.v1.invoices.list({"subscription": found.id}).data
    assert [b.amount_paid for b in bills] == [9600] * 4 and bills[0].id == found.latest_invoice.id
    assert [b.lines.data[0].period.start for b in bills][::-1] == sorted(b.lines.data[0].period.start for b in bills)
    assert len({b.number for b in bills}) == 4 and bills[0].test_clock is None
    paid = box.v1.invoice_payments.list({"invoice": bills[1].id}).data[0]
    refund = box.v1.refunds.create({"payment_intent": paid.payment.payment_intent})
    assert refund.amount == 9600
    assert box.v1.subscriptions.retrieve(ended["subscription"]).status == "canceled"
    for path in (
        "subscriptions?status=all",
        "customers?limit=9",
        "invoices?limit=9",
        "charges?limit=9",
        "payment_intents?limit=9",
    ):
        assert shape.findings(box.api("GET", f"/v1/{path}")[1]) == []
    box.control("advance", until="next_renewal")
    box.control("advance", to=now + 32 * DAY)
    assert len(box.v1.invoices.list({"subscription": found.id}).data) >= 5
    assert box.v1.subscriptions.retrieve(leaving["subscription"]).status == "canceled"


def test_what_cannot_be_loaded_is_refused_whole(box: Running) -> None:
    price, now = box.price().id, box.state()["clock"]["now"]
    good = f'{{"price": "{price}", "start": {now - 5}}}'
    for body in ("{}", '{"members": [1]}', f'{{"members": [{good}, {{"price": "price_none", "start": 5}}]}}',
                 f'{{"members": [{{"price": "{price}", "start": {now + DAY}}}]}}', f'{{"members": [{good}], "bills": "some"}}'):  # fmt: skip
        assert box.api("POST", "/_control/load", body)[0] in (400, 404), body
    assert box.v1.subscriptions.list().data == []


def _pages(method: Any, **params: Any) -> list[Any]:
    return list(method({"limit": 100, **params}).auto_paging_iter())


def test_lists_are_narrowed_and_paged_quickly(crowd: Running) -> None:
    box, now = crowd, crowd.state()["clock"]["now"]
    began = time.perf_counter()
    everything = _pages(box.v1.subscriptions.list, status="all")
    assert len({s.id for s in everything}) == 2000
    assert [s.created for s in everything] == sorted((s.created for s in everything), reverse=True)
    whole = time.perf_counter() - began
    since = now - 5 * DAY
    began = time.perf_counter()
    recent = _pages(box.v1.subscriptions.list, status="all", current_period_start={"gte": since})
    some = time.perf_counter() - began
    assert {s.id for s in recent} == {s.id for s in everything if s.items.data[0].current_period_start >= since}
    soon = _pages(box.v1.subscriptions.list, current_period_end={"lte": now + 4 * DAY, "gt": now})
    assert {s.id for s in soon} == {
        s.id for s in everything if now < s.items.data[0].current_period_end <= now + 4 * DAY
    }
    bills = _pages(box.v1.invoices.list, status="paid", created={"gte": since, "lte": now},
                   expand=["data.parent.subscription_details.subscription"])  # fmt: skip
    assert bills and all(since <= b.created <= now for b in bills)
    assert bills[0].parent.subscription_details.subscription.metadata.n
    assert _pages(box.v1.invoices.list, status="open") == []
    assert some < whole + 0.5


def test_a_page_is_found_by_an_index(crowd: Running) -> None:
    store = crowd.app.w.store
    for where in ("kind='invoice' AND status='open'", "kind='invoice' AND created>=5 AND created<=9", "kind='invoice' AND parent='x'",
                  "kind='subscription' AND customer='x'", "kind='subscription' AND starts>=7"):  # fmt: skip
        plan = store.rows(
            f"EXPLAIN QUERY PLAN SELECT data FROM objects WHERE {where} ORDER BY created DESC, seq DESC LIMIT 101"
        )
        assert "USING INDEX" in str(plan), where
        assert "TEMP B-TREE" not in str(plan), (where, plan)


def test_a_payment_is_found_by_its_intent_and_a_customer_by_their_mail(crowd: Running) -> None:
    bill = crowd.v1.invoices.list({"limit": 1, "expand": ["data.payments"]}).data[0]
    intent = bill.payments.data[0].payment.payment_intent
    began = time.perf_counter()
    found = crowd.v1.invoice_payments.list({"payment": {"type": "payment_intent", "payment_intent": intent}}).data
    people = crowd.v1.customers.list({"email": "m77@example.com"}).data
    assert [p.invoice for p in found] == [bill.id] and [c.name for c in people] == ['会员 "77"']
    assert len(crowd.v1.charges.list({"payment_intent": intent}).data) == 1
    assert time.perf_counter() - began < 2


def test_objects_of_test_clocks_are_listed_only_when_asked_for(box: Running) -> None:
    clock = box.v1.test_helpers.test_clocks.create({"frozen_time": 1_800_000_000})
    mine = box.customer(card="pm_card_visa", test_clock=clock.id)
    made = box.v1.subscriptions.create({"customer": mine.id, "items": [{"price": box.price().id}]})
    assert box.v1.subscriptions.list({"status": "all"}).data == [] and box.v1.customers.list().data == []
    assert [s.id for s in box.v1.subscriptions.list({"test_clock": clock.id}).data] == [made.id]
    assert [s.id for s in box.v1.subscriptions.list({"customer": mine.id}).data] == [made.id]
    with pytest.raises(stripe.InvalidRequestError):
        box.v1.subscriptions.list({"limit": 101})
