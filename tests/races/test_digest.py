"""Several sweeps in the same moment of a Monday morning: everybody has one letter."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from accounts.models import Mail, User
from community.digest import writing
from community.digest.models import Digest
from community.models import Seat
from tests.factories.accounts import person
from tests.factories.community import room, say
from tests.races.threads import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
MONDAY_NINE = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)  # 9.30 in the house
SWEEPS = 6


def readers() -> list[User]:
    where, tom = room(), person("Tom")
    found = [person(f"Reader {n}", language="en", last_login=timezone.now()) for n in range(4)]
    Seat.objects.bulk_create(Seat(account=one, room=where) for one in found)
    say(tom, where, "The lid sings.")
    return found


def test_control_whoever_looks_first_and_writes_then_writes_twice() -> None:
    with time_machine.travel(MONDAY_NINE, tick=True):
        (ning, *_others) = readers()

        def careless() -> None:
            asked = Digest.objects.filter(account=ning, week="2026-W48").exists()
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.2)")
            if not asked:
                writing._write(ning, writing.unread(ning))

        assert at_once([careless] * 2) == [None, None]
    assert Mail.objects.filter(to=ning.email).count() == 2


def test_many_sweeps_at_once_write_one_letter_to_each_and_none_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    unread = writing.unread

    def slowly(account: User) -> list[writing.Told]:
        """The row is written by now and not committed: the others stand at it."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.1)")
        return unread(account)

    monkeypatch.setattr(writing, "unread", slowly)
    with time_machine.travel(MONDAY_NINE, tick=True):
        found = readers()
        written = at_once([writing.write_due] * SWEEPS)
    assert sum(written) == len(found), written
    for one in found:
        assert Mail.objects.filter(to=one.email).count() == 1
    assert Digest.objects.count() == len(found)
