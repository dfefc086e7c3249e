"""An election under many hands, on PostgreSQL: ballots cast at once, the count begun twice, the count killed in the middle."""

import os
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from community.enums import Role
from community.models import GroupMember
from community.refusals import Refused
from community.votes import personal
from community.votes.elections import actions, counting, due, log
from community.votes.enums import ElectionState
from community.votes.models import Ballot, BallotMark, Candidate, Election, Entry, Telling, Voter
from ground import clock
from tests.factories.community import room
from tests.factories.votes import called, known, stands
from tests.races.threads import at_once, somebody_waits

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
SOON = timedelta(seconds=1)


def open_one(people: int) -> tuple[Election, list[User], list[Candidate]]:
    where = room()
    election = called(where)
    accounts = [known(where) for _ in range(people)]
    rows = [stands(election, account) for account in accounts[:2]]
    with clock.standing_at(election.nominate_until + SOON):
        due.run(clock.now())
    return election, accounts, rows


def cast(account: User, election: Election, approves: list[int]) -> None:
    actions.vote(actor=account, election_id=election.pk, approves=approves)


def test_control_without_the_lock_one_voter_gets_two_ballots_or_an_error() -> None:
    election, accounts, _rows = open_one(3)
    voter, together = Voter.objects.get(election=election, account=accounts[2]), threading.Barrier(4, timeout=30)

    def careless() -> None:
        with transaction.atomic():
            if not Voter.objects.get(pk=voter.pk).voted:
                together.wait()  # all of them have looked
                Ballot.objects.create(election=election, key=actions.key_of(election, accounts[2].pk))
                Voter.objects.filter(pk=voter.pk).update(voted=True)

    results = at_once([careless] * 4)
    assert sum(isinstance(result, IntegrityError) for result in results) == 3  # the constraint holds; the press is lost


def test_two_browsers_of_one_voter_at_once_are_one_ballot() -> None:
    election, accounts, rows = open_one(3)
    with clock.standing_at(election.nominate_until + SOON):
        election.refresh_from_db()
        choices = [[rows[0].pk], [rows[1].pk], [], [row.pk for row in rows]] * 3
        results = at_once([lambda c=chosen: cast(accounts[2], election, c) for chosen in choices])
    assert not [result for result in results if isinstance(result, Exception)]
    assert Ballot.objects.count() == 1 and Voter.objects.filter(voted=True).count() == 1
    assert sorted(BallotMark.objects.values_list("candidate", flat=True)) in [sorted(c) for c in choices]


def test_ballots_cast_while_it_is_counted_are_counted_or_refused_and_never_lost() -> None:
    election, accounts, rows = open_one(12)

    def late(account: User) -> str:
        try:
            cast(account, election, [rows[0].pk])
        except Refused:
            return "refused"
        return "cast"

    # business time stands so that voting is open for the voters and over for the count
    ends = election.vote_until
    Election.objects.filter(pk=election.pk).update(vote_until=clock.now() + timedelta(days=99))
    with clock.standing_at(election.nominate_until + SOON):

        def count_now() -> Any:
            Election.objects.filter(pk=election.pk).update(
                vote_until=election.nominate_until + timedelta(milliseconds=1)
            )
            return counting.count(election_id=election.pk)

        work = [lambda a=account: late(a) for account in accounts]
        results = at_once([*work[:6], count_now, *work[6:]])
    assert ends > election.nominate_until
    assert not [result for result in results if isinstance(result, Exception)]
    election.refresh_from_db()
    rows[0].refresh_from_db()
    assert election.voted == results.count("cast") == rows[0].approvals == Ballot.objects.count()


def test_the_count_begun_eight_times_at_once_counts_once() -> None:
    election, accounts, rows = open_one(5)
    with clock.standing_at(election.nominate_until + SOON):
        for account in accounts:
            cast(account, election, [rows[1].pk])
    with clock.standing_at(election.vote_until + SOON):
        results = at_once([lambda: counting.count(election_id=election.pk)] * 8)
    assert sum(isinstance(result, Election) for result in results) == 1
    assert sum(isinstance(result, Refused) for result in results) == 7
    assert Entry.objects.filter(what="counted").count() == Telling.objects.filter(what="counted").count() == 1
    assert list(Candidate.objects.values_list("approvals", "elected")) == [(0, False), (5, True)]


def test_a_count_that_is_killed_in_the_middle_leaves_nothing_and_is_done_again() -> None:
    election, accounts, rows = open_one(4)
    with clock.standing_at(election.nominate_until + SOON):
        for account in accounts:
            cast(account, election, [rows[0].pk])
    before = set(Ballot.objects.values_list("pk", "key"))
    connection.close()
    with clock.standing_at(election.vote_until + SOON):
        child = os.fork()
        if child == 0:  # dies without a word once everything is written and nothing is committed
            log.write = lambda *a, **k: os._exit(137)  # type: ignore[assignment]
            try:
                counting.count(election_id=election.pk)
            finally:
                os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 137
        election.refresh_from_db()
        assert election.state == ElectionState.VOTING and election.salt
        assert set(Ballot.objects.values_list("pk", "key")) == before
        assert not GroupMember.objects.filter(role=Role.MODERATOR).exists()
        assert due.run(clock.now()) == 1 and due.run(clock.now()) == 0
    election.refresh_from_db()
    assert (election.state, election.voted, election.salt) == (ElectionState.COUNTED, 4, "")
    assert GroupMember.objects.get(role=Role.MODERATOR).account_id == accounts[0].pk


def test_opening_twice_at_once_closes_one_list() -> None:
    where = room()
    election = called(where)
    people = [known(where) for _ in range(4)]
    stands(election, people[0])
    with clock.standing_at(election.nominate_until + SOON):
        results = at_once([lambda: actions.open_voting(election_id=election.pk)] * 6)
    assert sum(isinstance(result, Election) for result in results) == 1
    assert Voter.objects.count() == 5 == Election.objects.get().voters


def test_a_candidate_who_leaves_the_house_waits_for_the_count(monkeypatch: pytest.MonkeyPatch) -> None:
    election, accounts, rows = open_one(3)
    with clock.standing_at(election.nominate_until + SOON):
        cast(accounts[2], election, [rows[0].pk])
    begun, written = threading.Event(), log.write

    def write(*given: Any, **numbers: Any) -> None:  # everything is written, nothing is committed
        begun.set()
        somebody_waits()
        written(*given, **numbers)

    monkeypatch.setattr(log, "write", write)

    def leave() -> None:
        assert begun.wait(30)
        personal.erase(accounts[0])

    with clock.standing_at(election.vote_until + SOON):
        results = at_once([lambda: counting.count(election_id=election.pk), leave])
    assert not [result for result in results if isinstance(result, Exception)], results
    gone = Candidate.objects.get(pk=rows[0].pk)
    assert (gone.account, gone.statement, gone.approvals, gone.elected, gone.withdrawn_at) == (None, "", 1, True, None)
