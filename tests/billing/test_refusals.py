"""Calls that Stripe refuses, answers late or has done already: nothing of ours stays behind, and the member is told."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from accounts.models import Notice, User
from ground import clock
from subscriptions.billing import actions, changing, joining, outbox, queries
from subscriptions.billing.enums import CallState
from subscriptions.billing.models import OutboxCall, PlanPrice, Subscription
from subscriptions.billing.standing import Stand
from tests.billing.conftest import Till

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db(transaction=True)]


def fresh(row: Subscription) -> Subscription:
    return Subscription.objects.select_related("plan", "price", "account").get(pk=row.pk)


def told(account: User) -> set[str]:
    return {n.kind.removeprefix("billing.") for n in Notice.objects.filter(account=account)} - {"joined", "paid"}


def wait_over() -> None:
    """The pause after a failed try is over."""
    OutboxCall.objects.update(due_at=timezone.now() - timedelta(seconds=1))


def press(row: Subscription, path: str, **form: str) -> list[str]:
    client = Client()
    client.force_login(row.account)
    answer = client.post(f"/en/billing/subscriptions/{row.stripe_id}/{path}/", form)
    assert answer.status_code == 302
    return [str(m) for m in get_messages(answer.wsgi_request)]


def test_a_rest_that_is_refused_later_is_taken_back_and_told_once(
    till: Till, reader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = till.join(reader)
    with monkeypatch.context() as slow:
        slow.setattr(outbox, "_now", lambda pk: None)
        actions.pause(subscription=fresh(row), until=clock.now() + timedelta(days=60))
    till.sandbox.v1.subscription_schedules.create({"from_subscription": row.stripe_id})  # somebody at the dashboard
    outbox.run_due()
    outbox.run_due()
    assert OutboxCall.objects.get().state == CallState.FAILED
    assert fresh(row).status == "active" and not row.pauses.filter(ended_at=None).exists()
    assert told(reader) == {"undone"}
    client = Client()
    client.force_login(reader)
    assert "could not be done. Nothing was changed." in client.get("/en/account/notices/").content.decode()


def test_a_refusal_that_the_page_tells_is_not_told_by_letter(till: Till, reader: User) -> None:
    row = till.join(reader)
    till.sandbox.v1.subscription_schedules.create({"from_subscription": row.stripe_id})
    assert press(row, "pause", months="2") == ["That could not be done. Nothing was changed and nothing charged."]
    assert told(reader) == set() and not row.pauses.filter(ended_at=None).exists()


def test_staying_that_stripe_does_not_answer_is_not_called_done(till: Till, reader: User) -> None:
    row = till.join(reader)
    press(row, "leave", reason="unused", sure="1")
    assert fresh(row).cancel_at_period_end
    till.sandbox.control("fault", api="unavailable", times=3)
    assert press(row, "stay") == ["The payment service is slow to answer. We see to it, and tell you when it is done."]
    assert fresh(row).cancel_at_period_end
    till.sandbox.control("fault", api=None)
    wait_over()
    outbox.run_due()
    assert not fresh(row).cancel_at_period_end


def test_a_seat_that_rests_and_is_left_says_that_it_ends_and_can_be_kept(till: Till, reader: User) -> None:
    row = till.join(reader)
    press(row, "pause", months="2")
    assert fresh(row).status == "paused"
    press(row, "leave", reason="unused", sure="1")
    assert queries.held(reader)[0].stand == Stand.LEAVING
    press(row, "stay")
    assert queries.held(reader)[0].stand == Stand.RESTING


def test_a_page_that_is_closed_already_is_closed(till: Till, reader: User) -> None:
    price = PlanPrice.objects.select_related("plan").get(lookup_key="companion-month")
    page = joining.start(account=reader, wish=joining.Wish(price=price))
    till.sandbox.v1.checkout.sessions.expire(page.session_id or "")
    call = outbox.put(key="again", object_id=page.session_id or "", params={}, kind=outbox.EXPIRE)
    outbox.run(call.pk)
    call.refresh_from_db()
    assert call.state == CallState.DONE


def test_a_page_that_was_paid_cannot_be_closed_and_that_is_kept_to_be_seen(till: Till, reader: User) -> None:
    price = PlanPrice.objects.select_related("plan").get(lookup_key="companion-month")
    page = joining.start(account=reader, wish=joining.Wish(price=price))
    till.pay(page.session_url)
    call = outbox.put(key="late", object_id=page.session_id or "", params={}, kind=outbox.EXPIRE)
    outbox.run(call.pk)
    call.refresh_from_db()
    assert call.state == CallState.FAILED and call.error


def test_a_change_that_is_planned_while_another_is_on_its_way_takes_its_place(
    till: Till, reader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = till.join(reader, "patron-month")
    with monkeypatch.context() as slow:
        slow.setattr(outbox, "_now", lambda pk: None)
        for key in ("companion-month", "companion-month", "friend-month"):
            price = PlanPrice.objects.select_related("plan").get(lookup_key=key)
            changing.change(subscription=fresh(row), price=price)
    assert list(OutboxCall.objects.order_by("pk").values_list("kind", flat=True)) == [
        outbox.SCHEDULE, outbox.RELEASE, outbox.SCHEDULE]  # fmt: skip
    outbox.run_due()
    assert set(OutboxCall.objects.values_list("state", flat=True)) == {CallState.DONE}
    planned = fresh(row).next_price
    assert planned is not None and planned.lookup_key == "friend-month"


def test_a_call_waits_behind_one_that_has_to_wait(till: Till, reader: User) -> None:
    row = till.join(reader)
    till.sandbox.control("fault", api="unavailable", times=3)
    press(row, "leave", reason="unused", sure="1")
    till.sandbox.control("fault", api=None)
    press(row, "stay")
    assert list(OutboxCall.objects.values_list("state", flat=True)) == [CallState.PENDING] * 2
    wait_over()
    outbox.run_due()
    assert not fresh(row).cancel_at_period_end
    assert set(OutboxCall.objects.values_list("state", flat=True)) == {CallState.DONE}
