"""What somebody takes along of votes, and what becomes of it when they go."""

from typing import Any

from django.db import transaction

from accounts.models import User
from community.models import Room, RoomEvent
from community.votes.elections import actions
from community.votes.enums import RUNNING
from community.votes.models import Candidate, Election, Poll, PollVote, Voter
from community.votes.polls import part, publishing
from ground import clock

MODELS = ("votes.Election", "votes.Candidate", "votes.Voter", "votes.PollVote")


def collect(account: User) -> list[dict[str, Any]]:
    """Polls: the answers. Elections: called, stood in, allowed to vote in, and whether one did. What was voted nobody can answer, so it is not here."""
    stood = Candidate.objects.filter(account=account).select_related("election__group")
    listed = Voter.objects.filter(account=account).select_related("election__group")
    called = Election.objects.filter(called_by=account).select_related("group")
    return [
        {"polls": [{"question": v.poll.question, "answer": v.choice.text} for v in _chosen(account)]},
        {"elections_called": [{"group": e.group.slug, "at": e.called_at.isoformat()} for e in called]},
        {"stood": [_stood(c) for c in stood]},
        {"could_vote": [{"group": v.election.group.slug, "election": v.election_id, "voted": v.voted} for v in listed]},
    ]


def _chosen(account: User) -> Any:
    return PollVote.objects.filter(account=account).select_related("poll", "choice").order_by("pk")


def _stood(row: Candidate) -> dict[str, Any]:
    return {
        "group": row.election.group.slug, "election": row.election_id, "statement": row.statement,
        "at": row.stood_at.isoformat(), "approvals": row.approvals, "elected": row.elected,
    }  # fmt: skip


@transaction.atomic
def erase(account: User) -> None:
    """Answers in polls go, and the counts follow. An open ballot is taken back, a counted one is nobody's any more. Names and statements go, numbers stay."""
    _leave_polls(account)
    actions.lock_running(account=account)
    actions.take_back(account=account)
    rows = Candidate.objects.filter(account=account)
    rows.filter(election__state__in=sorted(RUNNING), withdrawn_at=None).update(withdrawn_at=clock.now())
    rows.update(account=None, statement="")
    Voter.objects.filter(account=account).update(account=None)
    Election.objects.filter(called_by=account).update(called_by=None)


def _leave_polls(account: User) -> None:
    """The rows go first; then the names go out of the log, and the rooms are told the counts without them.

    All the rooms are locked before any of the polls, as whoever publishes does it."""
    voted = Poll.objects.filter(votes__account=account)
    rooms = Room.objects.filter(pk__in=voted.values("message__room_id")).order_by("pk")
    list(rooms.select_for_update(no_key=True).values_list("pk", flat=True))
    polls = list(voted.distinct().order_by("message__room_id", "pk"))
    PollVote.objects.filter(account=account).delete()
    for poll in polls:
        Poll.objects.filter(pk=poll.pk).update(stale=True)
        publishing.publish(poll.pk, at_once=True)
    named = [poll.message_id for poll in polls if not poll.secret]
    for event in RoomEvent.objects.filter(message__in=named, kind__in=["part", "msg", "show"]):
        if _without(event.payload.get("parts", []), str(account.public_id)):
            event.save(update_fields=["payload"])


def _without(parts: list[dict[str, Any]], public_id: str) -> bool:
    """Take a name out of polls that are in the log; answers whether it was there."""
    found = False
    for choice in (c for p in parts if p.get("kind") == part.KIND for c in p["choices"]):
        kept = [person for person in choice["by"] if person["id"] != public_id]
        found = found or len(kept) < len(choice["by"])
        choice["by"] = kept
    return found
