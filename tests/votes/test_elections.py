"""Elections: who may call, stand and vote; that the count is what the ballots say; that a ballot is nobody's."""

from collections import Counter
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as some

from accounts.models import Notice, User
from community.access import STAFF_PERMISSION
from community.actions import leave_group
from community.chat.protocol import Code
from community.enums import Level, Reason, Role, SanctionKind, WatchAct
from community.models import GroupMember, Room, WatchedWord
from community.moderation import sanctions, watching
from community.refusals import Refused
from community.trust import Trust, trust
from community.votes import personal
from community.votes.elections import actions, counting, due, freezing
from community.votes.enums import ElectionState, Step
from community.votes.models import Ballot, BallotMark, Candidate, Election, Entry, Telling, Voter
from ground import clock
from tests.factories.accounts import person
from tests.factories.community import room
from tests.factories.votes import PERIODS, called, host, known, place, spoken, stands

pytestmark = pytest.mark.django_db
SOON = timedelta(seconds=1)


def refusal(act: Any) -> Code:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.code


def staff() -> User:
    account = person()
    account.is_superuser = account.is_staff = True
    account.save()
    assert account.has_perm(STAFF_PERMISSION)
    return account


def voting(where: Room, election: Election) -> Any:
    """The moment at which voting is open; the sweep has opened it."""
    with clock.standing_at(election.nominate_until + SOON):
        due.run(clock.now())
    election.refresh_from_db()
    return clock.standing_at(election.nominate_until + timedelta(hours=1))


def ended(election: Election) -> Election:
    with clock.standing_at(election.vote_until + SOON):
        due.run(clock.now())
    election.refresh_from_db()
    return election


def test_hosts_and_staff_call_one_at_a_time() -> None:
    where = room()
    election = called(where)
    assert election.state == ElectionState.NOMINATING
    chair = GroupMember.objects.get(group=where.group, role=Role.HOST).account
    assert refusal(lambda: actions.call(actor=chair, group=where.group, **PERIODS)) == Code.CLOSED
    assert refusal(lambda: actions.call(actor=known(where), group=where.group, **PERIODS)) == Code.FORBIDDEN
    assert actions.call(actor=staff(), group=room().group, **PERIODS).voters == 0
    for wrong in ({"seats": 0}, {"seats": 11}, {"term_days": 29}, {"vote_days": 0}, {"nominate_days": 31}):
        assert refusal(lambda w=wrong: actions.call(actor=staff(), group=room().group, **{**PERIODS, **w})) == Code.BAD  # type: ignore[misc]


def test_who_stands_is_of_the_group_known_and_no_host() -> None:
    where = room()
    election = called(where)
    ann, newcomer = known(where), person()
    GroupMember.objects.create(group=where.group, account=newcomer)
    assert refusal(lambda: stands(election, newcomer)) == Code.NEWCOMER
    assert refusal(lambda: stands(election, person())) == Code.FORBIDDEN
    assert refusal(lambda: stands(election, GroupMember.objects.get(role=Role.HOST).account)) == Code.FORBIDDEN
    assert refusal(lambda: stands(election, ann, "short")) == Code.EMPTY
    WatchedWord.objects.create(pattern="cursed", act=WatchAct.HOLD)
    watching.forget()
    assert refusal(lambda: stands(election, ann, "A cursed candidate I am.")) == Code.WORDS
    first = stands(election, ann)
    assert stands(election, ann, "In other words, the same.").pk == first.pk
    actions.withdraw(actor=ann, election_id=election.pk)
    actions.withdraw(actor=ann, election_id=election.pk)
    assert stands(election, ann).withdrawn_at is None
    assert list(Entry.objects.values_list("what", flat=True)) == ["called", "stood", "withdrew", "stood"]
    with clock.standing_at(election.nominate_until + SOON):
        assert refusal(lambda: stands(election, ann)) == Code.CLOSED


def test_the_list_is_who_the_house_knows_at_that_moment_and_no_one_later() -> None:
    where = room()
    election = called(where)
    ann, ben = known(where), known(where)
    stands(election, ann)
    silent, late = known(where), person(created_at=timezone.now() - timedelta(days=9))
    Room.objects.filter(pk=where.pk).update(last_no=0)
    silent.delete()
    with voting(where, election):
        GroupMember.objects.create(group=where.group, account=late)
        other = room()
        spoken(late, other)
        assert trust(late) >= Trust.MET
        assert refusal(lambda: actions.vote(actor=late, election_id=election.pk, approves=[])) == Code.FORBIDDEN
        listed = set(Voter.objects.values_list("account_id", flat=True))
    chair = GroupMember.objects.get(role=Role.HOST).account
    assert listed == {ann.pk, ben.pk, chair.pk} and election.voters == 3
    assert election.list_hash == freezing.digest(election.pk, listed)
    assert election.list_hash != freezing.digest(election.pk, listed - {ben.pk})


