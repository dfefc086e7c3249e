"""Subscriptions over months: renewal, failure, recovery, changes, pauses, the end."""

import pytest
import stripe

from sandbox.billing import periods
from tests.sandbox.conftest import Running, until

DAY = 86_400


def _subscribed(box: Running, card: str = "pm_card_visa", **more: object) -> str:
    customer = box.customer(card=card)
    params = {"customer": customer.id, "items": [{"price": box.price().id}], **more}
    return box.v1.subscriptions.create(params).id


def _card(box: Running, subscription: str, token: str) -> None:
    box.card(box.v1.subscriptions.retrieve(subscription).customer, token)


def test_a_renewal_drafts_an_invoice_and_charges_it_an_hour_later(box: Running) -> None:
    key = _subscribed(box)
    end = box.v1.subscriptions.retrieve(key).items.data[0].current_period_end
    box.control("advance", to=end + 60)
    draft = box.v1.invoices.retrieve(box.v1.subscriptions.retrieve(key).latest_invoice)
    assert (draft.status, draft.billing_reason) == ("draft", "subscription_cycle")
    assert draft.automatically_finalizes_at == end + 3600
    box.control("advance", seconds=3600)
    paid = box.v1.invoices.retrieve(draft.id)
    assert (paid.status, paid.amount_paid, paid.status_transitions.paid_at) == ("paid", 4800, end + 3600)
    line = paid.lines.data[0]
    assert (line.period.start, line.period.end) == (end, periods.shift(end, "month", 1))


