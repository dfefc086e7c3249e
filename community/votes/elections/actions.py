"""Writes of elections. Every one of them takes the election's own lock first, so that a vote and the count never cross."""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.models import User
from community import access
from community.chat.protocol import Code
from community.enums import Role, WatchAct
from community.models import Group, GroupMember
from community.moderation import watching
from community.refusals import Refused
from community.trust import at_least_met
from community.votes.elections import freezing, log
from community.votes.enums import MOVES, RUNNING, ElectionState, Step
from community.votes.models import Ballot, BallotMark, Candidate, Election, Voter
from community.votes.models.election import MOST_SEATS, TERMS
from ground import clock

SHORTEST, LONGEST = 1, 30  # days of each period
STATEMENT = (10, 500)


def may_call(actor: User | None, group: Group) -> bool:
    """Hosts of the group and staff."""
    return actor is not None and (access.is_staff(actor) or access.role_in(actor, group.pk) == Role.HOST)


@transaction.atomic
def call(
    *, actor: User, group: Group, seats: int, term_days: int, nominate_days: int, vote_days: int
) -> Election:  # fmt: skip
    """Call an election of moderators. One at a time in a group: while one runs, it is refused (closed). Raises Refused."""
    if not may_call(actor, group):
        raise Refused(Code.FORBIDDEN)
    days = (nominate_days, vote_days)
    if not 1 <= seats <= MOST_SEATS or not TERMS[0] <= term_days <= TERMS[1] or min(days) < SHORTEST:
        raise Refused(Code.BAD)
    if max(days) > LONGEST:
        raise Refused(Code.BAD)
    now = clock.now()
    until = now + timedelta(days=nominate_days)
    try:
        with transaction.atomic():
            election = Election.objects.create(
                group=group, called_by=actor, seats=seats, term_days=term_days, called_at=now, nominate_until=until,
                vote_until=until + timedelta(days=vote_days),
            )  # fmt: skip
    except IntegrityError as running:
        raise Refused(Code.CLOSED) from running
    log.write(election, Step.CALLED, seats=seats, term_days=term_days)
    return election


def locked(election_id: int, *states: ElectionState) -> Election:
    """The election under its lock, if it is in one of the states. Call it first in a transaction. Raises Refused."""
    found = Election.objects.select_for_update(of=("self",)).select_related("group").filter(pk=election_id).first()
    if found is None:
        raise Refused(Code.NOT_FOUND)
    if found.state not in states:
        raise Refused(Code.CLOSED)
    return found


def move(election: Election, to: ElectionState) -> None:
    """Change the state by the table; saving is the caller's."""
    if to not in MOVES[ElectionState(election.state)]:
        raise Refused(Code.CLOSED)
    election.state = to


@transaction.atomic
def stand(*, actor: User, election_id: int, statement: str) -> Candidate:
    """Say that one stands, or say it in other words. For people of the group whom the house has met. Raises Refused."""
    election = locked(election_id, ElectionState.NOMINATING)
    if clock.now() >= election.nominate_until:
        raise Refused(Code.CLOSED)
    place = GroupMember.objects.filter(group=election.group, account=actor).first()
    if place is None or place.role == Role.HOST or freezing.blamed(election.group, [actor.pk], timedelta(0)):
        raise Refused(Code.FORBIDDEN)
    if not at_least_met(actor):
        raise Refused(Code.NEWCOMER)
    statement = _clean(statement, election.group_id)
    found = Candidate.objects.filter(election=election, account=actor).first()
    if found is None:
        found = Candidate(election=election, account=actor, stood_at=clock.now(), in_group_since=place.joined_at,
                          account_since=actor.created_at)  # fmt: skip
        log.write(election, Step.STOOD)
    elif found.withdrawn_at is not None:
        log.write(election, Step.STOOD)
    found.statement, found.withdrawn_at = statement, None
    found.save()
    return found


def _clean(statement: str, group_id: int) -> str:
    """The words of somebody who stands: a few lines, none of them watched. Raises Refused."""
    statement = statement.strip()
    if not STATEMENT[0] <= len(statement) <= STATEMENT[1]:
        raise Refused(Code.EMPTY if len(statement) < STATEMENT[0] else Code.TOO_LONG)
    found = watching.look(statement, group_id)
    if found is not None and found.act != WatchAct.FLAG:
        raise Refused(Code.WORDS)
    return statement


@transaction.atomic
def withdraw(*, actor: User, election_id: int) -> Candidate:
    """Not stand any more; until the count. What ballots said of it is not counted. Twice is once. Raises Refused."""
    election = locked(election_id, *RUNNING)
    found = Candidate.objects.filter(election=election, account=actor).first()
    if found is None:
        raise Refused(Code.NOT_FOUND)
    if found.withdrawn_at is None:
        found.withdrawn_at = clock.now()
        found.save(update_fields=["withdrawn_at"])
        log.write(election, Step.WITHDREW)
    return found