def test_the_list_agrees_with_the_level_of_each_one() -> None:
    where = room()
    people = [known(where) for _ in range(3)]
    fresh = person()
    quiet = person(created_at=timezone.now() - timedelta(days=50))
    spoken(quiet, where, 4)
    blamed, warned, banned = known(where), known(where), known(where)
    for account in (fresh, quiet):
        GroupMember.objects.create(group=where.group, account=account)
    judge = staff()
    for account, kind in (
        (blamed, SanctionKind.MUTE),
        (warned, SanctionKind.WARNING),
        (banned, SanctionKind.GROUP_BAN),
    ):
        ends = clock.now() + timedelta(days=1) if kind == SanctionKind.MUTE else None
        sanctions.impose(actor=judge, account=account, kind=kind, reason=Reason.UNKIND, group=where.group, ends_at=ends)
    everybody = GroupMember.objects.filter(group=where.group).select_related("account")
    assert freezing.eligible(where.group) == sorted(p.account_id for p in everybody if trust(p.account) >= Trust.MET)
    assert warned.pk in freezing.eligible(where.group) and len(freezing.eligible(where.group)) == len(people) + 1


def test_who_leaves_does_not_vote_any_more_and_a_ballot_cast_before_counts() -> None:
    where = room()
    election = called(where)
    ann, ben, eve = known(where), known(where), known(where)
    standing = stands(election, ann)
    with voting(where, election):
        actions.vote(actor=ben, election_id=election.pk, approves=[standing.pk])
        for account in (ben, eve):
            leave_group(actor=account, group=where.group)
            assert (
                refusal(lambda a=account: actions.vote(actor=a, election_id=election.pk, approves=[])) == Code.FORBIDDEN
            )  # type: ignore[misc]
    ended(election)
    standing.refresh_from_db()
    assert (standing.approvals, standing.elected, election.voted, election.voters) == (1, True, 1, 4)


def test_a_decision_after_the_list_was_closed_takes_no_vote_away() -> None:
    where = room()
    election = called(where)
    ann, ben = known(where), known(where)
    standing = stands(election, ann)
    with voting(where, election):
        ban = {"kind": SanctionKind.GROUP_BAN, "reason": Reason.OTHER, "group": where.group}
        sanctions.impose(actor=staff(), account=ben, **ban)
        actions.vote(actor=ben, election_id=election.pk, approves=[standing.pk])
    assert ended(election).voted == 1


def test_a_ballot_is_changed_until_the_end_and_is_one() -> None:
    where = room()
    election = called(where)
    ann, ben, eve = known(where), known(where), known(where)
    one, two = stands(election, ann), stands(election, ben)
    with voting(where, election):
        for approves in ([one.pk], [one.pk, two.pk], [], [two.pk]):
            actions.vote(actor=eve, election_id=election.pk, approves=approves)
            assert Ballot.objects.count() == Voter.objects.filter(voted=True).count() == 1
        assert refusal(lambda: actions.vote(actor=eve, election_id=election.pk, approves=[one.pk, 999])) == Code.BAD
        actions.withdraw(actor=ann, election_id=election.pk)
        assert refusal(lambda: actions.vote(actor=eve, election_id=election.pk, approves=[one.pk])) == Code.BAD
        with override_settings(SECRET_KEY="another-secret-of-the-house-0123456789abcdef"):
            assert refusal(lambda: actions.vote(actor=eve, election_id=election.pk, approves=[])) == Code.NOT_FOUND
    with clock.standing_at(election.vote_until + SOON):
        assert refusal(lambda: actions.vote(actor=eve, election_id=election.pk, approves=[])) == Code.CLOSED
    ended(election)
    assert Counter(Candidate.objects.values_list("elected", flat=True)) == {True: 1, False: 1}
    assert place(where.group, ben).role == Role.MODERATOR and place(where.group, ann).role == Role.MEMBER


