"""A poll under many hands, on PostgreSQL."""

import random
import threading
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from community.actions.changes import delete_message
from community.models import Room, RoomEvent
from community.refusals import Refused
from community.votes import personal
from community.votes.models import Choice, Poll, PollVote
from community.votes.polls import actions, publishing
from community.votes.polls.part import part
from tests.factories.accounts import person
from tests.factories.community import room, say
from tests.factories.votes import asked
from tests.races.threads import at_once, somebody_waits

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def chosen(account: Any, poll: Poll, *wanted: int) -> Any:
    return actions.choose(actor=account, poll_id=poll.pk, choices=wanted)


def test_two_windows_of_one_person_at_once_are_one_answer() -> None:
    where, ann = room(), person()
    poll = asked(where, ann)
    answers = [choice.pk for choice in Choice.objects.filter(poll=poll)]
    results = at_once([lambda pk=pk: chosen(ann, poll, pk) for pk in answers * 4])
    assert not [result for result in results if isinstance(result, Exception)]
    assert PollVote.objects.count() == 1


def test_many_at_once_while_the_room_talks_end_at_the_right_count_in_few_events(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    where, ann = room(), person()
    poll = asked(where, ann)
    moments, real = [], publishing.set_parts

    def told_now(**given: Any) -> Any:  # under the room's lock: one after the other
        moments.append(Poll.objects.values_list("published_at", flat=True).get(pk=poll.pk))
        return real(**given)

    monkeypatch.setattr(publishing, "set_parts", told_now)
    answers = [choice.pk for choice in Choice.objects.filter(poll=poll)]
    people = [person() for _ in range(16)]
    dice = random.Random(7)
    work = [lambda a=a: [chosen(a, poll, dice.choice(answers)) for _ in range(3)] for a in people]
    results = at_once([*work, *[lambda n=n: say(ann, where, f"Number {n}.") for n in range(6)]])
    assert not [result for result in results if isinstance(result, Exception)]
    Poll.objects.update(published_at=None)
    publishing.run()
    told = RoomEvent.objects.filter(kind="part").order_by("-seq")
    assert told[0].payload["parts"] == [part(Poll.objects.get())] and PollVote.objects.count() == 16
    assert told.count() < 16
    seqs = list(RoomEvent.objects.order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, len(seqs) + 1)) and Room.objects.get(pk=where.pk).last_seq == len(seqs)
    assert len(moments) >= told.count()
    moments.pop()  # let out by hand
    assert all(b - a >= publishing.APART for a, b in pairwise(moments))


def test_taking_back_the_message_while_people_vote_ends_without_the_poll() -> None:
    where, ann = room(), person()
    poll = asked(where, ann)
    answer = Choice.objects.filter(poll=poll)[0].pk
    people = [person() for _ in range(8)]
    work = [lambda a=a: chosen(a, poll, answer) for a in people]
    results = at_once([*work, lambda: delete_message(actor=ann, message_id=poll.message_id)])
    wrong = [r for r in results if isinstance(r, Exception) and not isinstance(r, Refused)]
    assert not wrong, wrong
    assert not Poll.objects.exists() and not PollVote.objects.exists()
    assert publishing.run() == 0


def test_leaving_the_house_while_a_vote_is_published_stops_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    where, ann, ben = room(), person(), person()
    poll = asked(where, ann)
    for account in (ann, ben):
        chosen(account, poll, Choice.objects.filter(poll=poll)[0].pk)
    Poll.objects.update(stale=True)
    begun, mine = threading.Event(), []

    def now() -> Any:  # read once the room is locked, and before the poll is
        if mine == [threading.get_ident()] and not begun.is_set():
            begun.set()
            somebody_waits()
        return timezone.now()

    monkeypatch.setattr(publishing, "timezone", SimpleNamespace(now=now))

    def publish() -> bool:
        mine.append(threading.get_ident())
        return publishing.publish(poll.pk, at_once=True)

    def leave() -> None:
        assert begun.wait(20)
        personal.erase(ben)

    assert at_once([publish, leave]) == [True, None]
    told = RoomEvent.objects.filter(kind="part").order_by("-seq")[0]
    assert told.payload["parts"] == [part(Poll.objects.get())] and PollVote.objects.count() == 1
    assert not any(str(ben.public_id) in str(event.payload) for event in RoomEvent.objects.filter(kind="part"))
