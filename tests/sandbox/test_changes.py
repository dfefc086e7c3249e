"""Changes of a running subscription: what they cost, what happens when that is not paid, offers, pauses."""

from typing import Any

import pytest
import stripe

from sandbox.billing import periods
from tests.sandbox.conftest import Running

DAY = 86_400


def _member(box: Running, amount: int = 4800, card: str = "pm_card_visa", **more: Any) -> Any:
    customer = box.customer(card=card)
    return box.v1.subscriptions.create({"customer": customer.id, "items": [{"price": box.price(amount).id}], **more})


def _upgrade(subscription: Any, price: str, **more: Any) -> dict[str, Any]:
    return {
        "items": [{"id": subscription.items.data[0].id, "price": price}],
        "proration_behavior": "always_invoice",
        **more,
    }


def test_an_upgrade_to_a_year_that_cannot_be_paid_leaves_no_trace(box: Running) -> None:
    member, yearly = _member(box), box.price(48000, recurring={"interval": "year"})
    box.card(member.customer, "pm_card_chargeCustomerFail")
    with pytest.raises(stripe.CardError):
        box.v1.subscriptions.update(member.id, _upgrade(member, yearly.id, payment_behavior="error_if_incomplete"))
    same = box.v1.subscriptions.retrieve(member.id)
    assert (same.status, same.items.data[0].price.id) == ("active", member.items.data[0].price.id)
    assert same.items.data[0].current_period_end == member.items.data[0].current_period_end
    assert len(box.v1.invoices.list().data) == 1


def test_a_pending_upgrade_takes_place_when_its_invoice_is_paid(box: Running) -> None:
    member, dear = _member(box), box.price(12800)
    box.control("advance", seconds=10 * DAY)
    box.card(member.customer, "pm_card_chargeCustomerFail")
    with pytest.raises(stripe.InvalidRequestError, match="pending_if_incomplete"):
        box.v1.subscriptions.update(member.id, _upgrade(member, dear.id, payment_behavior="pending_if_incomplete",
                                                        description="no"))  # fmt: skip
    held = box.v1.subscriptions.update(member.id, _upgrade(member, dear.id, payment_behavior="pending_if_incomplete"))
    assert (held.status, held.items.data[0].price.unit_amount) == ("active", 4800)
    assert held.pending_update.subscription_items[0].price.id == dear.id
    assert box.v1.invoices.retrieve(held.latest_invoice).status == "open"
    box.card(member.customer, "pm_card_visa")
    box.v1.invoices.pay(held.latest_invoice)
    done = box.v1.subscriptions.retrieve(member.id)
    assert (done.pending_update, done.items.data[0].price.id, done.status) == (None, dear.id, "active")
    box.flush()
    assert box.receiver.types()[-1] == "customer.subscription.pending_update_applied"


def test_a_pending_upgrade_that_nobody_pays_is_dropped(box: Running) -> None:
    member, dear = _member(box), box.price(12800)
    box.control("advance", seconds=DAY)
    box.card(member.customer, "pm_card_chargeCustomerFail")
    held = box.v1.subscriptions.update(member.id, _upgrade(member, dear.id, payment_behavior="pending_if_incomplete"))
    box.control("advance", seconds=23 * 3600 + 60)
    done = box.v1.subscriptions.retrieve(member.id)
    assert (done.pending_update, done.items.data[0].price.unit_amount, done.status) == (None, 4800, "active")
    assert box.v1.invoices.retrieve(held.latest_invoice).status == "void"
    assert "customer.subscription.pending_update_expired" in box.receiver.types()


def test_by_default_a_change_that_is_not_paid_takes_place_and_is_overdue(box: Running) -> None:
    member, dear = _member(box), box.price(12800)
    box.control("advance", seconds=DAY)
    box.card(member.customer, "pm_card_chargeCustomerFail")
    changed = box.v1.subscriptions.update(member.id, _upgrade(member, dear.id))
    assert (changed.status, changed.items.data[0].price.id) == ("past_due", dear.id)


def test_prorations_know_what_was_really_paid(box: Running) -> None:
    coupon = box.v1.coupons.create({"percent_off": 50, "duration": "forever"})
    member, dear = _member(box, discounts=[{"coupon": coupon.id}]), box.price(12800)
    start, end = member.items.data[0].current_period_start, member.items.data[0].current_period_end
    at = start + 10 * DAY
    box.control("advance", to=at)
    change = _upgrade(member, dear.id, proration_date=at)
    preview = box.v1.invoices.create_preview({"subscription": member.id, "subscription_details": change})
    invoice = box.v1.invoices.retrieve(box.v1.subscriptions.update(member.id, change).latest_invoice)
    expected = periods.share(6400, start, end, at) - periods.share(2400, start, end, at)
    assert preview.total == invoice.amount_paid == expected
    with pytest.raises(stripe.InvalidRequestError, match="proration_date"):
        box.v1.subscriptions.update(
            member.id, _upgrade(member, member.items.data[0].price.id, proration_date=start - DAY)
        )


