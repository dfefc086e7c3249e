"""Join, renew, fail, recover, leave: over HTTP against the sandbox, with signed events."""

from datetime import timedelta

import pytest

from accounts.models import Mail, Notice, User
from ground import clock
from membership import entitlements
from subscriptions.billing import actions, joining, outbox, sync
from subscriptions.billing.enums import CheckoutState, EventState
from subscriptions.billing.models import Checkout, Event, Invoice, OutboxCall, PlanPrice, Subscription
from tests.billing.conftest import Till
from tests.factories.accounts import person

pytestmark = pytest.mark.sandbox


def allowed(account: User, key: str = "stories:all") -> bool:
    entitlements.forget(account)
    return entitlements.has(account, key)


def kinds(account: User) -> list[str]:
    return sorted(Notice.objects.filter(account=account).values_list("kind", flat=True))


def test_paying_opens_the_tier_and_only_the_webhook_does(
    till: Till, reader: User, django_capture_on_commit_callbacks
) -> None:
    price = PlanPrice.objects.get(lookup_key="companion-month")
    started = joining.start(
        account=reader, wish=joining.Wish(price=price, next_url="/en/stories/x/#p7", origin="story:1")
    )
    assert till.pay(started.session_url)[0] in (302, 303)
    assert not allowed(reader)
    with django_capture_on_commit_callbacks(execute=True):
        till.deliver()
    assert allowed(reader) and not allowed(reader, "rooms:patron")
    row = Subscription.objects.get(account=reader)
    assert (row.status, row.price.lookup_key, row.origin) == ("active", "companion-month", "story:1")
    started.refresh_from_db()
    assert started.state == CheckoutState.COMPLETE
    assert kinds(reader) == ["billing.joined", "billing.paid"]
    assert Mail.objects.filter(to=reader.email).count() == 2
    assert not Event.objects.filter(state__in=[EventState.PARKED, EventState.RECEIVED]).exists()


def test_a_declined_card_gives_nothing_and_the_page_can_be_used_again(till: Till, reader: User) -> None:
    price = PlanPrice.objects.get(lookup_key="companion-month")
    started = joining.start(account=reader, wish=joining.Wish(price=price))
    till.pay(started.session_url, "4000000000000002")
    till.deliver()
    assert not allowed(reader) and started.session_url
    assert till.pay(started.session_url)[0] in (302, 303)
    till.deliver()
    assert allowed(reader)


def test_joining_again_while_a_member_charges_nothing(till: Till, reader: User) -> None:
    till.join(reader)
    price = PlanPrice.objects.get(lookup_key="patron-month")
    with pytest.raises(joining.AlreadyMember):
        joining.start(account=reader, wish=joining.Wish(price=price))
    assert Subscription.objects.filter(account=reader).count() == 1


def test_choosing_another_tier_closes_the_first_payment_page(till: Till, reader: User) -> None:
    first = joining.start(account=reader, wish=joining.Wish(price=PlanPrice.objects.get(lookup_key="friend-month")))
    second = joining.start(account=reader, wish=joining.Wish(price=PlanPrice.objects.get(lookup_key="patron-month")))
    again = joining.start(account=reader, wish=joining.Wish(price=PlanPrice.objects.get(lookup_key="patron-month")))
    assert second.pk == again.pk and second.session_url == again.session_url
    first.refresh_from_db()
    assert first.state == CheckoutState.SUPERSEDED
    assert till.sandbox.v1.checkout.sessions.retrieve(first.session_id).status == "expired"


def test_a_page_that_was_paid_before_another_was_chosen_is_not_paid_twice(till: Till, reader: User) -> None:
    first = joining.start(account=reader, wish=joining.Wish(price=PlanPrice.objects.get(lookup_key="companion-month")))
    till.pay(first.session_url)
    with pytest.raises(joining.AlreadyMember):
        joining.start(account=reader, wish=joining.Wish(price=PlanPrice.objects.get(lookup_key="patron-month")))
    till.deliver()
    assert Subscription.objects.get(account=reader).price.lookup_key == "companion-month"
    assert not Checkout.objects.filter(account=reader, state__in=[CheckoutState.NEW, CheckoutState.OPEN]).exists()
    assert till.sandbox.state()["counts"]["checkout.session"] == 1