@transaction.atomic
def vote(*, actor: User, election_id: int, approves: Collection[int]) -> None:
    """Approve any number of the candidates, none is an answer too; again replaces it. For those on the list who are still
    in the group. Raises Refused: closed, forbidden, bad (somebody who does not stand), not_found (it cannot be changed).
    """
    election = locked(election_id, ElectionState.VOTING)
    if clock.now() >= election.vote_until:
        raise Refused(Code.CLOSED)
    voter = Voter.objects.filter(election=election, account=actor).first()
    if voter is None or not GroupMember.objects.filter(group=election.group, account=actor).exists():
        raise Refused(Code.FORBIDDEN)
    chosen = set(approves)
    standing = set(Candidate.objects.filter(election=election, withdrawn_at=None).values_list("pk", flat=True))
    if chosen - standing:
        raise Refused(Code.BAD)
    ballot = _ballot(election, voter)
    ballot.marks.all().delete()
    BallotMark.objects.bulk_create([BallotMark(ballot=ballot, candidate_id=pk) for pk in sorted(chosen)])


def _ballot(election: Election, voter: Voter) -> Ballot:
    """The voter's ballot, made with the mark that they have voted. One voter never has two, whatever becomes of keys."""
    key = key_of(election, voter.account_id or 0)
    if voter.voted:
        found = Ballot.objects.filter(election=election, key=key).first()
        if found is None:  # the house's secret was changed meanwhile: what was cast stands
            raise Refused(Code.NOT_FOUND)
        return found
    voter.voted = True
    voter.save(update_fields=["voted"])
    return Ballot.objects.create(election=election, key=key)


def key_of(election: Election, account_id: int) -> str:
    """How a ballot is found again while voting is open: it takes the account, the election's salt and the house's secret."""
    told = f"ballot:{election.pk}:{election.salt}:{account_id}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), told, hashlib.sha256).hexdigest()


def lock_running(*, account: User) -> None:
    """Every running election in which somebody stands or is on the list, in one order: none of them is counted meanwhile."""
    stood = Candidate.objects.filter(account=account).values("election")
    listed = Voter.objects.filter(account=account).values("election")
    rows = Election.objects.filter(Q(pk__in=stood) | Q(pk__in=listed), state__in=sorted(RUNNING)).order_by("pk")
    list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))


@transaction.atomic
def take_back(*, account: User) -> None:
    """Whoever leaves the house while voting is open takes the ballot along; a counted one cannot be found any more, nor
    one that was cast before the house's secret was changed: that one stands, and so does the mark that they have voted."""
    running = Voter.objects.filter(account=account, election__state=ElectionState.VOTING)
    for pk in list(running.order_by("election_id").values_list("election_id", flat=True)):
        election = locked(pk, ElectionState.VOTING)
        if Ballot.objects.filter(election=election, key=key_of(election, account.pk)).delete()[0]:
            Voter.objects.filter(election=election, account=account).update(voted=False)


@transaction.atomic
def open_voting(*, election_id: int) -> Election:
    """Close the list of voters and open the voting; with too few to choose from, or nobody to choose, it ends openly instead.

    For the sweep, once the time to stand is over. Twice is once. Raises Refused.
    """
    election = locked(election_id, ElectionState.NOMINATING)
    if clock.now() < election.nominate_until:
        raise Refused(Code.CLOSED)
    standing = Candidate.objects.filter(election=election, withdrawn_at=None).count()
    voters, digest = freezing.freeze(election) if standing >= election.seats else (0, "")
    if not voters:
        move(election, ElectionState.FELL)
        election.ended_at = clock.now()
        election.save(update_fields=["state", "ended_at"])
        log.write(election, Step.FELL, candidates=standing, seats=election.seats)
        return election
    move(election, ElectionState.VOTING)
    election.voters, election.list_hash, election.salt = voters, digest, secrets.token_hex(32)
    election.save(update_fields=["state", "voters", "list_hash", "salt"])
    log.write(election, Step.OPENED, candidates=standing, voters=voters, hash=digest)
    return election


@transaction.atomic
def abort(*, actor: User, election_id: int, reason: str) -> Election:
    """Stop an election, with a reason that everybody reads; for staff. Ballots that were cast are destroyed. Raises Refused."""
    if not access.is_staff(actor):
        raise Refused(Code.FORBIDDEN)
    reason = reason.strip()[:500]
    if not reason:
        raise Refused(Code.EMPTY)
    election = locked(election_id, *RUNNING)
    move(election, ElectionState.ABORTED)
    BallotMark.objects.filter(ballot__election=election).delete()
    Ballot.objects.filter(election=election).delete()
    Voter.objects.filter(election=election).update(voted=False)
    election.reason, election.salt, election.ended_at = reason, "", clock.now()
    election.save(update_fields=["state", "reason", "salt", "ended_at"])
    log.write(election, Step.ABORTED)
    return election
