"""The demo's shop is led through the sandbox: running it again changes nothing, and nothing drifts."""

import pytest

from accounts.models import Mail, Notice
from ground import clock
from subscriptions.billing import demo as billing_demo
from subscriptions.billing import reconciliation
from subscriptions.billing.models import Invoice
from subscriptions.boxes.actions import stock
from subscriptions.shop import demo
from subscriptions.shop.actions import sweeping
from subscriptions.shop.enums import SaleState
from subscriptions.shop.models import Article, Sale
from tests.factories.accounts import person
from tests.shop.conftest import Till

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db(transaction=True)]


def test_the_shelf_is_filled_once_and_its_sales_are_paid(till: Till) -> None:
    for email, key in (("patron@example.com", "patron-year"), ("friend@example.com", "friend-month")):
        billing_demo.join(person(email.partition("@")[0], email=email), key)
    for _ in range(2):
        demo.seed(lambda _text: None)
    assert Article.objects.count() == len(demo.THINGS)
    assert sorted(Sale.objects.values_list("state", "quantity")) == [(SaleState.PAID, 1), (SaleState.SHIPPED, 2)]
    assert (
        not Notice.objects.filter(kind__startswith="shop.").exists()
        and not Mail.objects.filter(text__contains="YS-").exists()
    )
    assert Invoice.objects.filter(subscription=None, status="paid").count() == 2
    till.deliver()
    sweeping.free_due(clock.now())
    assert not stock.verify_stock() and not reconciliation.run(mend=False).findings