def test_going_up_and_down_again_in_the_same_second_costs_nothing(box: Running) -> None:
    member, dear = _member(box), box.price(12800)
    at = member.items.data[0].current_period_start + 7 * DAY
    box.control("advance", to=at)
    box.v1.subscriptions.update(member.id, _upgrade(member, dear.id, proration_date=at))
    box.v1.subscriptions.update(member.id, _upgrade(member, member.items.data[0].price.id, proration_date=at))
    totals = [i.total for i in box.v1.invoices.list().data]
    assert totals[0] == -totals[1] and box.v1.customers.retrieve(member.customer).balance == totals[0]


def test_seats_are_added_and_taken_away(box: Running) -> None:
    customer = box.customer(card="pm_card_visa")
    member = box.v1.subscriptions.create({"customer": customer.id, "items": [{"price": box.price().id, "quantity": 5}]})
    item, start, end = member.items.data[0], *_span(member)
    at = start + 6 * DAY
    box.control("advance", to=at)
    more = box.v1.subscriptions.update(member.id, {"items": [{"id": item.id, "quantity": 8}], "proration_date": at,
                                                   "proration_behavior": "always_invoice"})  # fmt: skip
    invoice = box.v1.invoices.retrieve(more.latest_invoice)
    assert invoice.amount_paid == periods.share(38400, start, end, at) - periods.share(24000, start, end, at)
    box.v1.subscriptions.update(member.id, {"items": [{"id": item.id, "quantity": 6}], "proration_behavior": "none"})
    box.control("advance", to=end + 3700)
    assert box.v1.invoices.list({"limit": 1}).data[0].amount_paid == 28800


def _span(subscription: Any) -> tuple[int, int]:
    return subscription.items.data[0].current_period_start, subscription.items.data[0].current_period_end


def test_an_offer_lowers_the_next_bills_for_as_long_as_it_says(box: Running) -> None:
    member = _member(box)
    offer = box.v1.coupons.create({"percent_off": 25, "duration": "repeating", "duration_in_months": 2})
    changed = box.v1.subscriptions.update(member.id, {"discounts": [{"coupon": offer.id}]})
    assert len(changed.discounts) == 1
    assert box.v1.invoices.create_preview({"subscription": member.id}).total == 3600
    sums = []
    for _ in range(3):
        box.control("advance", until="next_renewal")
        sums.append(box.v1.invoices.list({"limit": 1}).data[0].amount_paid)
    assert sums in ([3600, 3600, 4800], [3600, 4800, 4800])  # two months from now, to the second
    assert box.v1.subscriptions.retrieve(member.id).discounts == []


def test_a_coupon_for_once_is_used_up_by_the_next_bill(box: Running) -> None:
    member = _member(box)
    once = box.v1.coupons.create({"amount_off": 1000, "currency": "cny", "duration": "once"})
    code = box.v1.promotion_codes.create({"promotion": {"type": "coupon", "coupon": once.id}, "code": "STAY"})
    preview = box.v1.invoices.create_preview({"subscription": member.id, "discounts": [{"promotion_code": code.id}]})
    assert preview.total == 3800 and box.v1.subscriptions.retrieve(member.id).discounts == []
    box.v1.subscriptions.update(member.id, {"discounts": [{"promotion_code": code.id}]})
    sums = []
    for _ in range(2):
        box.control("advance", until="next_renewal")
        sums.append(box.v1.invoices.list({"limit": 1}).data[0].amount_paid)
    assert sums == [3800, 4800]
    assert {"customer.discount.created", "customer.discount.deleted"} <= set(box.receiver.types())
    cleared = box.v1.subscriptions.update(member.id, {"discounts": [{"coupon": once.id}]})
    assert len(cleared.discounts) == 1
    assert box.v1.subscriptions.update(member.id, {"discounts": ""}).discounts == []


