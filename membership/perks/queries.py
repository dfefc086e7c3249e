"""Reads: what a member has of each perk, and what staff have to do."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q

from ground import clock
from membership import entitlements
from membership.calendar import Period, period_end, period_key
from membership.perks.actions.owing import today
from membership.perks.enums import OPEN, State
from membership.perks.models import Obligation, Perk
from membership.tenure import tenure_of


@dataclass
class Mine:
    """One perk as a member sees it: used and left of this period, what is on its way, and whether one can be claimed."""

    perk: Perk
    used: int = 0
    months_to_go: int = 0
    overdue: bool = False
    renews: Any = None
    rows: list[Obligation] = field(default_factory=list)

    @property
    def left(self) -> int:
        """Never below nothing: an owner may have lowered the quota."""
        return max(0, self.perk.quota - self.used)

    @property
    def standing(self) -> bool:
        """A right without a number."""
        return self.perk.quota == 0

    @property
    def can_claim(self) -> bool:
        """Whether the button stands there."""
        return self.perk.claimable and self.left > 0 and not self.overdue and not self.months_to_go


def perks_of(account: Any) -> list[Mine]:
    """Every perk that the account holds now, with its numbers, and earlier things that are still on their way.

    Four queries at most, whatever the number.
    """
    now = clock.now()
    rights = entitlements.rights(account, now)
    perks = [p for p in Perk.objects.filter(archived=False) if p.entitlement == "account" or p.entitlement in rights]
    rows = list(Obligation.objects.filter(account=account).select_related("perk").order_by("-owed_at", "-pk")[:200])
    known = {p.pk for p in perks}
    perks += {r.perk_id: r.perk for r in rows if r.perk_id not in known and r.state in OPEN | {State.SENT}}.values()
    months = tenure_of(account, now).months if any(p.after_months for p in perks) else 0
    return [_mine(perk, [r for r in rows if r.perk_id == perk.pk], rights, months, now) for perk in perks]


def _mine(perk: Perk, rows: list[Obligation], rights: dict[str, Any], months: int, now: Any) -> Mine:
    period, day = Period(perk.period), today(now)
    key = period_key(period, day)
    answer = rights.get(perk.entitlement)
    return Mine(
        perk=perk,
        used=sum(r.period_key == key and r.state != State.VOID for r in rows),
        months_to_go=max(0, perk.after_months - months),
        overdue=bool(answer and answer.overdue) or (answer is None and perk.entitlement != "account"),
        renews=period_end(period, day),
        rows=[r for r in rows if r.state != State.VOID][:5],
    )


def has_perk(account: Any, key: str) -> bool:
    """Whether the account may use a standing perk now. Deny by default; one query beside the account's own rights."""
    perk = Perk.objects.filter(key=key, archived=False).first()
    return perk is not None and entitlements.has(account, perk.entitlement)


def due_counts() -> list[tuple[Perk, dict[str, int]]]:
    """Every perk with how much of it is owed, prepared, sent and flagged. One query."""
    counts = {state.value: Count("obligations", filter=Q(obligations__state=state)) for state in State}
    rows = Perk.objects.annotate(**counts, wrong=Count("obligations", filter=Q(obligations__flagged=True)))
    return [(perk, {name: getattr(perk, name) for name in (*counts, "wrong")}) for perk in rows]
