"""The one question."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from ground import clock
from membership import actions, entitlements
from membership.actions import Source
from membership.entitlements import Why
from membership.models import EntitlementGrant, GrantChange
from tests.factories.accounts import person
from tests.factories.membership import member, tiers

pytestmark = pytest.mark.django_db

MATRIX = [
    # key, visitor, free, friend, companion, patron
    ("", True, True, True, True, True),
    ("account", False, True, True, True, True),
    ("tier:friend", False, False, True, True, True),
    ("tier:companion", False, False, False, True, True),
    ("tier:patron", False, False, False, False, True),
    ("stories:friend", False, False, True, True, True),
    ("stories:all", False, False, False, True, True),
    ("rooms:members", False, False, True, True, True),
    ("rooms:companion", False, False, False, True, True),
    ("rooms:patron", False, False, False, False, True),
    ("box:monthly", False, False, False, False, False),
    ("nobody:knows", False, False, False, False, False),
    ("stories:", False, False, False, False, False),
]


@pytest.fixture
def people() -> list[object]:
    """A visitor, a reader, and one member of each tier."""
    tiers()
    return [AnonymousUser(), person(), member("friend"), member("companion"), member("patron")]


@pytest.mark.parametrize(("key", "expected"), [(row[0], row[1:]) for row in MATRIX])
def test_every_tier_gets_exactly_what_the_table_says(
    people: list[object], key: str, expected: tuple[bool, ...]
) -> None:
    assert tuple(entitlements.has(p, key) for p in people) == expected


def test_a_request_asks_the_database_once(django_assert_num_queries) -> None:
    account = User.objects.get(pk=member("companion").pk)
    with django_assert_num_queries(1):
        assert entitlements.has(account, "stories:all")
        assert not entitlements.has(account, "rooms:patron")
        assert "rooms:companion" in entitlements.keys(account)


def test_the_end_itself_is_outside_and_is_told() -> None:
    ends = clock.now() + timedelta(hours=1)
    account = member("companion", ends=ends)
    before = entitlements.check(account, "stories:all", ends - timedelta(microseconds=1))
    after = entitlements.check(account, "stories:all", ends)
    assert before.allowed and before.until == ends
    assert not after.allowed and after.why == Why.ENDED and after.ended == ends


def test_a_grant_of_the_future_is_not_yet() -> None:
    account = member("friend")
    actions.grant(account=account, key="box:monthly", source=Source("gift", "1"), actor="test",
                  starts=clock.now() + timedelta(days=1))  # fmt: skip
    assert entitlements.check(account, "box:monthly").why == Why.NOT_YET


def test_two_sources_hold_until_the_later_end() -> None:
    account = member("companion", ends=clock.now() + timedelta(days=1))
    later = clock.now() + timedelta(days=9)
    actions.grant(account=account, key="tier:companion", source=Source("gift", "9"), actor="test", ends=later)
    assert entitlements.check(account, "stories:all").until == later


def test_granting_twice_is_granting_once_and_bumps_once() -> None:
    account = member("companion")
    epoch = User.objects.get(pk=account.pk).auth_epoch
    actions.grant(account=account, key="tier:companion", source=Source("staff", "test"), actor="again")
    assert EntitlementGrant.objects.filter(account=account).count() == 1
    assert GrantChange.objects.filter(grant__account=account).count() == 1
    assert User.objects.get(pk=account.pk).auth_epoch == epoch


def test_revoking_ends_only_that_source() -> None:
    account = member("companion")
    actions.grant(account=account, key="tier:friend", source=Source("gift", "1"), actor="test")
    assert actions.revoke(account=account, source=Source("staff", "test"), actor="test") == 1
    assert actions.revoke(account=account, source=Source("staff", "test"), actor="test") == 0
    entitlements.forget(account)
    assert entitlements.has(account, "tier:friend") and not entitlements.has(account, "tier:companion")


def test_an_inactive_account_may_nothing() -> None:
    account = member("patron")
    account.is_active = False
    assert not entitlements.has(account, "stories:all")
    assert not entitlements.has(account, "account")


def test_an_unknown_key_cannot_be_granted() -> None:
    account = person()
    for key in ("nobody:knows", "tier:nowhere", "", "account"):
        with pytest.raises(actions.UnknownEntitlement):
            actions.grant(account=account, key=key, source=Source("staff", "x"), actor="test")


def test_missing_money_is_kept_with_the_grant_and_the_same_call_again_changes_nothing() -> None:
    account, since = member("friend"), clock.now()
    given = {"account": account, "key": "tier:patron", "source": Source("plan", "7"), "actor": "test"}
    row = actions.grant(**given, overdue_since=since)
    epoch = User.objects.get(pk=account.pk).auth_epoch
    actions.grant(**given, overdue_since=since)
    assert User.objects.get(pk=account.pk).auth_epoch == epoch
    actions.grant(**given)
    row.refresh_from_db()
    assert row.overdue_since is None
    told = list(GrantChange.objects.filter(grant=row).order_by("pk").values_list("overdue_since", flat=True))
    assert told == [since, None]
