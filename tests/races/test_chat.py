"""A room under many hands at once, on PostgreSQL. The first test shows that the race is real."""

import threading
import uuid
from typing import Any

import pytest
from django.db import transaction

from community.actions import react
from community.models import Message, Room, RoomEvent
from tests.factories.accounts import person
from tests.factories.community import room, say
from tests.races.threads import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
THREADS = 32


def test_a_counter_that_is_read_and_written_without_the_lock_loses_numbers() -> None:
    where = room()

    def careless() -> int:
        with transaction.atomic():
            seq = Room.objects.get(pk=where.pk).last_seq + 1
            threading.Event().wait(0.02)
            Room.objects.filter(pk=where.pk).update(last_seq=seq)
        return seq

    numbers = at_once([careless] * 8)
    assert len(set(numbers)) < len(numbers)


def test_thirty_two_people_in_one_room_get_dense_numbers_in_commit_order() -> None:
    where, people = room(), [person() for _ in range(THREADS)]

    def talk(account: Any) -> None:
        for _ in range(5):
            say(account, where)

    failed = [r for r in at_once([lambda a=account: talk(a) for account in people]) if isinstance(r, Exception)]
    assert not failed
    wanted = list(range(1, THREADS * 5 + 1))
    assert list(Message.objects.order_by("no").values_list("no", flat=True)) == wanted
    assert list(RoomEvent.objects.order_by("seq").values_list("seq", flat=True)) == wanted
    assert list(RoomEvent.objects.order_by("seq").values_list("message__no", flat=True)) == wanted


def test_one_cid_fifty_times_at_once_is_one_row_and_fifty_equal_acks() -> None:
    where, ann, cid = room(), person(), uuid.uuid4()
    acks = at_once([lambda: say(ann, where, cid=cid)] * 50)
    assert not [ack for ack in acks if isinstance(ack, Exception)]
    assert {(ack.message.pk, ack.message.no, ack.seq) for ack in acks} == {(acks[0].message.pk, 1, 1)}
    assert sum(not ack.dup for ack in acks) == 1
    assert Message.objects.count() == 1 and Room.objects.get().last_seq == 1


def test_stamps_of_many_at_once_end_at_the_right_count() -> None:
    where = room()
    message = say(person(), where).message
    people = [person() for _ in range(16)]
    results = at_once(
        [lambda a=a: react(actor=a, message_id=message.pk, stamp="妙", on=True) for a in people for _ in range(2)]
    )
    assert not [r for r in results if isinstance(r, Exception)]
    last = RoomEvent.objects.filter(kind="react").order_by("-seq").first()
    assert last is not None and last.payload["n"] == 16
    assert Room.objects.get().last_seq == 17
