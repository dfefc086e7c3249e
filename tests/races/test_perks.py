"""Two tabs claim one quota."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from membership.perks import actions
from membership.perks.actions import owing
from membership.perks.models import Obligation, Perk
from tests.factories.membership import member
from tests.races.threads import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
DAY = timedelta(days=1)


def _set_up() -> tuple[Perk, User]:
    account = member("companion")
    perk = Perk.objects.create(key="t", kind="ticket", name_zh="票", name_en="Ticket", entitlement="tier:companion",
                               quota=1, period="year", claimable=True)  # fmt: skip
    return perk, account


def _claim(perk: int, account: int) -> str:
    try:
        actions.claim(perk=Perk.objects.get(pk=perk), account=User.objects.get(pk=account))
    except actions.NothingLeft:
        return "none"
    return "one"


def test_one_quota_is_claimed_once() -> None:
    perk, account = _set_up()
    answers = at_once([partial(_claim, perk.pk, account.pk)] * 6)
    assert sorted(answers) == [*["none"] * 5, "one"]
    assert Obligation.objects.count() == 1


def test_without_the_lock_and_the_constraint_it_is_claimed_twice(monkeypatch: Any) -> None:
    """The control: the race is real."""
    perk, account = _set_up()
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX perk_quota_place")
    monkeypatch.setattr(owing, "lock", lambda account: None)
    try:
        answers = at_once([partial(_claim, perk.pk, account.pk)] * 6)
        assert answers.count("one") > 1
    finally:
        Obligation.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE UNIQUE INDEX perk_quota_place ON perks_obligation (account_id, perk_id, period_key, number) "
                "WHERE NOT state = 'void'"
            )
