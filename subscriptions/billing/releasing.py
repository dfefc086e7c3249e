"""When a plan opens: for everybody at one moment, for those with an early-access perk some hours before."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from ground import clock, facts
from membership.perks.models import Perk
from membership.perks.queries import has_perk
from subscriptions.billing.models import Plan


class NotYet(Exception):
    """The plan does not sell to this account yet. `opens` is when it does; `early` when it opens for holders of `perk`."""

    def __init__(self, plan: Plan, opens: datetime) -> None:
        super().__init__(f"{plan} opens {opens}")
        self.opens, self.perk = opens, plan.early_perk
        self.early = early(plan)


def early(plan: Plan) -> datetime | None:
    """When it opens for holders of its perk; None where it opens for all at once, or is always open."""
    return plan.opens_at - timedelta(hours=plan.early_hours) if plan.opens_at and plan.early_perk_id else None


def waiting(plan: Plan, account: Any) -> NotYet | None:
    """Why this account has to wait, or None. No query once the plan is open to everybody."""
    now, sooner = clock.now(), early(plan)
    if plan.opens_at is None or now >= plan.opens_at:
        return None
    if sooner is None or plan.early_perk is None or not has_perk(account, plan.early_perk.key):
        return NotYet(plan, plan.opens_at)
    return NotYet(plan, sooner) if now < sooner else None


def refuse(plan: Plan, account: Any) -> None:
    """Raises `NotYet` while the plan does not sell to this account."""
    found = waiting(plan, account)
    if found:
        raise found


@transaction.atomic
def release(*, plan: Plan, opens_at: datetime | None, perk: Perk | None = None, hours: int = 24) -> None:
    """Sell it from this moment on (None: always), to holders of `perk` so many hours before."""
    Plan.objects.filter(pk=plan.pk).update(opens_at=opens_at, early_perk=perk, early_hours=hours)
    transaction.on_commit(lambda: facts.offers_changed.send(sender=Plan, reason="release"))