def test_no_table_says_whose_a_ballot_is() -> None:
    where = room()
    election = called(where)
    people = [known(where) for _ in range(5)]
    one = stands(election, people[0])
    with voting(where, election):
        keys = [actions.key_of(election, p.pk) for p in people]
        for p in people:
            actions.vote(actor=p, election_id=election.pk, approves=[one.pk] if p.pk % 2 else [])
        before = set(Ballot.objects.values_list("pk", flat=True))
        assert set(Ballot.objects.values_list("key", flat=True)) == set(keys)
        others = {str(f.name) for m in (Ballot, BallotMark) for f in m._meta.get_fields()}
        assert others == {"id", "election", "key", "marks", "pk", "ballot", "candidate"}
        told = str([personal.collect(p) for p in people])
        assert not any(str(pk) in told for pk in before) and not any(key in told for key in keys)
    ended(election)
    assert election.salt == "" and not Ballot.objects.exclude(key=None).exists()
    assert not before & set(Ballot.objects.values_list("pk", flat=True)) and Ballot.objects.count() == 5
    one.refresh_from_db()
    assert counting.recount(election) == {one.pk: one.approvals}


def test_the_count_gives_the_task_for_a_term_and_tells_the_group_once() -> None:
    where = room()
    election = called(where)
    ann, ben, deaf = known(where), known(where), known(where)
    GroupMember.objects.filter(account=deaf).update(level=Level.NOTHING)
    standing = stands(election, ann)
    with voting(where, election):
        actions.vote(actor=ben, election_id=election.pk, approves=[standing.pk])
    epoch = User.objects.get(pk=ann.pk).auth_epoch
    ended(election)
    seat = place(where.group, ann)
    assert seat.role == Role.MODERATOR and seat.term_ends == election.ended_at + timedelta(days=90)
    assert User.objects.get(pk=ann.pk).auth_epoch == epoch + 1
    assert refusal(lambda: counting.count(election_id=election.pk)) == Code.CLOSED
    assert due.tell() == 3 * 4 and due.tell() == 0  # called, opened, counted; four people, one of whom wants none
    assert Notice.objects.filter(kind=due.KIND, account=ben).count() == 3
    assert not Notice.objects.filter(kind=due.KIND, account=deaf).exists()
    assert Entry.objects.filter(what=Step.COUNTED).get().data | {} == {
        "voters": 4, "voted": 1, "elected": 1, "hash": election.list_hash,
    }  # fmt: skip


def test_too_few_to_choose_from_ends_openly() -> None:
    where = room()
    election = called(where, seats=2)
    stands(election, known(where))
    with voting(where, election):
        assert election.state == ElectionState.FELL and not Voter.objects.exists()
    assert Entry.objects.filter(what=Step.FELL).get().data == {"candidates": 1, "seats": 2}
    assert called(where).state == ElectionState.NOMINATING  # another can be called


def test_staff_stop_one_with_a_reason_and_its_ballots_are_destroyed() -> None:
    where = room()
    election = called(where)
    ann = known(where)
    standing = stands(election, ann)
    with voting(where, election):
        actions.vote(actor=ann, election_id=election.pk, approves=[standing.pk])
        chair = GroupMember.objects.get(role=Role.HOST).account
        assert refusal(lambda: actions.abort(actor=chair, election_id=election.pk, reason="no")) == Code.FORBIDDEN
        assert refusal(lambda: actions.abort(actor=staff(), election_id=election.pk, reason=" ")) == Code.EMPTY
        actions.abort(actor=staff(), election_id=election.pk, reason="Somebody was pressed.")
    assert not Ballot.objects.exists() and not Voter.objects.filter(voted=True).exists()
    assert ended(election).state == ElectionState.ABORTED and place(where.group, ann).role == Role.MEMBER


def test_whoever_leaves_the_house_takes_an_open_ballot_along_and_not_a_counted_one() -> None:
    where = room()
    election = called(where)
    ann, ben, eve = known(where), known(where), known(where)
    standing = stands(election, ann)
    with voting(where, election):
        for account in (ben, eve):
            actions.vote(actor=account, election_id=election.pk, approves=[standing.pk])
        personal.erase(ben)
        assert Ballot.objects.count() == Voter.objects.filter(voted=True).count() == 1
    ended(election)
    assert (election.voters, election.voted) == (4, 1)
    personal.erase(eve)
    personal.erase(ann)
    standing.refresh_from_db()
    assert (standing.approvals, standing.statement, standing.account) == (1, "", None)
    assert Ballot.objects.count() == 1 and not Voter.objects.filter(account=eve).exists()


def test_a_ballot_that_is_not_found_any_more_is_counted_although_its_voter_left() -> None:
    where = room()
    election = called(where)
    ann, ben = known(where), known(where)
    standing = stands(election, ann)
    with voting(where, election):
        actions.vote(actor=ben, election_id=election.pk, approves=[standing.pk])
        with override_settings(SECRET_KEY="another secret of the house, as long as the one before it"):
            personal.erase(ben)
        assert Ballot.objects.count() == Voter.objects.filter(voted=True).count() == 1
    ended(election)
    assert (election.state, election.voted) == (ElectionState.COUNTED, 1)


