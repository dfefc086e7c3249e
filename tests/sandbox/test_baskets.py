"""Checkout beyond the plain join: one-off payments with a receipt, quantities, codes, trials, saved cards."""

import html
from typing import Any

import pytest
import stripe

from sandbox.billing import periods
from tests.sandbox.conftest import Running

DAY = 86_400


def _once(box: Running, price: str, **more: Any) -> Any:
    return box.v1.checkout.sessions.create({
        "mode": "payment", "line_items": [{"price": price, "quantity": 1}], "success_url": "http://product.example/done",
        **more})  # fmt: skip


def test_a_one_off_payment_makes_an_invoice_with_its_metadata_and_leaves_pending_items_alone(box: Running) -> None:
    customer = box.customer()
    box.v1.invoice_items.create({"customer": customer.id, "amount": 700, "currency": "cny"})
    session = _once(box, box.price(9900, recurring=None).id, customer=customer.id, metadata={"kind": "gift"},
                    invoice_creation={"enabled": True, "invoice_data": {"metadata": {"gift": "7"}, "description": "A gift"}})  # fmt: skip
    assert session.invoice_creation.enabled is True
    assert box.page(session.url, box.form())[0] == 303
    done = box.v1.checkout.sessions.retrieve(session.id, {"expand": ["invoice", "payment_intent"]})
    assert (done.payment_status, done.payment_intent.status, done.subscription) == ("paid", "succeeded", None)
    assert (done.invoice.status, done.invoice.total, done.invoice.description) == ("paid", 9900, "A gift")
    assert done.invoice.metadata.to_dict() == {"gift": "7"} and len(done.invoice.lines.data) == 1
    paid = box.v1.invoice_payments.list({"invoice": done.invoice.id}).data[0]
    assert paid.payment.payment_intent == done.payment_intent.id
    box.flush()
    order = [
        t
        for t in box.receiver.types()
        if t in ("payment_intent.succeeded", "invoice.paid", "checkout.session.completed")
    ]
    assert order == ["payment_intent.succeeded", "invoice.paid", "checkout.session.completed"]


def test_a_guest_pays_once_and_a_receipt_makes_a_customer_of_them(box: Running) -> None:
    price = box.price(9900, recurring=None).id
    plain = _once(box, price)
    box.page(plain.url, box.form())
    assert box.v1.checkout.sessions.retrieve(plain.id).customer is None
    billed = _once(box, price, invoice_creation={"enabled": True})
    box.page(billed.url, box.form(email="guest@example.com"))
    customer = box.v1.checkout.sessions.retrieve(billed.id, {"expand": ["customer"]}).customer
    assert customer.email == "guest@example.com"


def test_a_typed_code_counts_for_one_off_payments_and_can_make_them_free(box: Running) -> None:
    price = box.price(9900, recurring=None).id
    half = box.v1.coupons.create({"percent_off": 50, "duration": "once"})
    free = box.v1.coupons.create({"percent_off": 100, "duration": "once", "max_redemptions": 1})
    for code, coupon in (("HALF", half), ("FREE", free)):
        box.v1.promotion_codes.create({"promotion": {"type": "coupon", "coupon": coupon.id}, "code": code})
    session = _once(box, price, allow_promotion_codes=True, invoice_creation={"enabled": True})
    assert "Pay ¥49.50" in html.unescape(box.page(session.url, box.form(promotion_code="half", apply="1"))[1])
    assert box.page(session.url, box.form())[0] == 303
    invoice = box.v1.checkout.sessions.retrieve(session.id, {"expand": ["invoice"]}).invoice
    assert (invoice.subtotal, invoice.total, invoice.amount_paid) == (9900, 4950, 4950)
    assert invoice.total_discount_amounts[0].amount == 4950
    gift = _once(box, price, allow_promotion_codes=True)
    box.page(gift.url, {"promotion_code": "FREE", "apply": "1"})
    assert 'name="card_number"' not in box.page(gift.url)[1]
    assert box.page(gift.url, {"email": "guest@example.com"})[0] == 303
    done = box.v1.checkout.sessions.retrieve(gift.id, {"expand": ["line_items"]})
    assert (done.payment_status, done.amount_total, done.line_items.data[0].amount_discount) == (
        "no_payment_required",
        0,
        9900,
    )
    late = _once(box, price, allow_promotion_codes=True)
    assert "used up" in box.page(late.url, {"promotion_code": "FREE", "apply": "1"})[1]


def test_a_code_follows_its_restrictions(box: Running) -> None:
    price, customer = box.price().id, box.customer()
    coupon = box.v1.coupons.create({"amount_off": 1000, "currency": "cny", "duration": "once"})
    first = box.v1.promotion_codes.create({"promotion": {"type": "coupon", "coupon": coupon.id}, "code": "FIRST",
                                           "restrictions": {"first_time_transaction": True}})  # fmt: skip
    other = box.v1.promotion_codes.create(
        {"promotion": {"type": "coupon", "coupon": coupon.id}, "customer": box.customer().id}
    )
    with pytest.raises(stripe.InvalidRequestError, match="another customer"):
        box.session(price, customer.id, discounts=[{"promotion_code": other.id}])
    session = box.session(price, customer.id, discounts=[{"promotion_code": first.id}])
    assert session.amount_total == 3800
    box.page(session.url, box.form())
    with pytest.raises(stripe.InvalidRequestError, match="prior transactions"):
        box.session(price, customer.id, discounts=[{"promotion_code": first.id}])
    dollars = box.v1.coupons.create({"amount_off": 1000, "currency": "usd", "duration": "once"})
    with pytest.raises(stripe.InvalidRequestError, match="usd"):
        box.session(price, customer.id, discounts=[{"coupon": dollars.id}])
    with pytest.raises(stripe.InvalidRequestError, match="allow_promotion_codes, discounts"):
        box.session(price, customer.id, discounts=[{"coupon": coupon.id}], allow_promotion_codes=True)