def test_erasing_an_account_closes_its_payment_page_and_empties_its_customer(
    till: Till, reader: User, django_capture_on_commit_callbacks
) -> None:
    from accounts.actions import erase_account

    started = joining.start(
        account=reader, wish=joining.Wish(price=PlanPrice.objects.get(lookup_key="companion-month"))
    )
    with django_capture_on_commit_callbacks(execute=True):
        erase_account(account=reader)
    assert till.sandbox.v1.checkout.sessions.retrieve(started.session_id).status == "expired"
    customer = till.sandbox.v1.customers.retrieve(reader.billing_customer.stripe_id)
    assert customer.email.startswith("erased-") and not customer.name


def test_an_archived_tier_cannot_be_bought_by_its_address(till: Till, reader: User, client) -> None:
    from membership.models import Tier

    client.force_login(reader)
    assert client.get("/en/billing/checkout/friend-month/").status_code == 200
    Tier.objects.filter(key="friend").update(archived=True)
    assert client.get("/en/billing/checkout/friend-month/").status_code == 404


def test_a_notice_that_cannot_be_written_does_not_take_the_money_along(till: Till, reader: User, monkeypatch) -> None:
    from subscriptions.billing import telling

    monkeypatch.setattr(telling, "notify", lambda **kwargs: 1 / 0)
    assert till.join(reader).status == "active" and allowed(reader)


@pytest.mark.parametrize("path", ["/en/billing/welcome/?s=%00", "/en/billing/subscriptions/%00/leave/"])
def test_a_nul_is_a_clear_400(till: Till, reader: User, client, path: str) -> None:
    client.force_login(reader)
    assert client.get(path).status_code == 400
    assert client.post("/en/billing/checkout/friend-month/", {"origin": "a\x00b"}).status_code == 400


def test_an_abandoned_checkout_expires_and_a_new_one_can_begin(till: Till, reader: User) -> None:
    price = PlanPrice.objects.get(lookup_key="companion-month")
    first = joining.start(account=reader, wish=joining.Wish(price=price))
    till.advance(seconds=2 * 3600)
    first.refresh_from_db()
    assert first.state == CheckoutState.EXPIRED and not allowed(reader)
    assert joining.start(account=reader, wish=joining.Wish(price=price)).pk != first.pk


def test_a_renewal_is_told_five_days_before_and_moves_the_period(
    till: Till, reader: User, django_capture_on_commit_callbacks
) -> None:
    row = till.join(reader)
    ends = row.period_end
    with django_capture_on_commit_callbacks(execute=True):
        till.advance(to=int((ends - timedelta(days=4)).timestamp()))
    told = Notice.objects.get(account=reader, kind="billing.renewal")
    assert told.context["price"] == "¥48"
    till.advance(until="next_renewal")
    row.refresh_from_db()
    assert row.period_start == ends and row.status == "active"
    assert Invoice.objects.filter(subscription=row, status="paid").count() == 2
    assert allowed(reader)


def test_a_failed_renewal_keeps_the_seat_for_the_grace_and_then_closes_it(till: Till, reader: User) -> None:
    row = till.join(reader)
    till.sandbox.control("fault", payment="card_declined", times=10)
    till.advance(until="next_renewal")
    row.refresh_from_db()
    assert row.status == "past_due"
    invoice = Invoice.objects.get(subscription=row, status="open")
    assert invoice.pay_url and invoice.attempts >= 1
    assert allowed(reader)
    check = entitlements.check(reader, "stories:all")
    assert check.until == row.period_start + timedelta(days=14)
    till.advance(seconds=20 * 86400)
    row.refresh_from_db()
    assert row.status == "canceled" and not allowed(reader)


