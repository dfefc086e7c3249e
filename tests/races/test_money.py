"""The same webhook twice at once; two tabs that join. Each begins with a control that shows the race is real."""

import json
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Notice, User
from ground import clock
from subscriptions.billing import (
    actions,
    catalogue,
    changing,
    deals,
    demo,
    gateway,
    inbox,
    joining,
    locks,
    outbox,
    paying,
    sync,
)
from subscriptions.billing.enums import CallState, CheckoutState
from subscriptions.billing.models import (
    Checkout,
    Customer,
    Deal,
    DealUse,
    Event,
    Invoice,
    OutboxCall,
    PlanPrice,
    Refund,
    Subscription,
)
from tests.factories.accounts import person
from tests.factories.membership import tiers
from tests.races.threads import at_once
from tests.sandbox.conftest import Receiver, Running

pytestmark = [pytest.mark.postgres, pytest.mark.sandbox, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sandbox(tmp_path: Path, settings: Any):
    """A running sandbox with our catalogue."""
    running = Running(tmp_path / "sandbox.sqlite3", Receiver())
    settings.STRIPE_API_BASE, settings.VAR = running.base, tmp_path
    gateway.reset()
    tiers()
    demo.plans()
    catalogue.push()
    running.flush()
    yield running
    gateway.reset()
    running.stop()
    running.receiver.server.shutdown()
    running.receiver.server.server_close()


def event(number: int = 1) -> dict[str, Any]:
    return {
        "id": f"evt_{number}", "type": "invoice.paid", "api_version": gateway.API_VERSION,
        "data": {"object": {"object": "invoice", "id": "in_1"}},
    }  # fmt: skip


def test_control_looking_first_and_inserting_then_stores_an_event_twice_or_fails() -> None:
    def careless() -> str:
        if Event.objects.filter(pk="evt_1").exists():
            return "known"
        threading.Event().wait(0.05)
        now = timezone.now()
        Event(id="evt_1", type="x", object_type="x", object_id="x", payload={}, received_at=now, due_at=now).save(
            force_insert=True
        )
        return "new"

    found = at_once([careless] * 8)
    assert sum(isinstance(f, IntegrityError) for f in found) >= 1


def test_the_same_event_in_eight_threads_is_new_once() -> None:
    def receive() -> bool:
        with transaction.atomic():
            return inbox.receive(event())

    found = at_once([receive] * 8)
    assert sorted(map(str, found)) == ["False"] * 7 + ["True"]
    assert Event.objects.count() == 1


def test_the_same_webhook_twice_at_once_over_http_is_one_event_and_two_good_answers(sandbox: Running) -> None:
    sandbox.customer("pm_card_visa")
    sandbox.flush()
    body, signature = next(
        (b, s) for b, s in sandbox.receiver.raw if json.loads(b)["type"] == "payment_method.attached"
    )

    def post() -> tuple[int, bool]:
        answer = Client().post(
            "/billing/webhook/", data=body, content_type="application/json", headers={"Stripe-Signature": signature}
        )
        return answer.status_code, answer.json()["new"]

    assert sorted(at_once([post] * 6)) == [(200, False)] * 5 + [(200, True)]


def test_control_without_the_accounts_lock_two_tabs_make_two_checkouts() -> None:
    tiers()
    demo.plans()
    account, price = person(), PlanPrice.objects.get(lookup_key="companion-month")

    def careless() -> int:
        waiting = Checkout.objects.filter(account=account, slot="tier").first()
        threading.Event().wait(0.05)
        if waiting:
            return waiting.pk
        now = timezone.now()
        return Checkout.objects.create(
            account=account, price=price, slot="tier", language="en", created_at=now, expires_at=now
        ).pk

    found = at_once([careless] * 6)
    assert any(isinstance(f, IntegrityError) for f in found)


def test_six_tabs_that_join_get_one_payment_page_and_one_customer(sandbox: Running) -> None:
    account, price = person(), PlanPrice.objects.select_related("plan").get(lookup_key="companion-month")

    def join() -> str:
        return joining.start(account=account, wish=joining.Wish(price=price)).session_url

    urls = at_once([join] * 6)
    assert len(set(urls)) == 1 and urls[0].startswith("http")
    assert Checkout.objects.filter(account=account).count() == 1
    assert Customer.objects.filter(account=account).count() == 1
    assert sandbox.state()["counts"]["checkout.session"] == 1


CARD = {"email": "x@example.com", "card_number": "4242424242424242", "exp": "12/40", "cvc": "123", "name": "Ning"}


def price(key: str) -> PlanPrice:
    return PlanPrice.objects.select_related("plan").get(lookup_key=key)


def join(account: User, key: str) -> str:
    """What a tab is sent to: the payment page, or where the member stands already."""
    try:
        return joining.start(account=account, wish=joining.Wish(price=price(key))).session_url
    except joining.AlreadyMember:
        return "member"


def test_a_page_paid_in_two_tabs_and_heard_of_everywhere_at_once_is_one_subscription(sandbox: Running) -> None:
    account = person()
    url = join(account, "companion-month")
    paid = at_once([partial(sandbox.page, url, CARD)] * 2)
    assert any(answer[0] in (302, 303) for answer in paid)
    sandbox.flush()
    remote = sandbox.v1.subscriptions.list({"status": "all"}).data
    assert len(remote) == 1
    session = Checkout.objects.get().session_id
    at_once([partial(sync.checkout, session), partial(sync.subscription, remote[0].id)] * 3)
    assert Subscription.objects.filter(account=account).count() == 1
    assert account.entitlement_grants.filter(source_kind="plan").count() == 1
    assert join(account, "companion-month") == "member"


def test_tabs_that_join_at_different_prices_leave_one_page_that_can_be_paid(sandbox: Running) -> None:
    for _ in range(3):
        account = person()
        urls = at_once([partial(join, account, key) for key in ("companion-month", "patron-month") * 3])
        assert all(isinstance(url, str) for url in urls), urls
        waiting = Checkout.objects.get(account=account, state=CheckoutState.OPEN)
        paid = [sandbox.page(url, CARD)[0] in (302, 303) for url in sorted({u for u in urls if u})]
        assert paid.count(True) == 1 and sandbox.v1.checkout.sessions.retrieve(waiting.session_id).status == "complete"


def test_a_tab_whose_page_comes_after_another_tab_replaced_it_is_sent_to_one_that_is_there(
    sandbox: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, real, others = person(), gateway.create_checkout, []

    def slowly(**given: Any) -> dict[str, Any]:
        made = real(**given)
        if not others:
            others.append("")
            others[0] = join(account, "patron-month")
        return made

    monkeypatch.setattr(gateway, "create_checkout", slowly)
    assert join(account, "companion-month").startswith("http")
    assert others[0].startswith("http")


@pytest.fixture
def member(sandbox: Running) -> Subscription:
    """Somebody who sits at a seat and has paid for it."""
    return demo.join(person(), "companion-month")


def charges(sandbox: Running, account: User) -> int:
    found = sandbox.v1.charges.list({"customer": account.billing_customer.stripe_id, "limit": 100}).data
    return sum(charge.status == "succeeded" for charge in found)


def click(row: Subscription, key: str, moment: int, shown: int) -> str:
    """The button of a change, as a tab presses it: with what the tab was shown."""
    mine = Subscription.objects.select_related("plan", "price", "account").get(pk=row.pk)
    try:
        return str(changing.change(subscription=mine, price=price(key), moment=moment, shown=shown).pk)
    except (changing.CannotChange, changing.SumMoved) as refused:
        return type(refused).__name__


def test_four_clicks_on_one_change_are_one_charge(sandbox: Running, member: Subscription) -> None:
    seen, before = changing.preview(member, price("patron-month")), charges(sandbox, member.account)
    answers = at_once([partial(click, member, "patron-month", seen.moment, seen.due.amount)] * 4)
    assert all(isinstance(answer, str) for answer in answers), answers
    assert charges(sandbox, member.account) == before + 1
    assert list(OutboxCall.objects.values_list("kind", "state")) == [(outbox.UPDATE, CallState.DONE)]


def test_two_tabs_that_plan_one_change_plan_it_once_and_neither_fails(sandbox: Running, member: Subscription) -> None:
    tabs = [Subscription.objects.select_related("plan", "price", "account").get(pk=member.pk) for _ in range(2)]
    for tab in tabs:  # both were opened before either was pressed
        changing.change(subscription=tab, price=price("friend-month"))
    assert (
        len(sandbox.v1.subscription_schedules.list({"customer": member.account.billing_customer.stripe_id}).data) == 1
    )
    member.refresh_from_db()
    assert member.next_price == price("friend-month")
    assert not OutboxCall.objects.exclude(state=CallState.DONE).exists()


def back(invoice: Invoice, amount: int, token: str) -> str:
    try:
        paying.refund(invoice=invoice, amount=amount, reason="", token=token, end=False, actor="staff")
    except (paying.TooMuch, paying.NothingDue) as refused:
        return type(refused).__name__
    return "given"


def test_refunds_of_the_whole_by_two_desks_at_once_never_give_more_than_was_paid(
    sandbox: Running, member: Subscription
) -> None:
    invoice = Invoice.objects.get()
    answers = at_once([partial(back, invoice, invoice.amount_paid, f"token {n}") for n in range(4)])
    assert sorted(answers) == ["TooMuch"] * 3 + ["given"]
    assert [r.amount for r in sandbox.v1.refunds.list().data] == [invoice.amount_paid]
    assert [r.amount for r in Refund.objects.all()] == [invoice.amount_paid]
    assert not OutboxCall.objects.exclude(state=CallState.DONE).exists()


def test_parts_given_back_at_once_add_up_to_what_was_paid(sandbox: Running, member: Subscription) -> None:
    invoice = Invoice.objects.get()
    part = invoice.amount_paid // 3
    answers = at_once([partial(back, invoice, part, f"token {n}") for n in range(6)])
    assert sorted(answers) == ["TooMuch"] * 3 + ["given"] * 3
    assert sum(r.amount for r in sandbox.v1.refunds.list().data) == 3 * part


def test_control_without_the_bills_lock_more_is_promised_back_than_was_paid(
    sandbox: Running, member: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoice, met, real = Invoice.objects.get(), threading.Barrier(3), paying.left_of
    monkeypatch.setattr(Invoice.objects, "select_for_update", lambda **_: Invoice.objects.all())
    monkeypatch.setattr(outbox, "_now", lambda pk: None)

    def together(row: Invoice) -> int:
        left = real(row)
        met.wait(5)
        return left

    monkeypatch.setattr(paying, "left_of", together)
    answers = at_once([partial(back, invoice, invoice.amount_paid, f"token {n}") for n in range(3)])
    assert answers.count("given") > 1


def take(row: Subscription, deal: Deal) -> str:
    mine = Subscription.objects.select_related("plan", "price", "account").get(pk=row.pk)
    try:
        deals.stay(subscription=mine, deal=deal)
    except deals.NotForYou as refused:
        return refused.why
    return "stays"


def test_a_deal_to_stay_is_taken_once_by_four_tabs(sandbox: Running, member: Subscription) -> None:
    deal = Deal.objects.get(code="stay-lighter")
    if not deal.stripe_coupon:
        deals.push(deal)
    assert sorted(at_once([partial(take, member, deal)] * 4)) == ["stays", "taken", "taken", "taken"]
    assert DealUse.objects.count() == 1
    assert list(OutboxCall.objects.values_list("state", flat=True)) == [CallState.DONE]
    assert len(sandbox.v1.subscriptions.retrieve(member.stripe_id).discounts) == 1


def test_the_last_of_a_limited_deal_is_taken_by_one_of_two_members(
    sandbox: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    deal, met, real = Deal.objects.get(code="stay-lighter"), threading.Barrier(2), deals.usable
    if not deal.stripe_coupon:
        deals.push(deal)
    Deal.objects.filter(pk=deal.pk).update(most=1)
    deal.refresh_from_db()

    def together(*given: Any) -> Deal:
        found = real(*given)
        with suppress(threading.BrokenBarrierError):  # where a lock keeps them apart, nobody comes
            met.wait(1)
        return found

    monkeypatch.setattr(deals, "usable", together)
    rows = [demo.join(person(), "companion-month") for _ in range(2)]
    at_once([partial(take, row, deal) for row in rows])
    assert DealUse.objects.count() == 1


def press(row: Subscription, path: str, form: dict[str, str]) -> list[str]:
    """Press a button of the member's page; what they read on the page after it."""
    client = Client()
    client.force_login(row.account)
    answer = client.post(f"/en/billing/subscriptions/{row.stripe_id}/{path}/", form)
    assert answer.status_code == 302, answer.content[:500]
    return [str(m) for m in get_messages(answer.wsgi_request)]


def test_to_rest_and_to_leave_at_once_ends_as_one_of_both_and_no_refusal_is_kept_quiet(sandbox: Running) -> None:
    for _ in range(3):
        row = demo.join(person(), "companion-month")
        answers = at_once([
            partial(press, row, "pause", {"months": "2"}),
            partial(press, row, "leave", {"reason": "unused", "sure": "1"}),
        ])  # fmt: skip
        row.refresh_from_db()
        failed = OutboxCall.objects.filter(object_id=row.stripe_id, state=CallState.FAILED)
        assert not OutboxCall.objects.filter(state=CallState.PENDING).exists()
        assert row.status == "paused" or row.cancel_at_period_end
        refused = "That could not be done. Nothing was changed and nothing charged."
        assert not failed or [refused] in answers, (list(failed.values_list("kind", "error")), answers)


def test_a_rest_that_stripe_refuses_after_a_wait_is_taken_back_and_told(
    sandbox: Running, member: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as slow:
        slow.setattr(outbox, "_now", lambda pk: None)
        changing.change(subscription=member, price=price("friend-month"))
        member.refresh_from_db()  # Stripe has not said yet that a change is planned
        actions.pause(subscription=member, until=clock.now() + timedelta(days=60))
    outbox.run_due()
    member.refresh_from_db()
    rests, kinds = OutboxCall.objects.get(kind=outbox.PAUSE), {"billing.joined", "billing.paid", "billing.planned"}
    told = set(Notice.objects.filter(account=member.account).values_list("kind", flat=True)) - kinds
    open_rest = member.pauses.filter(ended_at=None).exists()
    if rests.state == CallState.DONE:
        assert member.status == "paused" and open_rest
    else:
        assert (open_rest, bool(told)) == (False, True)


def test_control_the_lock_of_an_object_keeps_its_calls_apart(sandbox: Running) -> None:
    inside, most = [0], [0]

    def work(hold: Callable[[str], Any]) -> None:
        with hold("outbox:sub_1"):
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            threading.Event().wait(0.05)
            inside[0] -= 1

    at_once([partial(work, lambda name: threading.Lock())] * 4)
    assert most[0] > 1
    most[0] = 0
    at_once([partial(work, locks.exclusive)] * 4)
    assert most[0] == 1
