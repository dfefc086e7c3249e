"""Comparing Stripe with us: what differs is reported, and mended by the same sync as ever."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from ground import clock
from membership.seats.models import SeatBlock
from subscriptions.billing import entitling, gateway, inbox, papers, reducer, sync
from subscriptions.billing.enums import PlanKind
from subscriptions.billing.models import DriftReport, Subscription


def run(mend: bool = True) -> DriftReport:
    """Look at every subscription at Stripe, every live one of ours, and the papers of the last weeks; write the report."""
    findings: list[dict[str, Any]] = []
    looked, mended, seen = 0, 0, set()
    for remote in gateway.subscriptions():
        looked += 1
        seen.add(remote["id"])
        finding = _compare(remote)
        if finding:
            findings.append(finding)
            mended += _mend(remote) if mend else 0
    for orphan in Subscription.objects.live().exclude(stripe_id__in=seen):
        findings.append({"subscription": orphan.stripe_id, "what": "access without charge", "ours": orphan.status})
    for finding, cure in papers.differences():
        findings.append(finding)
        mended += _cure(cure) if mend else 0
    return DriftReport.objects.create(made_at=timezone.now(), looked_at=looked, findings=findings, mended=mended)


def _compare(remote: dict[str, Any]) -> dict[str, Any] | None:
    state = reducer.subscription(remote)
    row = Subscription.objects.select_related("plan", "account").filter(stripe_id=state.stripe_id).first()
    if row is None:
        known = _is_ours(state)
        what = "charged without access" if known else "foreign"
        return {"subscription": state.stripe_id, "what": what, "stripe": state.status} if known else None
    ours = (row.status, row.period_end, row.cancel_at_period_end)
    theirs = (state.status, state.period_end, state.cancel_at_period_end)
    if ours != theirs:
        return {"subscription": state.stripe_id, "what": "state differs", "ours": row.status, "stripe": state.status}
    right, now = entitling.right_of(row), clock.now()
    has = _opens(row, now)
    should = right is not None and right.starts <= now and (right.ends is None or now < right.ends)
    if has != should:
        what = "charged without access" if should else "access without charge"
        return {"subscription": state.stripe_id, "what": what, "stripe": state.status}
    return None


def _opens(row: Subscription, now: datetime) -> bool:
    """Whether the ledger says that it opens something now; for a group, its block of seats."""
    source = entitling.source_of(row)
    running = Q(ends=None) | Q(ends__gt=now)
    by_source = {"source_kind": source.kind, "source_id": source.id, "starts__lte": now}
    if row.plan.kind == PlanKind.GROUP:
        return SeatBlock.objects.filter(running, seats__gt=0, **by_source).exists()
    return row.account.entitlement_grants.filter(running, **by_source).exists()


def _is_ours(state: reducer.SubscriptionState) -> bool:
    try:
        sync.ours(state.customer, state.price)
    except sync.Foreign:
        return False
    return True


def _mend(remote: dict[str, Any]) -> int:
    return _cure(lambda: sync.subscription(remote["id"]))


def _cure(cure: Callable[[], object]) -> int:
    try:
        cure()
    except (sync.Foreign, gateway.GatewayError):
        return 0
    return 1


def fetch_undelivered(hours: int = 24) -> int:
    """Take in events of the last hours that no endpoint accepted; answers how many were new."""
    since = int((timezone.now() - timedelta(hours=hours)).timestamp())
    new = sum(inbox.receive(event) for event in gateway.undelivered_events(since))
    inbox.drain_due()
    return new
