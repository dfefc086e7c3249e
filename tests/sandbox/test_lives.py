"""Lives led at past moments: what stands at the end is what the clock would have made of the same calls, and nobody heard of it."""

import json
from itertools import pairwise
from typing import Any

import pytest

from tests.sandbox import shape
from tests.sandbox.conftest import Running

DAY = 86_400


def _life(price: str, start: int, *more: dict[str, Any], **extra: Any) -> dict[str, Any]:
    who = {"email": "ada@demo.example", "name": "Ada", "metadata": {"account": "7"}, "payment_method": "pm_card_visa",
           "invoice_settings": {"default_payment_method": "pm_card_visa"}}  # fmt: skip
    subscribed = {"customer": "{customer.id}", "items": [{"price": price}], "metadata": {"origin": "story:1"}}
    return {
        "calls": [
            {"at": start, "call": "POST /v1/customers", "with": who, "as": "customer"},
            {"at": start, "call": "POST /v1/subscriptions", "with": subscribed, "as": "one"},
            *more,
        ],
        **extra,
    }


@pytest.fixture
def now(box: Running) -> int:
    return int(box.state()["clock"]["now"])


def test_a_life_is_led_through_every_renewal_without_a_word(box: Running, now: int) -> None:
    small, large, start = box.price(4800), box.price(12800), now - 200 * DAY
    box.flush()
    heard = len(box.receiver.events)
    up = {"at": start + 40 * DAY, "call": "POST /v1/subscriptions/{one.id}",
          "with": {"items": [{"id": "{one.items.data.0.id}", "price": large.id}], "proration_behavior": "always_invoice"}}  # fmt: skip
    (told,) = box.control("load", lives=[_life(small.id, start, up)], expand=["default_payment_method"])["lives"]
    box.flush()
    assert len(box.receiver.events) == heard
    assert [e["at"] for e in told["diary"]][:2] == [start, start + 40 * DAY] and told["diary"][-1]["at"] <= now + 60
    assert [e["subscription"]["items"]["data"][0]["price"]["id"] for e in told["diary"]] == [
        small.id,
        large.id,
        large.id,
    ]
    key = told["named"]["one"]["id"]
    found = box.v1.subscriptions.retrieve(key)
    assert found.to_dict() == {**found.to_dict(), "test_clock": None, "status": "active", "created": start}
    assert [s.id for s in box.v1.subscriptions.list({"status": "all"}).data] == [key]
    bills = box.v1.invoices.list({"subscription": key, "limit": 100}).data[::-1]
    assert [b.id for b in bills] == [p["id"] for p in told["papers"]["invoice"]]
    spans = [
        (b.lines.data[-1].period.start, b.lines.data[-1].period.end)
        for b in bills
        if b.billing_reason != "subscription_update"
    ]
    assert len(bills) == 8 and all(a[1] == b[0] for a, b in pairwise(spans)) and {b.status for b in bills} == {"paid"}
    for path in ("subscriptions?status=all", "customers?limit=9", "invoices?limit=9", "charges?limit=9"):
        assert shape.findings(box.api("GET", f"/v1/{path}")[1]) == []
    box.control("advance", until="next_renewal")
    box.flush()
    assert "invoice.paid" in box.receiver.types() and len(box.v1.invoices.list({"subscription": key}).data) == 9


def test_what_time_does_is_the_engines(box: Running, now: int) -> None:
    price, start = box.price(4800), now - 150 * DAY
    renewal = start + 31 * DAY
    bad = {"at": start + 20 * DAY, "call": "POST /v1/payment_methods/pm_card_chargeCustomerFail/attach",
           "with": {"customer": "{customer.id}"}, "as": "bad"}  # fmt: skip
    chosen = {"at": start + 20 * DAY, "call": "POST /v1/customers/{customer.id}",
              "with": {"invoice_settings": {"default_payment_method": "{bad.id}"}}}  # fmt: skip
    (told,) = box.control("load", lives=[_life(price.id, start, bad, chosen)])["lives"]
    states = [e["subscription"]["status"] for e in told["diary"]]
    assert states == ["active", "past_due", "canceled"]
    last = told["diary"][-1]
    assert last["subscription"]["cancellation_details"]["reason"] == "payment_failed"
    assert renewal - 3 * DAY < last["at"] - 9 * DAY < renewal + DAY and last["subscription"]["ended_at"] == last["at"]
    assert box.state()["clock"]["next_renewal"] is None


def test_money_goes_back_in_a_life_too(box: Running, now: int) -> None:
    price, start = box.price(4800), now - 20 * DAY
    later = start + 2 * DAY
    look = {"at": later, "call": "GET /v1/invoice_payments", "with": {"invoice": "{one.latest_invoice}"}, "as": "paid"}
    back = {"at": later, "call": "POST /v1/refunds", "with": {"payment_intent": "{paid.data.0.payment.payment_intent}"}}
    end = {"at": later, "call": "DELETE /v1/subscriptions/{one.id}"}
    (told,) = box.control("load", lives=[_life(price.id, start, look, back, end)])["lives"]
    (refund,) = told["papers"]["refund"]
    assert (refund["amount"], refund["created"], told["diary"][-1]["subscription"]["ended_at"]) == (4800, later, later)
    assert [r.id for r in box.v1.refunds.list().data] == [refund["id"]]


def test_who_lives_aside_is_not_what_the_next_renewal_means_and_renews_all_the_same(box: Running, now: int) -> None:
    price = box.price(4800).id
    aside, own = box.control("load", lives=[_life(price, now - 25 * DAY, aside=True), _life(price, now - 5 * DAY)])[
        "lives"
    ]
    keys = [life["named"]["one"]["id"] for life in (aside, own)]
    assert (
        box.state()["clock"]["next_renewal"]
        == own["diary"][-1]["subscription"]["items"]["data"][0]["current_period_end"]
    )
    box.control("advance", until="next_renewal")
    assert [len(box.v1.invoices.list({"subscription": key}).data) for key in keys] == [2, 2]


def test_the_same_key_leads_nobody_twice(box: Running, now: int) -> None:
    lives = [_life(box.price(4800).id, now - 40 * DAY)]
    first = box.control("load", lives=lives, key="part one")
    assert box.control("load", lives=lives, key="part one") == first
    assert len(box.v1.customers.list().data) == 1


def test_a_life_that_cannot_be_led_takes_the_others_back(box: Running, now: int) -> None:
    price = box.price(4800).id
    good, day = _life(price, now - 9 * DAY), now - 9 * DAY
    for odd in (
        {"calls": []}, 7, {"calls": [{"at": "x"}]}, _life("price_none", day), _life(price, now + DAY),
        _life(price, day, {"at": day - 1, "call": "POST /v1/refunds"}), _life(price, day, {"at": day, "call": "POST /v1/nowhere"}),
        _life(price, day, {"at": day, "call": "POST /v1/subscriptions/{none.id}", "with": {}}),
        _life(price, day, {"at": day, "call": "POST /v1/subscriptions/{one.id}", "with": {"strange": "1"}}),
    ):  # fmt: skip
        assert box.api("POST", "/_control/load", json.dumps({"lives": [good, odd]}))[0] in (400, 404), odd
    assert box.api("POST", "/_control/load", '{"lives": 1}')[0] == 400
    assert box.v1.subscriptions.list({"status": "all"}).data == [] and box.v1.customers.list().data == []
    box.customer()  # and what is made afterwards is told again
    box.flush()
    assert box.receiver.types()[-1] == "customer.created"
