"""Gifts: paid once, opened once, given back."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import Mail, Notice, User
from ground import clock
from membership import entitlements
from subscriptions.billing import paying
from subscriptions.billing.calendar import add_months
from subscriptions.billing.models import Checkout, Invoice, PlanPrice
from subscriptions.gifts import actions
from subscriptions.gifts.codes import code_of, hash_of
from subscriptions.gifts.models import Gift, GiftState
from tests.billing.conftest import Till, reader, sandbox, till  # noqa: F401
from tests.factories.accounts import person

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db(transaction=True)]


def holds(account: User) -> bool:
    entitlements.forget(account)
    return entitlements.has(account, "tier:companion")


def bought(till: Till, buyer: User, **wrapping: object) -> Gift:  # noqa: F811
    price = PlanPrice.objects.get(lookup_key="gift-companion-3")
    wrapped = actions.Wrapping(buyer_name="Ning", **wrapping)  # type: ignore[arg-type]
    page = actions.buy(buyer=buyer, price=price, key=uuid4(), wrapping=wrapped)
    till.pay(page.session_url)
    till.deliver()
    return Gift.objects.get(key=page.key)


def test_a_gift_is_nothing_until_it_is_paid_and_then_goes_out_on_its_day(till: Till, reader: User) -> None:  # noqa: F811
    day = (clock.now() + timedelta(days=3)).date()
    gift = bought(till, reader, recipient_email="su@example.com", deliver_on=day, message="For the long evenings")
    assert gift.state == GiftState.READY and Notice.objects.get(kind="gifts.bought").account == reader
    assert code_of(gift.key) not in str(Notice.objects.values_list("context", flat=True))
    assert actions.send_due(clock.now()) == 0
    later = clock.now() + timedelta(days=4)
    assert (actions.send_due(later), actions.send_due(later)) == (1, 0)
    letter = Mail.objects.get(to="su@example.com")
    assert code_of(gift.key) in letter.text and "long evenings" in letter.text and letter.html


def test_opening_gives_the_months_and_the_same_code_opens_nothing_more(till: Till, reader: User) -> None:  # noqa: F811
    gift, su = bought(till, reader), person("Su")
    opened = actions.claim(account=su, code=code_of(gift.key).lower().replace("-", " "))
    assert holds(su) and not holds(reader)
    assert opened.ends == add_months(opened.starts, 3)
    with pytest.raises(actions.NoSuchGift):
        actions.claim(account=person("Lin"), code=code_of(gift.key))
    assert Notice.objects.filter(account=reader, kind="gifts.claimed").count() == 1


def test_two_gifts_of_a_seat_stand_one_after_the_other(till: Till, reader: User) -> None:  # noqa: F811
    su = person("Su")
    first = actions.claim(account=su, code=code_of(bought(till, reader).key))
    second = actions.claim(account=su, code=code_of(bought(till, reader).key))
    assert second.starts == first.ends and second.ends == add_months(first.ends, 3)


def test_money_that_goes_back_takes_the_gift_along(till: Till, reader: User) -> None:  # noqa: F811
    gift, su = bought(till, reader), person("Su")
    actions.claim(account=su, code=code_of(gift.key))
    paying.refund(invoice=Invoice.objects.get(), amount=13800, reason="", token="a", end=False, actor="admin")
    till.deliver()
    gift.refresh_from_db()
    assert gift.state == GiftState.RETURNED and not holds(su)


def test_a_gift_that_nobody_opens_is_over_after_a_year(till: Till, reader: User) -> None:  # noqa: F811
    gift = bought(till, reader)
    actions.tell_ending(clock.now() + timedelta(days=367))
    gift.refresh_from_db()
    assert gift.state == GiftState.EXPIRED
    with pytest.raises(actions.NoSuchGift):
        actions.waiting(code_of(gift.key))


def test_the_form_keeps_what_was_typed_and_two_clicks_are_one_gift(till: Till, reader: User) -> None:  # noqa: F811
    client = Client()
    client.force_login(reader)
    form = {"price": "gift-companion-3", "buyer_name": "Ning", "token": str(uuid4()), "message": "Come and sit"}
    wrong = client.post("/en/gifts/", {**form, "recipient_email": "nobody"})
    assert wrong.status_code == 422 and b"Come and sit" in wrong.content and not Gift.objects.exists()
    pages = [client.post("/en/gifts/", form)["Location"] for _ in range(2)]
    assert pages[0] == pages[1] and Gift.objects.count() == 1 and Checkout.objects.count() == 1


def test_the_page_of_a_code_shows_the_gift_and_only_a_button_opens_it(till: Till, reader: User) -> None:  # noqa: F811
    gift, su = bought(till, reader), person("Su")
    code = code_of(gift.key)
    assert b"Ning gives you" in Client().get(f"/en/gifts/claim/?code={code}").content
    away = Client().post("/en/gifts/claim/", {"code": code})
    assert "/account/signup/" in away["Location"]
    client = Client()
    client.force_login(su)
    assert not holds(su)
    assert client.post("/en/gifts/claim/", {"code": code})["Location"] == "/en/join/welcome/companion/"
    assert holds(su)
    assert b"No gift waits" in client.get("/en/gifts/claim/?code=AAAA-BBBB-CCCC").content


def test_a_code_is_known_by_its_hash_alone() -> None:
    key = uuid4()
    assert hash_of(code_of(key)) == hash_of(code_of(key).lower()) != hash_of(code_of(uuid4()))
    assert code_of(key) not in hash_of(code_of(key))
