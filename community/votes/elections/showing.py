"""An election as one viewer sees it. Nothing in here can answer what somebody voted, the viewer included: staff may look
with a member's eyes, and a ballot that is shown can be asked for."""

from dataclasses import dataclass
from typing import Any

from accounts.models import User
from community import access
from community.models import Group, GroupMember
from community.votes.elections import actions, counting
from community.votes.enums import RUNNING, ElectionState
from community.votes.forms import AbortForm, StandForm
from community.votes.models import Candidate, Election, Voter
from ground import clock


@dataclass(frozen=True, slots=True)
class Line:
    """A candidate on the page; `approvals` and `share` (of a hundred who voted) once it is counted."""

    candidate: Candidate
    name: str
    public_id: str
    approvals: int
    share: int


@dataclass(frozen=True, slots=True)
class Mine:
    """What the viewer is in this election."""

    in_group: bool
    listed: bool
    voted: bool
    stands: Candidate | None


def page(election: Election, account: User, role: str) -> dict[str, Any]:
    """Everything of its page; six queries, however many stand and vote."""
    candidates = list(Candidate.objects.filter(election=election).select_related("account"))
    mine = _mine(election, account, candidates)
    counted = election.state == ElectionState.COUNTED
    now, staff = clock.now(), access.is_staff(account)
    nominating = election.state == ElectionState.NOMINATING and now < election.nominate_until
    lines = [_line(c, election) for c in _ordered(candidates, counted) if counted or c.withdrawn_at is None]
    return {
        "group": election.group, "election": election, "lines": lines, "mine": mine, "log": list(election.log.all()),
        "may_stand": nominating and mine.in_group and role != "host", "form": StandForm(initial=_words(mine.stands)),
        "may_vote": election.state == ElectionState.VOTING and now < election.vote_until and mine.listed and mine.in_group,
        "may_stop": staff and election.state in RUNNING, "abort_form": AbortForm(), "counted": counted,
        "waits": election.state in RUNNING and not nominating and now >= _ends(election),
        "may_withdraw": election.state in RUNNING and mine.stands is not None and mine.stands.withdrawn_at is None,
    }  # fmt: skip


def _ends(election: Election) -> Any:
    return election.nominate_until if election.state == ElectionState.NOMINATING else election.vote_until


def _words(candidate: Candidate | None) -> dict[str, str]:
    return {"statement": candidate.statement} if candidate else {}


def _mine(election: Election, account: User, candidates: list[Candidate]) -> Mine:
    voter = Voter.objects.filter(election=election, account=account).first()
    return Mine(
        GroupMember.objects.filter(group=election.group, account=account).exists(),
        voter is not None,
        voter is not None and voter.voted,
        next((c for c in candidates if c.account_id == account.pk), None),
    )


def _ordered(candidates: list[Candidate], counted: bool) -> list[Candidate]:
    """While people stand and vote: as they stood. Counted: by the rule."""
    return sorted(candidates, key=lambda c: counting.order(c, c.approvals or 0)) if counted else candidates


def _line(candidate: Candidate, election: Election) -> Line:
    account, n = candidate.account, candidate.approvals or 0
    share = round(100 * n / election.voted) if election.voted else 0
    return Line(candidate, account.display_name if account else "", str(account.public_id) if account else "", n, share)


def of_group(group: Group, account: User | None) -> dict[str, Any]:
    """What a group's page shows: the election that runs, the last ones, and whether the viewer may call one."""
    rows = list(Election.objects.filter(group=group).order_by("-pk")[:4])
    running = next((row for row in rows if row.state in RUNNING), None)
    return {
        "group": group, "running": running, "past": [row for row in rows if row.state not in RUNNING][:3],
        "may_call": running is None and account is not None and actions.may_call(account, group),
    }  # fmt: skip
