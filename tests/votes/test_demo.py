"""The demo's votes are made by the same actions as everybody's, once."""

import pytest
from django.test import Client

from accounts import demo as people
from community import demo as circles
from community import demo_crowd
from community.votes import demo
from community.votes.models import Candidate, Election, Poll, PollVote

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_question_and_an_election_are_there_and_seeding_again_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(demo_crowd, "fill", lambda step, cast: 0)  # the fourteen months before are another test's
    for module in (demo, demo.elections):
        monkeypatch.setattr(module, "at_least_met", lambda account: True)  # they talked in those months
    people.seed(lambda step: None)
    circles.seed(lambda step: None)
    for _again in range(2):
        demo.seed(lambda step: None)
    poll = Poll.objects.get()
    assert PollVote.objects.filter(choice__poll=poll).count() == len(demo.CHOSEN)
    assert Candidate.objects.filter(election=Election.objects.get()).count() == len(demo.STAND)
    page = Client().get(Election.objects.get().get_absolute_url())
    assert page.status_code in (200, 302)
