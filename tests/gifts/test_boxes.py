"""Boxes that are given: an address at opening, so many credits, no charge that follows."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import Mail, User
from ground import clock
from subscriptions.billing import catalogue, paying
from subscriptions.billing.models import Invoice, Plan, PlanPrice, Subscription
from subscriptions.boxes.actions import cycles, returns
from subscriptions.boxes.enums import BoxState, CycleState, OrderState
from subscriptions.boxes.models import BoxOrder, BoxPlan, BoxSubscription, Credit, Cycle
from subscriptions.gifts import actions, boxes
from subscriptions.gifts.codes import code_of
from subscriptions.gifts.models import Gift, GiftState
from tests.billing.conftest import Till
from tests.factories.accounts import person

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db(transaction=True)]
TO = {"recipient": "Su", "line1": "12 Hefang Street", "city": "Hangzhou", "country": "CN"}


@pytest.fixture
def three(plan: BoxPlan) -> PlanPrice:
    """The price of three boxes for somebody."""
    given = {"plan": Plan.objects.get(kind="box", target="monthly"), "interval": "once", "gift_months": 3,
             "amount": 56800, "currency": "CNY"}  # fmt: skip
    price, _ = PlanPrice.objects.get_or_create(lookup_key="gift-monthly-3", defaults=given)
    catalogue.push()
    price.refresh_from_db()
    return price


def bought(till: Any, buyer: User, price: PlanPrice, **wrapping: Any) -> Gift:
    page = actions.buy(buyer=buyer, price=price, key=uuid4(), wrapping=actions.Wrapping(buyer_name="Ning", **wrapping))
    till.pay(page.session_url)
    till.deliver()
    return Gift.objects.get(key=page.key)


def test_opening_asks_for_an_address_and_gives_so_many_boxes_and_no_subscription(
    till: Till,
    reader: User,
    three: PlanPrice,
) -> None:
    gift, su = bought(till, reader, three), person("Su")
    with pytest.raises(boxes.NoAddress):
        actions.claim(account=su, code=code_of(gift.key))
    gift.refresh_from_db()
    assert gift.state == GiftState.READY and not Credit.objects.exists()
    actions.claim(account=su, code=code_of(gift.key), address=TO)
    box = BoxSubscription.objects.get()
    assert (box.account, box.state, box.billing, box.city) == (su, BoxState.PREPAID_ONLY, None, "Hangzhou")
    assert Credit.objects.filter(subscription=box, kind="gift").count() == 3
    assert (
        not Subscription.objects.filter(account=su).exists() and not Credit.objects.exclude(subscription=box).exists()
    )
    with pytest.raises(actions.NoSuchGift):
        actions.claim(account=person("Lin"), code=code_of(gift.key), address=TO)


def test_a_second_gift_tops_up_the_same_box(till: Till, reader: User, three: PlanPrice) -> None:
    su = person("Su")
    for _ in range(2):
        actions.claim(account=su, code=code_of(bought(till, reader, three).key), address=TO)
    assert BoxSubscription.objects.count() == 1 and Credit.objects.filter(subscription__account=su).count() == 6


def test_a_given_box_goes_out_like_any_other(till: Till, reader: User, three: PlanPrice) -> None:
    su = person("Su")
    actions.claim(account=su, code=code_of(bought(till, reader, three).key), address=TO)
    cycle = Cycle.objects.get(state=CycleState.OPEN)
    cycles.lock(cycle, actor="test")
    order = BoxOrder.objects.get(cycle=cycle, subscription__account=su)
    assert order.state == OrderState.PAID and order.address["city"] == "Hangzhou"


def test_money_that_goes_back_withdraws_what_was_not_sent_and_comes_again_with_it(
    till: Till,
    reader: User,
    three: PlanPrice,
) -> None:
    gift, su = bought(till, reader, three), person("Su")
    actions.claim(account=su, code=code_of(gift.key), address=TO)
    cycles.lock(Cycle.objects.get(state=CycleState.OPEN), actor="test")
    first = BoxOrder.objects.filter(subscription__account=su, state=OrderState.PAID)
    assert first.update(state=OrderState.PACKED) == 1
    packed = BoxOrder.objects.get(state=OrderState.PACKED)
    dispute = till.sandbox.control("dispute", invoice=Invoice.objects.get(account=reader).stripe_id)
    till.deliver()
    gift.refresh_from_db()
    packed.refresh_from_db()
    assert gift.state == GiftState.RETURNED and packed.flag == returns.FLAG
    assert Credit.objects.filter(withdrawn_at=None).get().order == packed
    till.sandbox.control("dispute", dispute=dispute["id"], close="won")
    till.deliver()
    gift.refresh_from_db()
    packed.refresh_from_db()
    assert gift.state == GiftState.CLAIMED and Credit.objects.filter(withdrawn_at=None).count() == 3
    assert packed.flag == ""
    paying.refund(invoice=Invoice.objects.get(), amount=56800, reason="", token="a", end=False, actor="admin")
    till.deliver()
    assert Credit.objects.filter(withdrawn_at=None).get().order == packed


@pytest.mark.parametrize(("language", "words"), [("en", "3 in all"), ("zh-hans", code_of)])
def test_the_letter_says_boxes_in_both_languages(
    till: Till,
    reader: User,
    three: PlanPrice,
    language: str,
    words: Any,
) -> None:
    gift = bought(till, reader, three, recipient_email="su@example.com", language=language)
    actions.send_due(clock.now())
    letter = Mail.objects.get(to="su@example.com")
    assert (words if isinstance(words, str) else words(gift.key)) in letter.text
    assert ("months" not in letter.text) and letter.html


def test_over_http_the_address_is_typed_kept_and_led_to_the_box(
    till: Till,
    reader: User,
    three: PlanPrice,
) -> None:
    client = Client()
    client.force_login(reader)
    page = client.get("/en/gifts/").content.decode()
    assert "3 boxes" in page
    answer = client.post("/en/gifts/", {"price": "gift-monthly-3", "buyer_name": "Ning", "token": str(uuid4())})
    till.pay(answer["Location"])
    till.deliver()
    code = code_of(Gift.objects.get().key)
    assert "3 boxes, one with each edition" in Client().get(f"/en/gifts/claim/?code={code}").content.decode()
    su = Client()
    su.force_login(person("Su"))
    assert "Where do they go?" in su.get(f"/en/gifts/claim/?code={code}").content.decode()
    wrong = su.post("/en/gifts/claim/", {"code": code, "recipient": "Su Shi", "line1": "", "city": "", "country": "CN"})
    assert wrong.status_code == 422 and b"Su Shi" in wrong.content and not Credit.objects.exists()
    assert su.post("/en/gifts/claim/", {"code": code}).status_code == 422
    done = su.post("/en/gifts/claim/", {"code": code, **TO})
    assert done["Location"] == "/en/boxes/" and Credit.objects.count() == 3
    assert b"3 boxes" in client.get("/en/gifts/").content


def test_who_gets_the_box_already_is_told_that_the_gift_waits(till: Till, reader: User, three: PlanPrice) -> None:
    su, gift = person("Su"), bought(till, reader, three)
    own = BoxSubscription.objects.get(billing=till.join(su, "box-monthly"))
    client = Client()
    client.force_login(su)
    page = f"/en/gifts/claim/?code={code_of(gift.key)}"
    assert "they wait" in client.get(page).content.decode()
    said = client.post(page, {"code": code_of(gift.key), **TO}, follow=True).content.decode()
    assert "They come while your own subscription" in said and "data-waits" in said
    assert BoxOrder.objects.get(subscription__account=su).subscription == own