def test_somebody_who_left_the_group_is_passed_over() -> None:
    where = room()
    election = called(where)
    ann, ben, eve = known(where), known(where), known(where)
    one, two = stands(election, ann), stands(election, ben)
    with voting(where, election):
        actions.vote(actor=eve, election_id=election.pk, approves=[one.pk])
        actions.vote(actor=ben, election_id=election.pk, approves=[one.pk, two.pk])
        leave_group(actor=ann, group=where.group)
    ended(election)
    assert list(Candidate.objects.values_list("approvals", "elected")) == [(2, False), (1, True)]


def test_a_count_that_does_not_add_up_is_not_published(caplog: Any) -> None:
    where = room()
    election = called(where)
    ann = known(where)
    standing = stands(election, ann)
    with voting(where, election):
        actions.vote(actor=ann, election_id=election.pk, approves=[standing.pk])
        Ballot.objects.create(election=election, key="x" * 64)
    assert ended(election).state == ElectionState.VOTING and place(where.group, ann).role == Role.MEMBER
    with clock.standing_at(election.vote_until + SOON), pytest.raises(counting.Inconsistent):
        counting.count(election_id=election.pk)


def test_the_tables_refuse_what_must_not_be() -> None:
    where = room()
    election = called(where)
    ann = known(where)
    standing = stands(election, ann)
    voter = Voter.objects.create(election=election, account=ann)
    Ballot.objects.create(election=election, key="k")

    def refused(act: Any) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            act()

    row = Election.objects.filter(pk=election.pk)
    refused(lambda: Voter.objects.create(election=election, account=ann))
    refused(lambda: Ballot.objects.create(election=election, key="k"))
    refused(lambda: Candidate.objects.filter(pk=standing.pk).update(elected=True, approvals=0))
    refused(
        lambda: Candidate.objects.filter(pk=standing.pk).update(elected=True, approvals=1, withdrawn_at=clock.now())
    )
    refused(lambda: row.update(voters=1, voted=2))
    refused(lambda: row.update(state=ElectionState.ABORTED))
    refused(lambda: row.update(state=ElectionState.COUNTED, salt="x"))
    refused(lambda: row.update(seats=0))
    refused(lambda: row.update(vote_until=election.called_at))
    refused(lambda: Telling.objects.create(election=election, what=Step.CALLED))
    voter.delete()


ids = some.integers(0, 5)


@given(
    ballots=some.lists(some.frozensets(ids), max_size=30), seats=some.integers(1, 6), able=some.frozensets(ids),
    since=some.lists(some.tuples(some.integers(0, 2), some.integers(0, 2)), min_size=6, max_size=6),
)  # fmt: skip
def test_the_result_is_what_the_ballots_say(
    ballots: list[frozenset[int]], seats: int, able: frozenset[int], since: list[tuple[int, int]]
) -> None:
    day = timezone.now()
    stand: list[Any] = [
        SimpleNamespace(pk=n, in_group_since=day + timedelta(a), account_since=day + timedelta(b))
        for n, (a, b) in enumerate(since)
    ]
    counted = Counter(pk for ballot in ballots for pk in ballot)
    places = counting.result(stand, counted, seats, able)
    assert {p.candidate.pk: p.approvals for p in places} == {n: sum(n in b for b in ballots) for n in range(6)}
    chosen = [p for p in places if p.elected]
    possible = [p for p in places if p.candidate.pk in able and p.approvals]
    assert len(chosen) == min(seats, len(possible))
    assert all(p.candidate.pk in able and p.approvals for p in chosen)
    left = [p for p in possible if not p.elected]
    rule = [(-p.approvals, since[p.candidate.pk], p.candidate.pk) for p in chosen]
    assert not left or max(rule, default=(0,)) < min(
        (-p.approvals, since[p.candidate.pk], p.candidate.pk) for p in left
    )
    assert counting.result(stand[::-1], counted, seats, able) == places  # the order of reading decides nothing


def test_the_rule_for_ties_is_followed() -> None:
    where = room()
    election = called(where)
    young, old, eve = known(where), known(where), known(where)
    GroupMember.objects.filter(account=old).update(joined_at=timezone.now() - timedelta(days=400))
    one, two = stands(election, young), stands(election, old)
    with voting(where, election):
        actions.vote(actor=eve, election_id=election.pk, approves=[one.pk, two.pk])
    ended(election)
    assert place(where.group, old).role == Role.MODERATOR and place(where.group, young).role == Role.MEMBER
    assert host(room())
