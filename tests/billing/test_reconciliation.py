"""Comparing Stripe with us."""

import pytest

from accounts.models import User
from membership import entitlements
from membership.models import EntitlementGrant
from subscriptions.billing import reconciliation
from subscriptions.billing.models import Subscription
from tests.billing.conftest import Till

pytestmark = pytest.mark.sandbox


def test_what_agrees_is_not_reported(till: Till, reader: User) -> None:
    till.join(reader)
    report = reconciliation.run()
    assert report.looked_at == 1 and report.findings == []


def test_a_missed_webhook_is_found_as_charged_without_access_and_mended(till: Till, reader: User) -> None:
    row = till.join(reader)
    ident = row.stripe_id
    EntitlementGrant.objects.filter(account=reader).update(ends=row.started_at)
    report = reconciliation.run()
    assert [(f["subscription"], f["what"]) for f in report.findings] == [(ident, "charged without access")]
    assert report.mended == 1
    entitlements.forget(reader)
    assert entitlements.has(reader, "stories:all")


def test_access_without_charge_is_found(till: Till, reader: User) -> None:
    row = till.join(reader)
    till.sandbox.v1.subscriptions.cancel(row.stripe_id)
    report = reconciliation.run(mend=False)
    assert [f["what"] for f in report.findings] == ["state differs"] and report.mended == 0
    assert reconciliation.run().mended == 1
    assert Subscription.objects.get(pk=row.pk).status == "canceled"
    entitlements.forget(reader)
    assert not entitlements.has(reader, "stories:all")


def test_events_that_nobody_took_are_fetched(till: Till, reader: User) -> None:
    till.sandbox.receiver.answer = lambda event: 500
    price = joining_price()
    from subscriptions.billing import joining

    started = joining.start(account=reader, wish=joining.Wish(price=price))
    till.pay(started.session_url)
    assert not entitlements.has(reader, "stories:all")
    assert reconciliation.fetch_undelivered() > 0
    entitlements.forget(reader)
    assert entitlements.has(reader, "stories:all")


def joining_price():
    from subscriptions.billing.models import PlanPrice

    return PlanPrice.objects.get(lookup_key="companion-month")