def test_a_failed_renewal_is_retried_and_then_ends_the_subscription(box: Running) -> None:
    key = _subscribed(box)
    _card(box, key, "pm_card_chargeCustomerFail")
    box.control("advance", until="next_renewal")
    invoice = box.v1.invoices.list({"status": "open"}).data[0]
    assert box.v1.subscriptions.retrieve(key).status == "past_due"
    gaps = []
    while invoice.next_payment_attempt:
        gaps.append((invoice.next_payment_attempt - box.state()["clock"]["now"] + 43_200) // DAY)
        box.control("advance", until="next_retry")
        invoice = box.v1.invoices.retrieve(invoice.id)
    assert (gaps, invoice.attempt_count) == ([1, 3, 5], 4)
    ended = box.v1.subscriptions.retrieve(key)
    assert (ended.status, ended.cancellation_details.reason) == ("canceled", "payment_failed")
    assert box.v1.customers.retrieve(ended.customer).delinquent is True
    box.flush()
    assert box.receiver.types().count("invoice.payment_failed") == 4
    assert box.receiver.types()[-1] == "customer.subscription.deleted"


def test_a_good_card_and_a_pay_call_bring_it_back(box: Running) -> None:
    key = _subscribed(box)
    _card(box, key, "pm_card_chargeCustomerFail")
    box.control("advance", until="next_renewal")
    invoice = box.v1.invoices.list({"status": "open"}).data[0]
    with pytest.raises(stripe.CardError) as caught:
        box.v1.invoices.pay(invoice.id)
    assert caught.value.code == "card_declined"
    assert box.v1.invoices.retrieve(invoice.id).attempt_count == 1
    _card(box, key, "pm_card_visa")
    assert box.v1.invoices.pay(invoice.id).status == "paid"
    assert box.v1.subscriptions.retrieve(key).status == "active"


def test_a_first_payment_that_needs_authentication_expires_after_23_hours(box: Running) -> None:
    with pytest.raises(stripe.CardError):
        _subscribed(box, "pm_card_chargeDeclined")
    key = _subscribed(box, "pm_card_threeDSecure2Required")
    assert box.v1.subscriptions.retrieve(key).status == "incomplete"
    box.control("advance", seconds=23 * 3600 + 1)
    assert box.v1.subscriptions.retrieve(key).status == "incomplete_expired"
    assert box.v1.invoices.list({"subscription": key}).data[0].status == "void"


def test_an_upgrade_costs_what_its_preview_says(box: Running) -> None:
    key = _subscribed(box)
    box.control("advance", seconds=10 * DAY)
    item = box.v1.subscriptions.retrieve(key).items.data[0]
    dear, now = box.price(12800).id, box.state()["clock"]["now"]
    change = {"items": [{"id": item.id, "price": dear}], "proration_behavior": "always_invoice", "proration_date": now}
    preview = box.v1.invoices.create_preview({"subscription": key, "subscription_details": change})
    assert box.v1.subscriptions.retrieve(key).items.data[0].price.id == item.price.id
    changed = box.v1.subscriptions.update(key, {**change, "payment_behavior": "error_if_incomplete"})
    invoice = box.v1.invoices.retrieve(changed.latest_invoice)
    length = item.current_period_end - item.current_period_start
    share = periods.share(12800, 0, length, length - (item.current_period_end - now))
    back = periods.share(4800, 0, length, length - (item.current_period_end - now))
    assert preview.total == invoice.total == share - back > 0
    assert (invoice.status, invoice.billing_reason) == ("paid", "subscription_update")
    assert [line.parent.subscription_item_details.proration for line in invoice.lines.data] == [True, True]


def test_an_upgrade_that_cannot_be_paid_leaves_no_trace(box: Running) -> None:
    key = _subscribed(box)
    item = box.v1.subscriptions.retrieve(key).items.data[0]
    dear = box.price(12800).id
    box.control("advance", seconds=DAY)
    box.control("fault", payment="card_declined")
    before = len(box.v1.events.list({"limit": 100}).data)
    with pytest.raises(stripe.CardError):
        box.v1.subscriptions.update(key, {"items": [{"id": item.id, "price": dear}], "proration_behavior": "always_invoice",
                                          "payment_behavior": "error_if_incomplete"})  # fmt: skip
    assert box.v1.subscriptions.retrieve(key).items.data[0].price.id == item.price.id
    assert len(box.v1.invoices.list().data) == 1 and len(box.v1.events.list({"limit": 100}).data) == before
    assert box.state()["faults"]["payment"] is None


def test_a_downgrade_becomes_credit_that_the_next_invoice_uses(box: Running) -> None:
    customer = box.customer(card="pm_card_visa")
    subscription = box.v1.subscriptions.create({"customer": customer.id, "items": [{"price": box.price(12800).id}]})
    box.v1.subscriptions.update(subscription.id, {
        "items": [{"id": subscription.items.data[0].id, "price": box.price(4800).id}], "proration_behavior": "always_invoice"})  # fmt: skip
    assert box.v1.customers.retrieve(customer.id).balance == -8000
    box.control("advance", until="next_renewal")
    invoice = box.v1.invoices.list().data[0]
    assert (invoice.total, invoice.amount_due, invoice.status) == (4800, 0, "paid")
    assert box.v1.customers.retrieve(customer.id).balance == -3200


def test_a_change_of_interval_starts_a_new_period_today(box: Running) -> None:
    key = _subscribed(box)
    box.control("advance", seconds=10 * DAY)
    item = box.v1.subscriptions.retrieve(key).items.data[0]
    yearly = box.price(48000, recurring={"interval": "year"})
    changed = box.v1.subscriptions.update(key, {"items": [{"id": item.id, "price": yearly.id}]})
    new = changed.items.data[0]
    assert new.current_period_end == periods.shift(new.current_period_start, "year", 1)
    assert box.v1.invoices.retrieve(changed.latest_invoice).amount_paid == 48000 - periods.share(
        4800, item.current_period_start, item.current_period_end, new.current_period_start)  # fmt: skip


def test_cancel_at_period_end_can_be_taken_back_and_otherwise_ends_there(box: Running) -> None:
    key = _subscribed(box)
    end = box.v1.subscriptions.retrieve(key).items.data[0].current_period_end
    set_ = box.v1.subscriptions.update(
        key, {"cancel_at_period_end": True, "cancellation_details": {"feedback": "unused"}}
    )
    assert (set_.status, set_.cancel_at, set_.cancellation_details.feedback) == ("active", end, "unused")
    back = box.v1.subscriptions.update(key, {"cancel_at_period_end": False})
    assert (back.cancel_at, back.canceled_at, back.cancel_at_period_end) == (None, None, False)
    box.v1.subscriptions.update(key, {"cancel_at_period_end": True})
    box.control("advance", to=end + 1)
    ended = box.v1.subscriptions.retrieve(key)
    assert (ended.status, ended.ended_at) == ("canceled", end)
    assert len(box.v1.invoices.list({"subscription": key}).data) == 1


def test_a_skip_voids_the_invoice_of_one_period_and_resumes(box: Running) -> None:
    key = _subscribed(box)
    end = box.v1.subscriptions.retrieve(key).items.data[0].current_period_end
    box.v1.subscriptions.update(key, {"pause_collection": {"behavior": "void", "resumes_at": end + DAY}})
    box.control("advance", to=end + 2 * DAY)
    skipped = box.v1.subscriptions.retrieve(key)
    assert (skipped.status, skipped.pause_collection) == ("active", None)
    assert box.v1.invoices.retrieve(skipped.latest_invoice).status == "void"
    box.control("advance", until="next_renewal")
    assert box.v1.invoices.list({"subscription": key}).data[0].status == "paid"


def test_a_long_pause_charges_nothing_and_keeps_the_billing_day(box: Running) -> None:
    key = _subscribed(box)
    anchor = box.v1.subscriptions.retrieve(key).billing_cycle_anchor
    paused = box.v1.subscriptions.pause(key)
    assert (paused.status, paused.status_details.paused.subscription.type) == ("paused", "pause_requested")
    box.control("advance", seconds=75 * DAY)
    assert len(box.v1.invoices.list({"subscription": key}).data) == 1
    back = box.v1.subscriptions.resume(key, {"billing_cycle_anchor": {"type": "unchanged"}})
    assert (back.status, back.billing_cycle_anchor) == ("active", anchor)
    assert back.items.data[0].current_period_end == periods.shift(anchor, "month", 3)


def test_a_trial_is_announced_and_then_charged(box: Running) -> None:
    key = _subscribed(box, trial_period_days=7)
    trial = box.v1.subscriptions.retrieve(key)
    assert trial.status == "trialing" and box.v1.invoices.list().data[0].total == 0
    box.control("advance", to=trial.trial_end + 3700)
    assert box.v1.subscriptions.retrieve(key).status == "active"
    assert box.v1.invoices.list().data[0].amount_paid == 4800
    assert box.receiver.types().count("customer.subscription.trial_will_end") == 1


def test_an_invoice_item_goes_on_the_next_invoice(box: Running) -> None:
    key = _subscribed(box)
    customer = box.v1.subscriptions.retrieve(key).customer
    box.v1.invoice_items.create({"customer": customer, "amount": 1200, "currency": "cny", "description": "A cup",
                                 "metadata": {"box": "42"}})  # fmt: skip
    assert box.v1.invoices.create_preview({"subscription": key}).total == 6000
    box.control("advance", until="next_renewal")
    invoice = box.v1.invoices.list().data[0]
    assert (invoice.total, len(invoice.lines.data)) == (6000, 2)
    assert invoice.lines.data[1].metadata.to_dict() == {"box": "42"}


def test_a_refund_is_found_by_the_invoice_and_cannot_exceed_the_charge(box: Running) -> None:
    _subscribed(box)
    invoice = box.v1.invoices.list().data[0]
    intent = box.v1.invoice_payments.list({"invoice": invoice.id, "status": "paid"}).data[0].payment.payment_intent
    first = box.v1.refunds.create({"payment_intent": intent, "amount": 1000, "metadata": {"why": "broken"}})
    assert (first.status, first.amount) == ("succeeded", 1000)
    with pytest.raises(stripe.InvalidRequestError):
        box.v1.refunds.create({"payment_intent": intent, "amount": 4000})
    box.v1.refunds.create({"payment_intent": intent})
    charge = box.v1.payment_intents.retrieve(intent, {"expand": ["latest_charge"]}).latest_charge
    assert charge.refunded is True and charge.amount_refunded == 4800
    with pytest.raises(stripe.InvalidRequestError, match="already been refunded"):
        box.v1.refunds.create({"payment_intent": intent})


def test_a_named_clock_moves_alone_and_takes_its_customers_with_it(box: Running) -> None:
    clock = box.v1.test_helpers.test_clocks.create({"frozen_time": 1_769_846_400, "name": "month end"})  # 31 January
    customer = box.customer(card="pm_card_visa", test_clock=clock.id)
    subscription = box.v1.subscriptions.create({"customer": customer.id, "items": [{"price": box.price().id}]})
    assert subscription.items.data[0].current_period_end == 1_772_265_600  # 28 February
    advanced = box.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": 1_772_265_600 + 7200})
    assert advanced.status == "advancing"
    until(lambda: box.v1.test_helpers.test_clocks.retrieve(clock.id).status == "ready")
    item = box.v1.subscriptions.retrieve(subscription.id).items.data[0]
    assert item.current_period_end == 1_774_944_000  # 31 March: the anchor is not lost in February
    with pytest.raises(stripe.InvalidRequestError, match="two intervals"):
        box.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": 1_772_265_600 + 90 * DAY})
    assert box.v1.test_helpers.test_clocks.delete(clock.id).deleted is True
    with pytest.raises(stripe.InvalidRequestError):
        box.v1.customers.retrieve(customer.id)


def test_periods_are_calendar_periods() -> None:
    january = 1_769_846_400
    ends = [periods.shift(january, "month", n) for n in range(1, 4)]
    assert [periods.boundary(january, "month", 1, at) for at in (january, *ends[:2])] == ends
    assert periods.boundary(january, "month", 3, ends[2]) == periods.shift(january, "month", 6)
    assert periods.boundary(january + 5 * DAY, "month", 1, january) == january + 5 * DAY
    assert periods.share(100, 0, 3, 1) == 67 and periods.share(100, 0, 3, 3) == 0
