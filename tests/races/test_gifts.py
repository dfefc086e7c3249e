"""One gift, many hands; many gifts, one pair of hands. Each begins with a control that shows the race is real."""

import threading
from functools import partial
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from accounts.models import Notice, User
from ground import clock
from membership import entitlements
from membership.models import EntitlementGrant
from subscriptions.billing import demo
from subscriptions.billing.calendar import add_months
from subscriptions.billing.enums import CheckoutKind
from subscriptions.billing.models import Checkout, PlanPrice
from subscriptions.gifts import actions
from subscriptions.gifts.codes import code_of, hash_of
from subscriptions.gifts.models import Gift, GiftState
from tests.factories.accounts import person
from tests.factories.membership import tiers
from tests.races.threads import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _catalogue(db: None) -> None:
    tiers()
    demo.plans()


def _gift() -> Gift:
    """A gift that is paid and waits."""
    key, price = uuid4(), PlanPrice.objects.get(lookup_key="gift-companion-3")
    return Gift.objects.create(
        key=key, buyer=person("Ning"), price=price, state=GiftState.READY, buyer_name="Ning", language="en",
        code_hash=hash_of(code_of(key)), created_at=clock.now(), expires_at=add_months(clock.now(), 12),
    )  # fmt: skip


def _open(gift: Gift, account: User) -> str:
    try:
        actions.claim(account=account, code=code_of(gift.key))
    except actions.NoSuchGift:
        return "none"
    return "opened"


def _seats() -> Any:
    return EntitlementGrant.objects.filter(source_kind="gift")


def test_control_without_the_lock_two_people_open_one_gift(monkeypatch: pytest.MonkeyPatch) -> None:
    gift, people = _gift(), [person() for _ in range(4)]
    monkeypatch.setattr(Gift.objects, "select_for_update", lambda **_: Gift.objects.all())
    met, real = threading.Barrier(4), actions._start

    def slowly(account: User, gift: Gift) -> Any:
        met.wait(5)
        return real(account, gift)

    monkeypatch.setattr(actions, "_start", slowly)
    assert at_once([partial(_open, gift, p) for p in people]).count("opened") > 1


def test_six_people_open_one_gift_and_one_gets_it() -> None:
    gift, people = _gift(), [person() for _ in range(6)]
    assert sorted(at_once([partial(_open, gift, p) for p in people])) == [*["none"] * 5, "opened"]
    gift.refresh_from_db()
    assert list(_seats().values_list("account", flat=True)) == [gift.claimed_by_id]
    assert [entitlements.has(p, "tier:companion") for p in people].count(True) == 1
    assert Notice.objects.filter(kind="gifts.claimed").count() == 1


def test_one_person_who_clicks_six_times_gets_the_months_once() -> None:
    gift, su = _gift(), person("Su")
    assert at_once([partial(_open, gift, su)] * 6).count("opened") == 1
    seat = _seats().get()
    assert seat.ends == add_months(seat.starts, 3)


def test_control_two_gifts_that_look_at_the_ledger_together_stand_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    gifts, su = [_gift() for _ in range(2)], person("Su")
    met, real = threading.Barrier(2), actions._start

    def together(account: User, gift: Gift) -> Any:
        found = real(account, gift)
        met.wait(5)
        return found

    monkeypatch.setattr(actions, "_start", together)
    monkeypatch.setattr(actions, "_one_by_one", lambda account: None)
    assert at_once([partial(_open, g, su) for g in gifts]) == ["opened"] * 2
    first, second = _seats().order_by("ends")
    assert second.starts < first.ends


def test_four_gifts_that_one_person_opens_at_once_stand_one_after_the_other() -> None:
    gifts, su = [_gift() for _ in range(4)], person("Su")
    assert at_once([partial(_open, g, su) for g in gifts]) == ["opened"] * 4
    seats = list(_seats().order_by("starts"))
    assert [(a.ends == b.starts) for a, b in pairwise(seats)] == [True] * 3
    assert seats[-1].ends == add_months(add_months(add_months(add_months(seats[0].starts, 3), 3), 3), 3)


def test_a_gift_given_back_while_it_is_opened_gives_nobody_a_seat() -> None:
    for _ in range(4):
        gift, su = _gift(), person("Su")
        page = Checkout.objects.create(
            key=gift.key, account=gift.buyer, kind=CheckoutKind.GIFT, price=gift.price, slot=f"gift:{gift.key}",
            language="en", created_at=clock.now(), expires_at=clock.now(),
        )  # fmt: skip
        given_back = partial(_given_back, page)
        answers = at_once([given_back, partial(_open, gift, su)])
        assert answers[0] is None and answers[1] in ("opened", "none")
        gift.refresh_from_db()
        entitlements.forget(su)
        assert gift.state == GiftState.RETURNED and not entitlements.has(su, "tier:companion")


def _given_back(page: Checkout) -> None:
    with transaction.atomic():
        actions.settled(page, stands=False)
