"""The one way an obligation changes: by the transition table, conditionally, with a record of who did it."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.notices import notify
from membership.perks.enums import MOVES, State
from membership.perks.models import Marking, Obligation, ObligationMove


class NotAllowed(Exception):
    """The table has no such move, or somebody moved it meanwhile."""


@transaction.atomic
def move(
    *, row: Obligation, to: str, actor: str, marking: Marking | None = None, code: str | None = None, back: bool = False
) -> Obligation:
    """Move one obligation. `back` undoes a move: the table is read the other way. Raises `NotAllowed`.

    The UPDATE names the state that we saw: of two movers at once, one wins and the other hears of it.
    """
    before, allowed = row.state, (row.state in MOVES[to]) if back else (to in MOVES[row.state])
    if not allowed:
        raise NotAllowed(f"{before} -> {to}")
    fields: dict[str, Any] = {"state": to, "changed_at": timezone.now()} | ({} if code is None else {"code": code[:80]})
    former = row.code
    if not Obligation.objects.filter(pk=row.pk, state=before).update(**fields):
        raise NotAllowed(f"no longer {before}")
    for name, value in fields.items():
        setattr(row, name, value)
    record(row, before, actor, marking=marking, code_before=former)
    if to == State.SENT and not back:
        _tell_sent(row)
    return row


def record(row: Obligation, before: str, actor: str, *, marking: Marking | None = None, code_before: str = "") -> None:
    """One line of the history."""
    ObligationMove.objects.create(obligation=row, marking=marking, before=before, after=row.state, actor=actor[:120],
                                  at=timezone.now(), code_before=code_before)  # fmt: skip


def _tell_sent(row: Obligation) -> None:
    context = {"perk_zh": row.perk.name_zh, "perk_en": row.perk.name_en, "code": row.code}
    notify(account=row.account, kind="perks.sent", context=context, dedupe=f"obligation:{row.pk}:sent")


def receive(*, row: Obligation, account: User) -> Obligation:
    """The member says that it has come. Raises `NotAllowed`."""
    return move(row=row, to=State.RECEIVED, actor=f"account:{account.pk}")
