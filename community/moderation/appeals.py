"""One objection to each decision, within twenty days, decided by somebody else."""

from datetime import timedelta

from django.db import transaction

from accounts.models import User
from accounts.notices import notify
from community.chat.protocol import Code
from community.enums import APPEAL_DECIDED, AppealState
from community.models import Appeal, Sanction
from community.moderation import sanctions
from community.refusals import Refused
from ground import clock

WITHIN, DECIDE_WITHIN = timedelta(days=20), timedelta(days=7)
APPEAL_KIND = "community.appeal_decided"


def open_to(row: Sanction) -> bool:
    """Whether an objection can still be made: none was, the decision stands, and its twenty days are not over."""
    return not hasattr(row, "appeal") and row.lifted_at is None and clock.now() <= row.begins_at + WITHIN


@transaction.atomic
def appeal(*, actor: User, sanction: Sanction, text: str) -> Appeal:
    """Object to a decision about oneself. A second one is the first. Raises Refused."""
    row = Sanction.objects.select_for_update().get(pk=sanction.pk)
    if row.account_id != actor.pk:
        raise Refused(Code.NOT_FOUND)
    found = Appeal.objects.filter(sanction=row).first()
    if found:
        return found
    if not open_to(row):
        raise Refused(Code.CLOSED)
    if not text.strip():
        raise Refused(Code.EMPTY)
    now = clock.now()
    return Appeal.objects.create(sanction=row, text=text.strip()[:4000], filed_at=now, due_at=now + DECIDE_WITHIN)


@transaction.atomic
def decide(*, actor: User, appeal_id: int, state: AppealState, answer: str) -> Appeal:
    """Let the decision stand or take it back, with an answer. Never by who imposed it, nor by who it is about.

    Raises Refused.
    """
    row = (
        Appeal.objects.select_for_update(of=("self",)).select_related("sanction__account").filter(pk=appeal_id).first()
    )
    if row is None:
        raise Refused(Code.NOT_FOUND)
    if not may_decide(actor, row):
        raise Refused(Code.FORBIDDEN)
    if row.state in APPEAL_DECIDED:
        return row
    if state not in APPEAL_DECIDED:
        raise Refused(Code.BAD)
    row.state, row.answer, row.decided_by, row.decided_at = state, answer.strip()[:1000], actor, clock.now()
    row.save(update_fields=["state", "answer", "decided_by", "decided_at"])
    if state == AppealState.OVERTURNED:
        sanctions.undo(row.sanction, actor)
    _tell(row)
    return row


def may_decide(actor: User, row: Appeal) -> bool:
    """Somebody who looks after the place, and is neither the one who decided nor the one it is about."""
    return actor.pk not in (row.sanction.imposed_by_id, row.sanction.account_id) and sanctions.may_see(
        actor, row.sanction
    )


def _tell(row: Appeal) -> None:
    if row.sanction.account is None:
        return
    context = {"state": row.state, "answer": row.answer, "path": f"decisions/{row.sanction.public_id}/"}
    notify(account=row.sanction.account, kind=APPEAL_KIND, context=context, dedupe=str(row.pk))