def test_a_recovered_payment_is_as_if_nothing_had_been(till: Till, reader: User) -> None:
    row = till.join(reader)
    till.sandbox.control("fault", payment="card_declined", times=1)
    till.advance(until="next_renewal")
    assert Subscription.objects.get(pk=row.pk).status == "past_due"
    till.advance(until="next_retry")
    row.refresh_from_db()
    assert row.status == "active" and allowed(reader)
    assert not Invoice.objects.filter(subscription=row, status="open").exists()


def test_leaving_keeps_the_paid_period_and_staying_takes_it_back(
    till: Till, reader: User, django_capture_on_commit_callbacks
) -> None:
    row = till.join(reader)
    with django_capture_on_commit_callbacks(execute=True):
        actions.leave(subscription=row, reason="unused", comment="moving away")
    till.deliver()
    row.refresh_from_db()
    assert row.ends_at_period_end
    assert entitlements.check(User.objects.get(pk=reader.pk), "stories:all").until == row.period_end
    with django_capture_on_commit_callbacks(execute=True):
        actions.take_back(subscription=row)
    row.refresh_from_db()
    assert not row.ends_at_period_end
    with django_capture_on_commit_callbacks(execute=True):
        actions.leave(subscription=row, reason="unused")
    till.advance(to=int((row.period_end + timedelta(hours=2)).timestamp()))
    row.refresh_from_db()
    assert row.status == "canceled" and not allowed(reader)
    assert entitlements.check(reader, "stories:all").why == entitlements.Why.ENDED


def test_a_worker_killed_between_the_call_and_our_commit_repeats_it_without_harm(
    till: Till, reader: User, monkeypatch
) -> None:
    row = till.join(reader)
    call = actions.leave(subscription=row)
    with monkeypatch.context() as killed:
        killed.setattr(OutboxCall, "save", _die)
        with pytest.raises(SystemError):
            outbox.run(call.pk)
    assert OutboxCall.objects.get(pk=call.pk).state == "pending"
    assert till.sandbox.v1.subscriptions.retrieve(row.stripe_id).cancel_at_period_end
    till.deliver()
    assert OutboxCall.objects.get(pk=call.pk).state == "done"
    assert Subscription.objects.get(pk=row.pk).cancel_at_period_end


def _die(self: OutboxCall, *args: object, **kwargs: object) -> None:
    raise SystemError("killed")


def test_an_older_answer_never_overwrites_a_newer_one(till: Till, reader: User) -> None:
    row = till.join(reader)
    old = till.sandbox.v1.subscriptions.retrieve(row.stripe_id).to_dict()
    old["status"] = "past_due"
    sync.apply_subscription(old, row.fetched_at - timedelta(seconds=5))
    row.refresh_from_db()
    assert row.status == "active"


def test_somebody_elses_subscription_looks_missing(till: Till, reader: User, client) -> None:
    row = till.join(reader)
    client.force_login(person("Other"))
    for path in ("leave", "stay", "refresh"):
        assert client.post(f"/en/billing/subscriptions/{row.stripe_id}/{path}/").status_code == 404
    session = Checkout.objects.get(account=reader).session_id
    assert client.get(f"/en/billing/welcome/?s={session}").status_code == 404


def test_the_success_page_only_reads(till: Till, reader: User, client) -> None:
    price = PlanPrice.objects.get(lookup_key="companion-month")
    started = joining.start(account=reader, wish=joining.Wish(price=price, next_url="/en/stories/x/#p7"))
    till.pay(started.session_url)
    client.force_login(reader)
    page = client.get(f"/en/billing/welcome/?s={started.session_id}")
    assert b"data-arrived" not in page.content and page["Refresh"] == "3"
    assert not allowed(reader)
    till.deliver()
    page = client.get(f"/en/billing/welcome/?s={started.session_id}")
    assert b"data-arrived" in page.content and b"/en/stories/x/#p7" in page.content


def test_business_time_follows_the_sandbox(till: Till, reader: User) -> None:
    before = clock.now()
    till.advance(seconds=3 * 86400)
    assert timedelta(days=2, hours=23) < clock.now() - before < timedelta(days=3, hours=1)
