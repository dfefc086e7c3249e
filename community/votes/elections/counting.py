"""The count: once, all of it or nothing, and afterwards no ballot can be found by anybody."""

import logging
import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Count

from accounts.actions import bump_auth_epoch
from community.chat.protocol import Code
from community.enums import Role
from community.models import GroupMember
from community.refusals import Refused
from community.votes.elections import log
from community.votes.elections.actions import locked, move
from community.votes.enums import ElectionState, Step
from community.votes.models import Ballot, BallotMark, Candidate, Election, Voter
from ground import clock

logger = logging.getLogger(__name__)
_shuffle = random.SystemRandom().shuffle


class Inconsistent(Exception):
    """Ballots and voters who voted are not as many: nothing is published, and a person has to look."""


@dataclass(frozen=True, slots=True)
class Place:
    """A candidate in the result. Who could not take the task (gone, withdrawn) has a count and no place."""

    candidate: Candidate
    approvals: int
    elected: bool


def order(candidate: Candidate, approvals: int) -> tuple[object, ...]:
    """The rule that was said before: more approvals; then longer in the group; then the older account; then who stood first."""
    return (-approvals, candidate.in_group_since, candidate.account_since, candidate.pk)


def result(
    candidates: Iterable[Candidate], approvals: Mapping[int, int], seats: int, able: Iterable[int]
) -> list[Place]:
    """Everybody in order, the first `seats` of those who are `able` (ids of candidates) and have an approval elected. Pure."""
    can = set(able)
    ranked = sorted(candidates, key=lambda c: order(c, approvals.get(c.pk, 0)))
    chosen = [c.pk for c in ranked if c.pk in can and approvals.get(c.pk, 0) > 0][:seats]
    return [Place(c, approvals.get(c.pk, 0), c.pk in chosen) for c in ranked]


@transaction.atomic
def count(*, election_id: int) -> Election:
    """Count, publish, give the tasks, forget whose ballots they were: in one transaction. For the sweep, once the time is
    over; a second count is refused (closed). Raises Refused, Inconsistent.
    """
    election = locked(election_id, ElectionState.VOTING)
    if clock.now() < election.vote_until:
        raise Refused(Code.CLOSED)
    voted = Voter.objects.filter(election=election, voted=True).count()
    if voted != Ballot.objects.filter(election=election).count():
        raise Inconsistent(f"election {election.pk}: {voted} voted")
    places = _places(election)
    for place in places:
        place.candidate.approvals, place.candidate.elected = place.approvals, place.elected
        place.candidate.save(update_fields=["approvals", "elected"])
    forget_whose(election)
    move(election, ElectionState.COUNTED)
    election.voted, election.salt, election.ended_at = voted, "", clock.now()
    election.save(update_fields=["state", "voted", "salt", "ended_at"])
    _give_tasks(election, places)
    elected = sum(place.elected for place in places)
    log.write(election, Step.COUNTED, voters=election.voters, voted=voted, elected=elected, hash=election.list_hash)
    return election


def _places(election: Election) -> list[Place]:
    candidates = list(Candidate.objects.filter(election=election))
    here = set(GroupMember.objects.filter(group=election.group).values_list("account_id", flat=True))
    able = [c.pk for c in candidates if c.withdrawn_at is None and c.account_id in here]
    return result(candidates, approvals(election), election.seats, able)


def approvals(election: Election) -> dict[int, int]:
    """How many ballots approve each candidate. One query."""
    rows = BallotMark.objects.filter(ballot__election=election).order_by()
    return dict(rows.values_list("candidate").annotate(n=Count("ballot")))


def forget_whose(election: Election) -> None:
    """Write all ballots anew, in no order, without keys, in one transaction: nothing says when or by whom one came."""
    marks: dict[object, list[int]] = {
        pk: [] for pk in Ballot.objects.filter(election=election).values_list("pk", flat=True)
    }
    for ballot, candidate in BallotMark.objects.filter(ballot__election=election).values_list("ballot", "candidate"):
        marks[ballot].append(candidate)
    BallotMark.objects.filter(ballot__election=election).delete()
    Ballot.objects.filter(election=election).delete()
    chosen = list(marks.values())
    _shuffle(chosen)
    ballots = Ballot.objects.bulk_create([Ballot(election=election) for _ in chosen], batch_size=500)
    BallotMark.objects.bulk_create(
        [BallotMark(ballot=b, candidate_id=pk) for b, ids in zip(ballots, chosen, strict=True) for pk in sorted(ids)],
        batch_size=500,
    )


def _give_tasks(election: Election, places: Iterable[Place]) -> None:
    """Whoever is elected is a moderator until the term ends; a host stays a host."""
    ends = (election.ended_at or clock.now()) + timedelta(days=election.term_days)
    chosen = sorted(p.candidate.account_id for p in places if p.elected and p.candidate.account_id)
    rows = GroupMember.objects.filter(group=election.group, account__in=chosen).exclude(role=Role.HOST)
    rows.update(role=Role.MODERATOR, term_ends=ends)
    for account_id in chosen:
        bump_auth_epoch(account_id=account_id)


def recount(election: Election) -> Counter[int]:
    """Count the ballots that are kept once more, one by one, for whoever wants to compare."""
    return Counter(BallotMark.objects.filter(ballot__election=election).values_list("candidate", flat=True))
