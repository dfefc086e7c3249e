"""A right whose money is missing stands for the days of its kind, on every way in, and says so."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from ground import clock
from membership import actions, crowd, entitlements, queries
from membership.actions import Source
from membership.entitlements import Why
from membership.models import GraceSetting, TierRight
from tests.factories.accounts import person
from tests.factories.membership import member, tiers

pytestmark = pytest.mark.django_db

KEYS = ["tier:companion", "stories:all", "story:7", "rooms:companion", "rooms:members", "box:monthly", "account", ""]
PAID = Source("plan", "7")


def unpaid(days: float, tier: str = "companion") -> User:
    """A member whose payment was missed so many days ago."""
    account = person()
    actions.grant(account=account, key=f"tier:{tier}", source=PAID, actor="test", starts=clock.now() - timedelta(60),
                  ends=clock.now() + timedelta(60), overdue_since=clock.now() - timedelta(days=days))  # fmt: skip
    return account


@pytest.fixture
def days() -> None:
    """Tiers, one of which gives a box too; other days for each kind."""
    TierRight.objects.create(tier=tiers()["companion"], key="box:monthly")
    GraceSetting.objects.create(reading_days=10, room_days=5, box_days=0)


@pytest.mark.parametrize(
    ("missing", "reading", "rooms", "box"),
    [(0.001, True, True, False), (4.9, True, True, False), (5.1, True, False, False), (9.9, True, False, False),
     (10.1, False, False, False)],
)  # fmt: skip
def test_each_kind_of_right_stands_for_its_own_days(
    days: None, missing: float, reading: bool, rooms: bool, box: bool
) -> None:
    account = unpaid(missing)
    for key, expected in (("stories:all", reading), ("tier:companion", reading), ("rooms:companion", rooms),
                          ("box:monthly", box)):  # fmt: skip
        assert entitlements.has(account, key) is expected, key


def test_fourteen_days_are_the_house_s_own_where_nobody_set_any() -> None:
    tiers()
    assert entitlements.has(unpaid(13.9), "stories:all") and entitlements.has(unpaid(13.9), "rooms:companion")
    assert not entitlements.has(unpaid(14.1), "stories:all")


def test_the_answer_tells_since_when_and_until_when(days: None) -> None:
    account = unpaid(2)
    since = account.entitlement_grants.get().overdue_since
    during = entitlements.check(account, "stories:all")
    after = entitlements.check(account, "stories:all", since + timedelta(days=10))
    assert during.allowed and during.overdue == since and during.until == since + timedelta(days=10)
    assert (after.allowed, after.why, after.overdue) == (False, Why.ENDED, since)
    assert after.ended == since + timedelta(days=10)
    assert entitlements.keys(account)["rooms:companion"] == since + timedelta(days=5)


def test_a_right_that_is_paid_for_covers_one_that_is_not(days: None) -> None:
    account = unpaid(2)
    actions.grant(account=account, key="tier:companion", source=Source("gift", "1"), actor="test")
    assert entitlements.check(account, "stories:all").overdue is None


def test_what_ends_before_its_grace_ends_at_its_own_end(days: None) -> None:
    account = person()
    ends = clock.now() + timedelta(days=1)
    actions.grant(account=account, key="tier:companion", source=PAID, actor="test", ends=ends,
                  overdue_since=clock.now())  # fmt: skip
    assert entitlements.check(account, "stories:all").until == ends


def test_the_seat_stands_in_grace_and_falls_with_it(days: None) -> None:
    near, far = unpaid(2), unpaid(11)
    assert queries.seat_of(near).overdue is not None
    assert queries.seat_of(near).until == queries.seat_of(near).overdue + timedelta(days=10)
    assert queries.seat_of(far) is None
    actions.grant(account=far, key="tier:friend", source=Source("gift", "1"), actor="test")
    assert queries.seat_of(far).tier.key == "friend"


@pytest.mark.parametrize("missing", [-1, 0, 0.001, 4.9, 5, 5.1, 9.9, 10, 10.1, 400])
def test_a_crowd_is_answered_as_each_one_would_be(days: None, missing: float) -> None:
    at = clock.now() + timedelta(seconds=30)
    paid = unpaid(2)
    actions.grant(account=paid, key="rooms:members", source=Source("staff", "1"), actor="test")
    people = [unpaid(missing), paid, member("companion"), member("patron"), person()]
    held = crowd.held([p.pk for p in people], KEYS, at)
    for key in KEYS:
        expected = {p.pk for p in people if entitlements.has(p, key, at)}
        assert {pk for pk in held if key in held[pk]} == expected, key
        assert {p.pk for p in people} & set(crowd.holders(key, at)) == expected, key


def test_grace_costs_no_query_of_its_own(days: None, django_assert_num_queries: Any) -> None:
    account = User.objects.get(pk=unpaid(2).pk)
    with django_assert_num_queries(1):
        assert entitlements.has(account, "stories:all")
        assert entitlements.rights(account)["rooms:members"].overdue
    with django_assert_num_queries(0):
        assert not entitlements.has(None, "stories:all")
