"""A poll as it goes over the wire: the same for everybody in the room, so that what one chose oneself is not in it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count

from accounts.models import User
from community.chat.data import moment
from community.votes.models import Poll, PollVote

KIND, NAMES = "poll", 20


def part(poll: Poll) -> dict[str, Any]:
    """The whole part, read afresh: three queries, four with names. `voters` counts people, `n` the votes of a choice."""
    counts = dict(PollVote.objects.filter(poll=poll).order_by().values_list("choice").annotate(n=Count("pk")))
    voters = PollVote.objects.filter(poll=poll).values("account").distinct().count()
    names = {} if poll.secret else _names(poll)
    return {
        "kind": KIND, "id": poll.pk, "question": poll.question, "several": poll.several, "secret": poll.secret,
        "closes": moment(poll.closes_at) if poll.closes_at else "", "closed": poll.closed(), "voters": voters,
        "choices": [
            {"id": choice.pk, "text": choice.text, "n": counts.get(choice.pk, 0), "by": names.get(choice.pk, [])}
            for choice in poll.choices.all()
        ],
    }  # fmt: skip


def _names(poll: Poll) -> dict[int, list[dict[str, str]]]:
    """The first people of each answer, by name."""
    found: dict[int, list[dict[str, str]]] = {}
    for vote in PollVote.objects.filter(poll=poll).select_related("account").order_by("pk")[: NAMES * 10]:
        some = found.setdefault(vote.choice_id, [])
        if len(some) < NAMES:
            some.append({"id": str(vote.account.public_id), "name": vote.account.display_name})
    return found


def mine(account: User, parts: Sequence[Mapping[str, Any]]) -> dict[int, list[int]]:
    """What the account chose in each of the polls. One query."""
    rows = PollVote.objects.filter(account=account, poll__in=[p["id"] for p in parts]).order_by("pk")
    found: dict[int, list[int]] = {}
    for poll_id, choice_id in rows.values_list("poll_id", "choice_id"):
        found.setdefault(poll_id, []).append(choice_id)
    return found
