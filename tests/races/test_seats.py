"""Two people reach for the last seat."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from ground import clock
from membership.actions import Source
from membership.seats import actions
from membership.seats.actions import sitting
from membership.seats.models import SeatBlock, SeatHolder
from tests.factories.accounts import person
from tests.factories.membership import tiers
from tests.races.threads import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def _block() -> SeatBlock:
    tiers()
    return actions.set_block(owner=person(), tier_key="companion", source=Source("plan", "sub_1"), seats=1,
                             starts=clock.now(), ends=clock.now() + timedelta(days=9), actor="test")  # fmt: skip


def _sit(block: int, account: int) -> str:
    try:
        actions.sit(block=SeatBlock.objects.get(pk=block), account=User.objects.get(pk=account), actor="test")
    except actions.NoSeat:
        return "none"
    return "seat"


def test_the_last_seat_is_taken_once() -> None:
    block, people = _block(), [person() for _ in range(6)]
    answers = at_once([partial(_sit, block.pk, p.pk) for p in people])
    assert sorted(answers) == [*["none"] * 5, "seat"]
    assert SeatHolder.objects.filter(block=block, released_at=None).count() == 1


def test_without_the_lock_and_the_constraint_two_sit_on_it(monkeypatch: Any) -> None:
    """The control: the race is real."""
    block, people = _block(), [person() for _ in range(6)]
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX seat_taken_once")
    monkeypatch.setattr(sitting, "locked", lambda row: SeatBlock.objects.select_related("tier", "owner").get(pk=row.pk))
    try:
        answers = at_once([partial(_sit, block.pk, p.pk) for p in people])
        assert answers.count("seat") > 1
    finally:
        SeatHolder.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE UNIQUE INDEX seat_taken_once ON seats_seatholder (block_id, number) WHERE released_at IS NULL"
            )