def test_seats_are_a_quantity_that_the_page_may_change(box: Running) -> None:
    price = box.price(4800).id
    line = {"price": price, "quantity": 5, "adjustable_quantity": {"enabled": True, "minimum": 2, "maximum": 20}}
    session = box.session(price, box.customer().id, line_items=[line])
    assert session.amount_total == 24000
    text = html.unescape(box.page(session.url, box.form(quantity_0="8", recount="1"))[1])
    assert "Subscribe ¥384" in text and 'value="8"' in text
    box.page(session.url, box.form(quantity_0="99"))
    subscription = box.v1.subscriptions.list().data[0]
    assert subscription.items.data[0].quantity == 20
    assert box.v1.invoices.list().data[0].amount_paid == 96000


def test_a_trial_without_a_card_is_announced_and_then_ends_or_pauses(box: Running) -> None:
    for wish, end, event in (("cancel", "canceled", "customer.subscription.deleted"),
                             ("pause", "paused", "customer.subscription.paused")):  # fmt: skip
        session = box.session(box.price().id, box.customer().id, payment_method_collection="if_required", subscription_data={
            "trial_period_days": 14, "trial_settings": {"end_behavior": {"missing_payment_method": wish}}})  # fmt: skip
        assert 'name="card_number"' not in box.page(session.url)[1]
        assert box.page(session.url, {"email": "ning@example.com"})[0] == 303
        done = box.v1.checkout.sessions.retrieve(session.id, {"expand": ["subscription"]})
        trial = done.subscription
        assert (done.payment_status, trial.status, trial.default_payment_method) == (
            "no_payment_required",
            "trialing",
            None,
        )
        box.control("advance", to=trial.trial_end - 3 * DAY + 1)
        box.flush()
        assert box.receiver.types()[-1] == "customer.subscription.trial_will_end"
        box.control("advance", to=trial.trial_end + 1)
        box.flush()
        assert box.v1.subscriptions.retrieve(trial.id).status == end and event in box.receiver.types()
    box.card(trial.customer, "pm_card_visa")
    back = box.v1.subscriptions.resume(trial.id, {"billing_cycle_anchor": {"type": "now"}})
    assert back.status == "active" and box.v1.invoices.retrieve(back.latest_invoice).amount_paid == 4800


def test_a_setup_session_saves_a_card_for_later(box: Running) -> None:
    customer = box.customer()
    session = box.v1.checkout.sessions.create({"mode": "setup", "customer": customer.id, "currency": "cny",
                                               "success_url": "http://product.example/"})  # fmt: skip
    assert box.page(session.url, box.form("4000000000000002"))[0] == 200
    assert box.page(session.url, box.form("4000002500003155"))[0] == 303  # the bank asks
    assert box.page(f"{session.url}/confirm", {"answer": "yes"})[0] == 303
    done = box.v1.checkout.sessions.retrieve(session.id, {"expand": ["setup_intent"]})
    method = done.setup_intent.payment_method
    assert (done.setup_intent.status, done.payment_status) == ("succeeded", "no_payment_required")
    assert [m.id for m in box.v1.customers.payment_methods.list(customer.id).data] == [method]


def test_a_quarter_is_three_months_and_keeps_its_day(box: Running) -> None:
    january = 1_769_846_400  # 31 January 2026
    clock = box.v1.test_helpers.test_clocks.create({"frozen_time": january})
    customer = box.customer(card="pm_card_visa", test_clock=clock.id)
    price = box.price(12000, recurring={"interval": "month", "interval_count": 3})
    item = box.v1.subscriptions.create({"customer": customer.id, "items": [{"price": price.id}]}).items.data[0]
    assert item.current_period_end == periods.shift(january, "month", 3)
    ends = [periods.boundary(january, "month", 3, periods.shift(january, "month", 3 * n)) for n in range(5)]
    assert ends == [periods.shift(january, "month", 3 * n) for n in range(1, 6)]
    assert all(
        periods.opening(january, "month", 3, end) == start for start, end in zip([january, *ends], ends, strict=False)
    )
    leap = 1_709_164_800  # 29 February 2024
    years = [periods.boundary(leap, "year", 1, periods.shift(leap, "year", n)) for n in range(4)]
    assert years[-1] == periods.shift(leap, "year", 4) == 1_835_395_200  # 29 February 2028


@pytest.mark.parametrize("wrong", [
    {"mode": "subscription", "invoice_creation": {"enabled": True}},
    {"mode": "subscription", "subscription_data": {"trial_period_days": 0}},
    {"mode": "subscription", "subscription_data": {"trial_period_days": 3, "trial_end": 4_000_000_000}},
    {"mode": "subscription", "line_items": [{"price": "{month}"}, {"price": "{year}"}]},
    {"mode": "subscription", "line_items": [{"price": "{month}", "quantity": 0}]},
    {"mode": "payment"},
])  # fmt: skip
def test_what_checkout_cannot_do_is_refused(box: Running, wrong: dict[str, Any]) -> None:
    found = {"{month}": box.price().id, "{year}": box.price(48000, recurring={"interval": "year"}).id}
    wrong = {"line_items": [{"price": "{month}", "quantity": 1}], "success_url": "http://p/", **wrong}
    wrong["line_items"] = [{**entry, "price": found[entry["price"]]} for entry in wrong["line_items"]]
    with pytest.raises(stripe.InvalidRequestError):
        box.v1.checkout.sessions.create(wrong)  # type: ignore[arg-type]
