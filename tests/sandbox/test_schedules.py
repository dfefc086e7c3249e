"""Subscription schedules: a change at the end of the period, taken back, carried out, ended."""

from typing import Any

import pytest
import stripe

from sandbox.billing import periods
from tests.sandbox.conftest import Running

DAY = 86_400


def _member(box: Running, amount: int = 12800, **more: Any) -> Any:
    customer = box.customer(card="pm_card_visa")
    return box.v1.subscriptions.create({"customer": customer.id, "items": [{"price": box.price(amount).id}], **more})


def _downgrade(box: Running, subscription: Any, price: str, **more: Any) -> Any:
    schedule = box.v1.subscription_schedules.create({"from_subscription": subscription.id})
    now = schedule.phases[0]
    return box.v1.subscription_schedules.update(schedule.id, {
        "end_behavior": "release",
        "phases": [
            {"items": [{"price": now["items"][0].price, "quantity": 1}], "start_date": now.start_date, "end_date": now.end_date},
            {"items": [{"price": price, "quantity": 1}], "proration_behavior": "none", **more},
        ],
    })  # fmt: skip


def test_a_downgrade_takes_place_at_the_end_of_the_period_and_the_renewal_is_cheap(box: Running) -> None:
    subscription = _member(box)
    cheap = box.price(4800)
    schedule = _downgrade(box, subscription, cheap.id, duration={"interval": "month", "interval_count": 1})
    end = subscription.items.data[0].current_period_end
    assert (schedule.status, schedule.current_phase.end_date, len(schedule.phases)) == ("active", end, 2)
    assert schedule.phases[1].end_date == periods.shift(end, "month", 1)
    now = box.v1.subscriptions.retrieve(subscription.id)
    assert (now.schedule, now.items.data[0].price.unit_amount) == (schedule.id, 12800)
    assert box.v1.invoices.create_preview({"subscription": subscription.id}).total == 4800
    box.control("advance", to=end + 3700)
    after = box.v1.subscriptions.retrieve(subscription.id)
    assert [i.price.id for i in after.items.data] == [cheap.id]
    assert (after.items.data[0].current_period_start, after.items.data[0].current_period_end) == (
        end, periods.shift(end, "month", 1))  # fmt: skip
    invoice = box.v1.invoices.list({"subscription": subscription.id, "limit": 1}).data[0]
    assert (invoice.amount_paid, invoice.billing_reason, len(invoice.lines.data)) == (4800, "subscription_cycle", 1)
    box.control("advance", to=periods.shift(end, "month", 1) + 3700)
    ended = box.v1.subscription_schedules.retrieve(schedule.id)
    assert (ended.status, ended.released_subscription, ended.subscription) == ("released", subscription.id, None)
    assert box.v1.subscriptions.retrieve(subscription.id).schedule is None
    box.flush()
    told = [t for t in box.receiver.types() if t.startswith("subscription_schedule")]
    assert told[:2] == ["subscription_schedule.created", "subscription_schedule.updated"]
    assert told[-1] == "subscription_schedule.released" and "subscription_schedule.expiring" in told


def test_a_downgrade_is_undone_by_release(box: Running) -> None:
    subscription = _member(box)
    schedule = _downgrade(box, subscription, box.price(4800).id)
    with pytest.raises(stripe.InvalidRequestError, match="managed by the subscription schedule"):
        box.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    with pytest.raises(stripe.InvalidRequestError, match="managed by the subscription schedule"):
        box.v1.subscriptions.pause(subscription.id)
    released = box.v1.subscription_schedules.release(schedule.id)
    assert (released.status, released.released_subscription) == ("released", subscription.id)
    with pytest.raises(stripe.InvalidRequestError):
        box.v1.subscription_schedules.release(schedule.id)
    box.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    box.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": False})
    box.control("advance", until="next_renewal")
    assert box.v1.subscriptions.retrieve(subscription.id).items.data[0].price.unit_amount == 12800


def test_a_change_from_month_to_year_at_the_end_begins_a_year_there(box: Running) -> None:
    subscription = _member(box)
    _downgrade(box, subscription, box.price(48000, recurring={"interval": "year"}).id)
    end = subscription.items.data[0].current_period_end
    box.control("advance", to=end + 3700)
    item = box.v1.subscriptions.retrieve(subscription.id).items.data[0]
    assert (item.current_period_start, item.current_period_end) == (end, periods.shift(end, "year", 1))
    assert box.v1.invoices.list({"limit": 1}).data[0].amount_paid == 48000


