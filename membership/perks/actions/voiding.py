"""What is no longer owed: its right was taken back, or its time is over."""

from datetime import datetime

from django.db.models import F, Q, QuerySet

from ground import clock
from membership import entitlements
from membership.perks.actions.moving import NotAllowed, move
from membership.perks.actions.owing import lasting
from membership.perks.enums import GONE_OUT, OPEN, State
from membership.perks.models import Obligation


def _taken_back(now: datetime) -> QuerySet[Obligation]:
    """Obligations whose right ended sooner than it was to: a refund, a dispute, a seat taken away. Not a natural end."""
    sooner = Q(covered_until=None) | Q(grant__ends__lt=F("covered_until"))
    return Obligation.objects.filter(sooner, grant__ends__lte=now).select_related("perk", "account")


def void_account(account_id: int) -> int:
    """After an account's rights changed: what is still in the house is void, what has left it is flagged for staff."""
    return _void(_taken_back(clock.now()).filter(account_id=account_id))


def void_due(now: datetime) -> int:
    """The sweep that finds what a lost word did not."""
    return _void(_taken_back(now))


def _void(rows: QuerySet[Obligation]) -> int:
    done = 0
    for row in rows.filter(Q(state__in=OPEN) | Q(state__in=GONE_OUT, flagged=False)):
        if _stands_anew(row):
            continue
        if row.state in GONE_OUT:
            done += Obligation.objects.filter(pk=row.pk).update(flagged=True)
            continue
        try:
            move(row=row, to=State.VOID, actor="rights")
            done += 1
        except NotAllowed:  # staff was quicker: the next sweep sees it sent, and flags it
            continue
    return done


def _stands_anew(row: Obligation) -> bool:
    """Another right gives the same (an upgrade, a second source): that one is behind it from now on."""
    now = clock.now()
    entitlements.forget(row.account)
    if not entitlements.has(row.account, row.perk.entitlement, now):
        return False
    grant = lasting(row.perk, row.account, now)
    covered = grant.ends if grant else None
    Obligation.objects.filter(pk=row.pk).update(grant=grant, covered_until=covered)
    return True


def expire_due(now: datetime) -> int:
    """The sweep: what was not sent before its last day. Answers how much."""
    done = 0
    for row in Obligation.objects.filter(state__in=OPEN, expires_at__lte=now).select_related("perk", "account"):
        try:
            move(row=row, to=State.EXPIRED, actor="sweep")
            done += 1
        except NotAllowed:
            continue
    return done
