"""Up, down, resting, leaving, cards, money back: over HTTP against the sandbox, with signed events."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import Notice, User
from ground import clock
from membership import entitlements
from subscriptions.billing import actions, catalogue, changing, deals, joining, outbox, paying, queries, sync
from subscriptions.billing.enums import CallState, CheckoutKind, EventState
from subscriptions.billing.models import (
    Deal,
    DealUse,
    Dispute,
    Event,
    Invoice,
    Movement,
    OutboxCall,
    Pause,
    PlanPrice,
    Refund,
    Subscription,
)
from subscriptions.billing.standing import Stand
from tests.billing.conftest import Till
from tests.factories.accounts import person

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db(transaction=True)]


def allowed(account: User, key: str = "tier:companion") -> bool:
    entitlements.forget(account)
    return entitlements.has(account, key)


def price(name: str) -> PlanPrice:
    return PlanPrice.objects.select_related("plan").get(lookup_key=name)


def fresh(row: Subscription) -> Subscription:
    return Subscription.objects.select_related("plan", "price", "account").get(pk=row.pk)


def signed_in(account: User) -> Client:
    client = Client()
    client.force_login(account)
    return client


def kinds(account: User) -> list[str]:
    return [n.kind.removeprefix("billing.") for n in Notice.objects.filter(account=account).order_by("pk")]


def stand(account: User) -> Stand:
    return queries.held(account)[0].stand


def test_the_sum_that_is_shown_is_the_sum_that_is_charged(till: Till, reader: User) -> None:
    row = till.join(reader)
    till.advance(seconds=10 * 86400)
    shown = changing.preview(fresh(row), price("patron-month"))
    assert shown.when == changing.When.NOW and 0 < shown.due.amount < 12800
    call = changing.change(
        subscription=fresh(row), price=price("patron-month"), moment=shown.moment, shown=shown.due.amount
    )
    till.deliver()
    call.refresh_from_db()
    assert call.state == CallState.DONE
    assert fresh(row).price.lookup_key == "patron-month"
    assert allowed(reader, "tier:patron")
    paid = Invoice.objects.get(billing_reason="subscription_update")
    assert (paid.status, paid.total) == ("paid", shown.due.amount)
    assert kinds(reader).count("changed") == 1
    assert [m.kind for m in Movement.objects.order_by("pk")] == ["join", "upgrade"]


def test_a_click_that_comes_twice_changes_and_charges_once(till: Till, reader: User) -> None:
    row = till.join(reader)
    shown = changing.preview(fresh(row), price("patron-month"))
    form = {"moment": shown.moment, "shown": shown.due.amount}
    client = signed_in(reader)
    for _ in range(2):
        client.post(f"/en/billing/subscriptions/{row.stripe_id}/change/patron-month/", form)
    till.deliver()
    assert Invoice.objects.filter(billing_reason="subscription_update").count() == 1
    assert OutboxCall.objects.filter(key__startswith="change:").count() == 1


def test_a_sum_that_moved_is_shown_again_and_nothing_is_charged(till: Till, reader: User) -> None:
    row = till.join(reader)
    answer = signed_in(reader).post(
        f"/en/billing/subscriptions/{row.stripe_id}/change/patron-month/", {"moment": "0", "shown": "1"}
    )
    assert answer.status_code == 200 and b"has changed since" in answer.content
    assert not OutboxCall.objects.filter(key__startswith="change:").exists()


def test_a_declined_card_leaves_the_old_tier_and_says_so(till: Till, reader: User) -> None:
    row = till.join(reader)
    till.sandbox.control("fault", payment="card_declined", times=1)
    shown = changing.preview(fresh(row), price("patron-month"))
    client = signed_in(reader)
    answer = client.post(
        f"/en/billing/subscriptions/{row.stripe_id}/change/patron-month/",
        {"moment": shown.moment, "shown": shown.due.amount},
        follow=True,
    )
    till.deliver()
    assert b"refused the payment" in answer.content
    assert fresh(row).price.lookup_key == "companion-month" and allowed(reader)
    assert OutboxCall.objects.get(key__startswith="change:").code == "card_declined"


def test_less_begins_with_the_next_period_and_can_be_taken_back(till: Till, reader: User) -> None:
    row = till.join(reader, "patron-month")
    changing.change(subscription=fresh(row), price=price("companion-month"))
    till.deliver()
    planned = fresh(row)
    assert planned.price.lookup_key == "patron-month" and planned.next_price == price("companion-month")
    assert planned.next_price_at == planned.period_end and stand(reader) == Stand.CHANGING
    changing.undo(subscription=planned)
    till.deliver()
    assert (fresh(row).schedule_id, fresh(row).next_price) == ("", None)
    changing.change(subscription=fresh(row), price=price("companion-month"))
    till.deliver()
    till.advance(until="next_renewal")
    assert fresh(row).price.lookup_key == "companion-month"
    assert allowed(reader) and not allowed(reader, "tier:patron")
    assert kinds(reader).count("planned") == 1 and "changed" in kinds(reader)


def test_leaving_while_a_change_is_planned_drops_the_plan_first(till: Till, reader: User) -> None:
    row = till.join(reader, "patron-month")
    changing.change(subscription=fresh(row), price=price("companion-month"))
    actions.leave(subscription=fresh(row))
    till.deliver()
    gone = fresh(row)
    assert gone.cancel_at_period_end and not gone.schedule_id
    assert set(OutboxCall.objects.values_list("state", flat=True)) == {CallState.DONE}


def test_a_rest_charges_nothing_keeps_what_is_paid_and_ends_by_itself(till: Till, reader: User) -> None:
    row = till.join(reader)
    paid_until = fresh(row).period_end
    actions.pause(subscription=fresh(row), until=clock.now() + timedelta(days=80))
    till.deliver()
    assert (fresh(row).status, stand(reader)) == ("paused", Stand.RESTING) and allowed(reader)
    with pytest.raises(actions.NotNow):
        actions.pause(subscription=fresh(row), until=clock.now() + timedelta(days=5))
    charged = Invoice.objects.filter(total__gt=0).count()
    till.advance(seconds=60 * 86400)
    assert clock.now() > paid_until and not allowed(reader)
    assert Invoice.objects.filter(total__gt=0).count() == charged
    till.advance(seconds=21 * 86400)
    actions.resume_due(clock.now())
    till.deliver()
    assert fresh(row).status == "active" and allowed(reader)
    assert Pause.objects.get().ended_at is not None
    assert [m.kind for m in Movement.objects.order_by("pk")] == ["join", "pause", "resume"]


def test_coming_back_while_the_paid_period_runs_costs_nothing(till: Till, reader: User) -> None:
    row = till.join(reader)
    actions.pause(subscription=fresh(row), until=clock.now() + timedelta(days=80))
    till.deliver()
    till.advance(seconds=5 * 86400)
    before = Invoice.objects.filter(total__gt=0).count()
    actions.resume(subscription=fresh(row))
    till.deliver()
    assert fresh(row).status == "active" and Invoice.objects.filter(total__gt=0).count() == before


def test_who_leaves_for_the_price_is_offered_less_once(till: Till, reader: User) -> None:
    row, client = till.join(reader), signed_in(reader)
    page = client.post(f"/en/billing/subscriptions/{row.stripe_id}/leave/", {"reason": "too_expensive"})
    assert b"Half price" in page.content and not fresh(row).cancel_at_period_end
    client.post(f"/en/billing/subscriptions/{row.stripe_id}/accept/stay-lighter/")
    till.deliver()
    kept = fresh(row)
    assert (int(kept.percent_off or 0), kept.cancel_at_period_end) == (50, False)
    till.advance(until="next_renewal")
    assert Invoice.objects.order_by("-created_at").first().total == 2400
    again = client.post(f"/en/billing/subscriptions/{row.stripe_id}/leave/", {"reason": "too_expensive"})
    assert b"Half price" not in again.content
    client.post(f"/en/billing/subscriptions/{row.stripe_id}/leave/", {"reason": "too_expensive", "sure": "1"})
    till.deliver()
    assert fresh(row).cancel_reason == "too_expensive" and stand(reader) == Stand.LEAVING


def test_a_deal_by_link_takes_its_part_off_and_is_given_once(till: Till, reader: User) -> None:
    deal = Deal.objects.get(code="first-frost")
    assert deal.stripe_code
    started = joining.start(account=reader, wish=joining.Wish(price=price("companion-month"), deal=deal))
    till.pay(started.session_url)
    till.deliver()
    assert Invoice.objects.get().total == 3360
    assert DealUse.objects.get().account == reader
    with pytest.raises(deals.NotForYou):
        deals.usable(deal, reader, None)


def test_a_trial_is_given_once_in_a_life(till: Till, reader: User) -> None:
    row = till.join(reader, "friend-month")
    assert (fresh(row).status, stand(reader)) == ("trialing", Stand.TRIAL)
    assert allowed(reader, "tier:friend") and not Invoice.objects.filter(total__gt=0).exists()
    assert not Movement.objects.exists()
    till.advance(seconds=15 * 86400)
    assert fresh(row).status == "active" and Movement.objects.get().kind == "join"
    assert joining.trial_days(reader, price("friend-month")) == 0


def test_a_lifetime_is_paid_once_and_ends_when_the_money_goes_back(till: Till, reader: User) -> None:
    started = joining.start(account=reader, wish=joining.Wish(price=price("patron-lifetime")))
    till.pay(started.session_url)
    till.deliver()
    assert allowed(reader, "tier:patron")
    till.advance(seconds=400 * 86400)
    assert allowed(reader, "tier:patron")
    with pytest.raises(joining.AlreadyMember):
        joining.start(account=reader, wish=joining.Wish(price=price("patron-month")))
    invoice = Invoice.objects.get(total=1280000)
    paying.refund(invoice=invoice, amount=1280000, reason="", token="a", end=False, actor="admin")
    till.deliver()
    assert not allowed(reader, "tier:patron")


def test_money_goes_back_once_however_often_it_is_clicked(till: Till, reader: User) -> None:
    till.join(reader)
    invoice = Invoice.objects.get()
    for _ in range(3):
        paying.refund(invoice=invoice, amount=1000, reason="duplicate", token="same", end=False, actor="admin")
    till.deliver()
    assert Refund.objects.get().amount == 1000 and allowed(reader)
    with pytest.raises(paying.TooMuch) as much:
        paying.refund(invoice=invoice, amount=4000, reason="", token="b", end=False, actor="admin")
    assert much.value.left == 3800
    assert kinds(reader).count("refunded") == 1


def test_a_refund_may_end_the_seat_at_once(till: Till, reader: User) -> None:
    row = till.join(reader)
    paying.refund(invoice=Invoice.objects.get(), amount=4800, reason="", token="a", end=True, actor="admin")
    till.deliver()
    assert fresh(row).status == "canceled" and not allowed(reader) and stand(reader) == Stand.REFUNDED


def test_a_disputed_charge_rests_what_it_paid_for_and_a_lost_one_ends_it(till: Till, reader: User) -> None:
    row = till.join(reader)
    invoice = Invoice.objects.get()
    till.sandbox.control("dispute", invoice=invoice.stripe_id)
    till.deliver()
    assert stand(reader) == Stand.DISPUTED and not allowed(reader)
    dispute = Dispute.objects.get()
    till.sandbox.control("dispute", dispute=dispute.stripe_id, close="won")
    till.deliver()
    assert allowed(reader) and stand(reader) == Stand.RUNNING
    till.advance(until="next_renewal")
    later = Invoice.objects.exclude(pk=invoice.pk).get(status="paid")
    till.sandbox.control("dispute", invoice=later.stripe_id)
    till.deliver()
    second = Dispute.objects.exclude(pk=dispute.pk).get()
    till.sandbox.control("dispute", dispute=second.stripe_id, close="lost")
    till.deliver()
    till.deliver()
    assert fresh(row).status == "canceled" and not allowed(reader)


def test_a_failed_payment_is_one_sentence_and_one_button_and_a_new_card_pays_it(till: Till, reader: User) -> None:
    row = till.join(reader, card="4000000000000341")
    till.advance(until="next_renewal")
    assert (fresh(row).status, stand(reader)) == ("past_due", Stand.FAILED) and allowed(reader)
    client = signed_in(reader)
    page = client.get("/en/billing/").content.decode()
    assert "did not go through" in page and "Pay now" in page
    started = joining.start_apart(account=reader, kind=CheckoutKind.CARD, key=uuid4())
    till.pay(started.session_url)
    till.deliver()
    till.deliver()
    invoice = Invoice.objects.get(status="open")
    client.post(f"/en/billing/invoices/{invoice.stripe_id}/pay/")
    till.deliver()
    assert fresh(row).status == "active" and stand(reader) == Stand.RUNNING


def test_a_planned_change_keeps_the_offer_that_runs(till: Till, reader: User) -> None:
    row, client = till.join(reader, "patron-month"), signed_in(reader)
    client.post(f"/en/billing/subscriptions/{row.stripe_id}/accept/stay-lighter/")
    till.deliver()
    changing.change(subscription=fresh(row), price=price("companion-month"))
    till.deliver()
    assert int(fresh(row).percent_off or 0) == 50 and fresh(row).next_price == price("companion-month")
    till.advance(until="next_renewal")
    assert Invoice.objects.order_by("-created_at").first().total == 2400


def test_a_card_that_was_refused_can_be_tried_again(till: Till, reader: User) -> None:
    till.join(reader, card="4000000000000341")
    till.advance(until="next_renewal")
    invoice = Invoice.objects.get(status="open")
    till.sandbox.control("fault", payment="card_declined", times=2)
    calls = [paying.pay(invoice=invoice) for _ in range(2)]
    assert len({call.pk for call in calls}) == 2
    assert [OutboxCall.objects.get(pk=call.pk).state for call in calls] == [CallState.FAILED] * 2


def test_retries_that_are_exhausted_end_the_seat_and_say_why(till: Till, reader: User) -> None:
    row = till.join(reader, card="4000000000000341")
    till.advance(until="next_renewal")
    till.advance(seconds=20 * 86400)
    assert fresh(row).status == "canceled" and stand(reader) == Stand.LOST and not allowed(reader)
    assert "lost" in kinds(reader) and Movement.objects.order_by("-pk").first().kind == "lost"


def test_a_new_price_takes_the_name_and_the_old_one_is_honoured(till: Till, reader: User) -> None:
    row = till.join(reader)
    dearer = catalogue.change_price(price=price("companion-month"), amount=5800)
    catalogue.push()
    till.deliver()
    assert price("companion-month").pk == dearer.pk and dearer.stripe_price is None
    till.advance(until="next_renewal")
    assert Invoice.objects.order_by("-created_at").first().total == 4800 and fresh(row).price.amount == 4800
    second = person("Su")
    till.join(second)
    assert Subscription.objects.get(account=second).price.amount == 5800
    assert catalogue.push() == 0


def test_stripe_falling_silent_after_the_work_changes_once(till: Till, reader: User) -> None:
    row = till.join(reader)
    shown = changing.preview(fresh(row), price("patron-month"))
    till.sandbox.control("fault", api="error", times=3)
    call = changing._now(fresh(row), shown)
    call.refresh_from_db()
    assert call.state == CallState.PENDING and "500" in call.error
    till.sandbox.control("fault", api=None)
    OutboxCall.objects.update(due_at=clock.now() - timedelta(days=1))
    outbox.run_due()
    till.deliver()
    call.refresh_from_db()
    assert call.state == CallState.DONE and fresh(row).price.lookup_key == "patron-month"
    assert Invoice.objects.filter(billing_reason="subscription_update").count() == 1
    assert not Event.objects.filter(state=EventState.PARKED).exists()


def test_nobody_touches_somebody_elses_money(till: Till, reader: User) -> None:
    row = till.join(reader)
    stranger = signed_in(person("Stranger"))
    base = f"/en/billing/subscriptions/{row.stripe_id}"
    for path in ("change/", "change/patron-month/", "pause/", "leave/"):
        assert stranger.get(f"{base}/{path}").status_code == 404
    for path in ("keep/", "resume/", "stay/", "accept/stay-lighter/", "change/patron-month/"):
        assert stranger.post(f"{base}/{path}").status_code == 404
    invoice = Invoice.objects.get()
    assert stranger.post(f"/en/billing/invoices/{invoice.stripe_id}/pay/").status_code == 404
    assert "4,800" not in stranger.get("/en/billing/").content.decode()
    assert sync.subscription(row.stripe_id).account == reader
