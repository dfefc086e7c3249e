"""What somebody takes along of votes, and what becomes of it when they go."""

from typing import Any

from django.db import transaction

from accounts.models import User
from community.votes.elections import actions
from community.votes.enums import RUNNING
from community.votes.models import Candidate, Election, Voter
from ground import clock

MODELS = ("votes.Election", "votes.Candidate", "votes.Voter")


def collect(account: User) -> list[dict[str, Any]]:
    """Elections: called, stood in, allowed to vote in, and whether one did. What was voted nobody can answer, so it is not here."""
    stood = Candidate.objects.filter(account=account).select_related("election__group")
    listed = Voter.objects.filter(account=account).select_related("election__group")
    called = Election.objects.filter(called_by=account).select_related("group")
    return [
        {"elections_called": [{"group": e.group.slug, "at": e.called_at.isoformat()} for e in called]},
        {"stood": [_stood(c) for c in stood]},
        {"could_vote": [{"group": v.election.group.slug, "election": v.election_id, "voted": v.voted} for v in listed]},
    ]


def _stood(row: Candidate) -> dict[str, Any]:
    return {
        "group": row.election.group.slug, "election": row.election_id, "statement": row.statement,
        "at": row.stood_at.isoformat(), "approvals": row.approvals, "elected": row.elected,
    }  # fmt: skip


@transaction.atomic
def erase(account: User) -> None:
    """An open ballot is taken back, a counted one is nobody's any more. Names and statements go, numbers stay."""
    actions.take_back(account=account)
    rows = Candidate.objects.filter(account=account)
    rows.filter(election__state__in=sorted(RUNNING), withdrawn_at=None).update(withdrawn_at=clock.now())
    rows.update(account=None, statement="")
    Voter.objects.filter(account=account).update(account=None)
    Election.objects.filter(called_by=account).update(called_by=None)