def test_coupons_and_codes_are_listed_changed_and_deleted(box: Running) -> None:
    coupon = box.v1.coupons.create({"percent_off": 10, "duration": "once", "name": "Spring"})
    code = box.v1.promotion_codes.create({"promotion": {"type": "coupon", "coupon": coupon.id}, "code": "SPRING"})
    with pytest.raises(stripe.InvalidRequestError, match="already exists"):
        box.v1.promotion_codes.create({"promotion": {"type": "coupon", "coupon": coupon.id}, "code": "spring"})
    assert [
        c.id for c in box.v1.promotion_codes.list({"code": "spring", "coupon": coupon.id, "active": True}).data
    ] == [code.id]
    assert box.v1.promotion_codes.update(code.id, {"active": False}).active is False
    assert box.v1.coupons.update(coupon.id, {"name": "Summer"}).name == "Summer"
    assert [c.name for c in box.v1.coupons.list().data] == ["Summer"]
    box.v1.coupons.delete(coupon.id)
    assert box.v1.coupons.list().data == []
    with pytest.raises(stripe.InvalidRequestError):
        box.v1.coupons.retrieve(coupon.id)


def test_a_pause_credits_unused_time_unless_it_is_told_not_to(box: Running) -> None:
    kept, credited = _member(box), _member(box)
    box.control("advance", seconds=10 * DAY)
    box.v1.subscriptions.pause(kept.id, {"type": "subscription", "bill_for": {"unused_time_from": {"type": "none"}}})
    assert box.v1.invoice_items.list({"customer": kept.customer}).data == []
    box.v1.subscriptions.pause(credited.id)
    assert box.v1.invoice_items.list({"customer": credited.customer}).data[0].amount < 0
    box.flush()
    assert box.receiver.types().count("customer.subscription.paused") == 2
    box.control("advance", seconds=60 * DAY)
    assert len(box.v1.invoices.list({"customer": kept.customer}).data) == 1
    free = box.v1.subscriptions.resume(
        kept.id, {"billing_cycle_anchor": {"type": "unchanged"}, "proration_behavior": "none"}
    )
    assert free.status == "active" and len(box.v1.invoices.list({"customer": kept.customer}).data) == 1
    assert free.items.data[0].current_period_end == periods.boundary(
        free.billing_cycle_anchor, "month", 1, _span(free)[0]
    )


def test_a_resumption_can_wait_for_its_money(box: Running) -> None:
    member = _member(box)
    box.v1.subscriptions.pause(member.id, {"bill_for": {"unused_time_from": {"type": "none"}}})
    box.control("advance", seconds=40 * DAY)
    box.card(member.customer, "pm_card_chargeCustomerFail")
    waiting = box.v1.subscriptions.resume(member.id, {"payment_behavior": "resume_on_payment_success"})
    assert waiting.status == "paused" and box.v1.invoices.retrieve(waiting.latest_invoice).status == "open"
    box.card(member.customer, "pm_card_visa")
    box.v1.invoices.pay(waiting.latest_invoice)
    assert box.v1.subscriptions.retrieve(member.id).status == "active"
    box.flush()
    assert box.receiver.types().count("customer.subscription.resumed") == 1


def test_a_renewal_is_announced_a_week_before(box: Running) -> None:
    member = _member(box)
    end = _span(member)[1]
    box.control("advance", to=end - 7 * DAY + 1)
    box.flush()
    event = next(e for e in box.receiver.events if e["type"] == "invoice.upcoming")
    invoice = event["data"]["object"]
    assert (invoice["total"], invoice["number"], invoice["lines"]["data"][0]["period"]["start"]) == (4800, None, end)
    box.control("advance", to=end + 3700)
    box.flush()
    assert box.receiver.types().count("invoice.upcoming") == 1
    box.v1.subscriptions.update(member.id, {"cancel_at_period_end": True})
    box.control("advance", seconds=32 * DAY)
    assert box.receiver.types().count("invoice.upcoming") == 1


def test_a_deleted_customer_says_so_and_takes_nothing_new(box: Running) -> None:
    member = _member(box)
    assert box.v1.customers.delete(member.customer).deleted is True
    gone = box.v1.customers.retrieve(member.customer)
    assert (gone.deleted, gone.email) == (True, None)
    assert box.v1.subscriptions.retrieve(member.id).status == "canceled"
    assert box.v1.customers.list().data == []
    with pytest.raises(stripe.InvalidRequestError):
        box.session(box.price().id, member.customer)


def test_an_invoice_is_finalised_voided_or_given_up_by_hand(box: Running) -> None:
    member = _member(box)
    box.control("advance", to=_span(member)[1] + 60)
    draft = box.v1.invoices.list({"status": "draft"}).data[0]
    box.v1.invoice_items.create({"customer": member.customer, "invoice": draft.id, "amount": 500, "currency": "cny"})
    assert box.v1.invoices.finalize_invoice(draft.id).amount_due == 5300
    assert box.v1.invoices.void_invoice(draft.id).status == "void"
    with pytest.raises(stripe.InvalidRequestError):
        box.v1.invoices.pay(draft.id)
