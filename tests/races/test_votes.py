"""Two hands press at once: an account has one vote, whatever it presses."""

import pytest

from editorial.polls import actions
from editorial.polls.models import Option, Poll, Vote
from tests.factories import accounts
from tests.races.threads import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def poll() -> tuple[Poll, list[Option]]:
    made = Poll.objects.create(key="race", question_zh="哪？", question_en="Which?")
    return made, [Option.objects.create(poll=made, sort_order=n, label_zh=str(n), label_en=str(n)) for n in range(4)]


def test_control_without_the_constraint_in_mind_both_votes_are_tried() -> None:
    made, options = poll()
    person = accounts.person()

    def careless(option: Option) -> object:
        from ground import clock

        return Vote.objects.create(poll=made, option=option, account=person, voted_at=clock.now())

    results = at_once([lambda o=option: careless(o) for option in options])
    assert sum(isinstance(result, Exception) for result in results) == len(options) - 1
    assert Vote.objects.count() == 1


def test_many_presses_at_once_are_one_vote_and_nobody_sees_an_error() -> None:
    made, options = poll()
    person = accounts.person()
    results = at_once(
        [lambda o=option: actions.vote(poll=made, option_id=o.pk, account=person) for option in options * 2]
    )
    assert not [result for result in results if isinstance(result, Exception)]
    assert Vote.objects.count() == 1


def test_many_people_at_once_are_all_counted() -> None:
    made, options = poll()
    people = [accounts.person() for _ in range(8)]
    at_once([lambda p=person: actions.vote(poll=made, option_id=options[0].pk, account=p) for person in people])
    assert Vote.objects.filter(option=options[0]).count() == 8
