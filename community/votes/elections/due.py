"""What the clock does with elections: open the voting, count, and tell members. All of it is found in rows."""

import logging
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Notice
from accounts.notices import notify
from community.enums import Level
from community.models import GroupMember
from community.refusals import Refused
from community.votes.elections import actions, counting
from community.votes.enums import RUNNING, ElectionState, Step
from community.votes.models import Election, Telling, Voter

log = logging.getLogger(__name__)
KIND, AT_ONCE = "community.election", 200


def run(now: datetime) -> int:
    """Everything that is due at this business time; answers how much was done. One election that fails stops no other."""
    return _each(now, ElectionState.NOMINATING, "nominate_until", actions.open_voting) + _each(
        now, ElectionState.VOTING, "vote_until", counting.count
    )


def _each(now: datetime, state: ElectionState, until: str, act: Any) -> int:
    done = 0
    due = Election.objects.filter(state=state, **{f"{until}__lte": now})
    for pk in list(due.order_by(until).values_list("pk", flat=True)):
        try:
            act(election_id=pk)
            done += 1
        except Refused:  # somebody else did it meanwhile
            continue
        except Exception:
            log.exception("election %s", pk)
    return done


def tell(now: datetime | None = None) -> int:
    """Notices that are still to be written, some hundreds at a time; answers how many."""
    return sum(_tell(pk) for pk in list(Telling.objects.filter(done=False).order_by("pk").values_list("pk", flat=True)))


def _tell(pk: int) -> int:
    told = 0
    while n := _some(pk):
        told += n
    return told


@transaction.atomic
def _some(pk: int) -> int:
    """One transaction's worth: a killed worker goes on where it stopped, and nobody is told twice."""
    row = Telling.objects.select_for_update(of=("self",)).select_related("election__group").get(pk=pk)
    if row.done:
        return 0
    places = GroupMember.objects.filter(group=row.election.group, account__is_active=True, pk__gt=row.up_to)
    if row.what == Step.OPENED:
        places = places.filter(account__in=Voter.objects.filter(election=row.election).values("account"))
    some = list(places.select_related("account").order_by("pk")[:AT_ONCE])
    for place in some:
        if place.level != Level.NOTHING:
            notify(account=place.account, kind=KIND, context=_said(row), dedupe=f"{row.election_id}:{row.what}")
    row.up_to, row.done = (some[-1].pk if some else row.up_to), len(some) < AT_ONCE
    row.save(update_fields=["up_to", "done"])
    return len(some)


def _said(row: Telling) -> dict[str, Any]:
    election, group = row.election, row.election.group
    return {
        "what": row.what, "seats": election.seats, "group_zh": group.name_zh, "group_en": group.name_en,
        "path": f"groups/{group.slug}/elections/{election.pk}/", "reason": election.reason,
    }  # fmt: skip


def still_worth_a_letter(notice: Notice) -> bool:
    """Not read meanwhile, and the election is still where the notice says it is."""
    ident, _colon, what = notice.dedupe.partition(":")
    election = Election.objects.filter(pk=ident).first() if ident.isdecimal() else None
    if election is None or notice.read_at is not None:
        return False
    wanted = {Step.CALLED: ElectionState.NOMINATING, Step.OPENED: ElectionState.VOTING}.get(Step(what))
    return election.state == wanted if wanted else election.state not in RUNNING