def test_a_schedule_can_end_the_subscription_and_cancelling_it_does_so_now(box: Running) -> None:
    subscription = _member(box)
    schedule = box.v1.subscription_schedules.create({"from_subscription": subscription.id})
    phase = schedule.phases[0]
    box.v1.subscription_schedules.update(schedule.id, {"end_behavior": "cancel", "phases": [
        {"items": [{"price": phase["items"][0].price}], "start_date": phase.start_date, "end_date": phase.end_date}]})  # fmt: skip
    assert box.v1.subscriptions.retrieve(subscription.id).cancel_at == phase.end_date
    box.control("advance", to=phase.end_date + 60)
    assert box.v1.subscriptions.retrieve(subscription.id).status == "canceled"
    assert box.v1.subscription_schedules.retrieve(schedule.id).status == "completed"
    other = _member(box)
    plan = box.v1.subscription_schedules.create({"from_subscription": other.id})
    assert box.v1.subscription_schedules.cancel(plan.id, {"prorate": False, "invoice_now": False}).status == "canceled"
    assert box.v1.subscriptions.retrieve(other.id).status == "canceled"
    third = _member(box)
    plan = box.v1.subscription_schedules.create({"from_subscription": third.id})
    box.v1.subscriptions.cancel(third.id)
    assert box.v1.subscription_schedules.retrieve(plan.id).status == "canceled"
    assert len(box.v1.subscription_schedules.list({"customer": third.customer}).data) == 1


def test_a_phase_in_the_middle_of_a_period_prorates_as_it_says(box: Running) -> None:
    subscription = _member(box, 4800)
    dear, now = box.price(12800), box.state()["clock"]["now"]
    schedule = box.v1.subscription_schedules.create({"from_subscription": subscription.id})
    first, at = schedule.phases[0], now + 10 * DAY
    box.v1.subscription_schedules.update(schedule.id, {"phases": [
        {"items": [{"price": first["items"][0].price}], "start_date": first.start_date, "end_date": at},
        {"items": [{"price": dear.id}], "proration_behavior": "always_invoice", "metadata": {"tier": "patron"}}]})  # fmt: skip
    box.control("advance", to=at + 60)
    after = box.v1.subscriptions.retrieve(subscription.id)
    item = after.items.data[0]
    assert (item.price.id, after.metadata.to_dict()) == (dear.id, {"tier": "patron"})
    assert item.current_period_end == subscription.items.data[0].current_period_end
    start, end = subscription.items.data[0].current_period_start, item.current_period_end
    invoice = box.v1.invoices.retrieve(after.latest_invoice)
    assert invoice.amount_paid == periods.share(12800, start, end, at) - periods.share(4800, start, end, at)


def test_a_schedule_begins_a_subscription_later(box: Running) -> None:
    customer = box.customer(card="pm_card_visa")
    start = box.state()["clock"]["now"] + 5 * DAY
    schedule = box.v1.subscription_schedules.create({
        "customer": customer.id, "start_date": start, "end_behavior": "release",
        "phases": [{"items": [{"price": box.price().id}], "duration": {"interval": "month", "interval_count": 3}}]})  # fmt: skip
    assert (schedule.status, schedule.subscription) == ("not_started", None)
    box.control("advance", to=start + 60)
    begun = box.v1.subscription_schedules.retrieve(schedule.id, {"expand": ["subscription"]})
    assert (begun.status, begun.subscription.status, begun.subscription.start_date) == ("active", "active", start)


def test_a_phase_that_leaves_the_discount_out_drops_it(box: Running) -> None:
    coupon = box.v1.coupons.create({"percent_off": 50, "duration": "forever"})
    subscription = _member(box, discounts=[{"coupon": coupon.id}])
    schedule = box.v1.subscription_schedules.create({"from_subscription": subscription.id})
    phase = schedule.phases[0]
    assert phase.discounts[0].discount == subscription.discounts[0]
    params = {"items": [{"price": phase["items"][0].price}], "start_date": phase.start_date, "end_date": phase.end_date}
    keeping = {**params, "discounts": [{"discount": phase.discounts[0].discount}]}
    box.v1.subscription_schedules.update(schedule.id, {"phases": [keeping]})
    assert box.v1.subscriptions.retrieve(subscription.id).discounts == subscription.discounts
    box.v1.subscription_schedules.update(schedule.id, {"phases": [params]})
    assert box.v1.subscriptions.retrieve(subscription.id).discounts == []


def test_what_a_schedule_cannot_be_is_refused(box: Running) -> None:
    subscription = _member(box)
    with pytest.raises(stripe.InvalidRequestError, match="if `from_subscription` is set"):
        box.v1.subscription_schedules.create({"from_subscription": subscription.id, "end_behavior": "cancel"})
    schedule = box.v1.subscription_schedules.create({"from_subscription": subscription.id})
    with pytest.raises(stripe.InvalidRequestError, match="already attached"):
        box.v1.subscription_schedules.create({"from_subscription": subscription.id})
    price, start = schedule.phases[0]["items"][0].price, schedule.phases[0].start_date
    for phases in (
        [{"items": [{"price": price}]}],
        [{"items": [{"price": price}], "start_date": start + 5}],
        [{"items": [{"price": price}], "start_date": start, "end_date": start - 1}],
        [{"items": [{"price": "price_none"}], "start_date": start}],
        [{"items": [{"price": price}], "start_date": start}, {"items": [{"price": price}], "start_date": start + 1}],
    ):
        with pytest.raises(stripe.InvalidRequestError):
            box.v1.subscription_schedules.update(schedule.id, {"phases": phases})
    with pytest.raises(stripe.InvalidRequestError) as caught:
        box.v1.subscription_schedules.retrieve("sub_sched_none")
    assert caught.value.http_status == 404
