"""Reads of billing: what a member holds, and their payments."""

from datetime import timedelta
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from ground import clock
from membership import entitlements
from subscriptions.billing.enums import LIVE, PlanKind
from subscriptions.billing.models import Customer, Dispute, Invoice, Pause, Refund, Subscription
from subscriptions.billing.standing import Held, stand

REMEMBERED = timedelta(days=60)  # how long what ended is still spoken of


def held(account: Any, kinds: tuple[PlanKind, ...] = (PlanKind.TIER, PlanKind.GROUP, PlanKind.BOX)) -> list[Held]:
    """Everything that runs, and what ended of late; the newest of each slot. Six queries at most."""
    since = clock.now() - REMEMBERED
    rows = Subscription.objects.filter(
        Q(status__in=LIVE) | Q(ended_at__gte=since), account=account, plan__kind__in=kinds
    )
    invoices = Invoice.objects.order_by("-created_at").prefetch_related("refunds", "disputes")
    rows = rows.select_related("plan", "price", "next_price__plan").prefetch_related(
        Prefetch("pauses", queryset=Pause.objects.filter(ended_at=None)), Prefetch("invoices", queryset=invoices)
    )
    customer = Customer.objects.filter(account=account).first()
    newest: dict[str, Subscription] = {}
    for row in sorted(rows, key=lambda s: (s.live, s.started_at)):
        newest[row.plan.slot] = row
    return [_held(account, row, customer) for row in newest.values()]


def _held(account: Any, row: Subscription, customer: Customer | None) -> Held:
    invoices = list(row.invoices.all())
    unpaid = next((i for i in invoices if i.status == "open"), None)
    refund: Refund | None = next((r for i in invoices for r in i.refunds.all() if r.counts), None)
    dispute: Dispute | None = next((d for i in invoices for d in i.disputes.all() if d.suspends), None)
    ends = customer.card_until if customer else None
    found = stand(
        row,
        invoice=unpaid,
        disputed=dispute is not None,
        refunded=refund is not None,
        card_ends=bool(ends and ends < row.period_end.date()),
    )
    until = entitlements.check(account, row.plan.entitlement).until
    pause = next(iter(row.pauses.all()), None)
    return Held(row, found, unpaid, pause, refund, dispute, until)


def payments(account: Any) -> QuerySet[Invoice]:
    """Invoices that were sent, newest first, with what came back of them."""
    rows = Invoice.objects.filter(account=account).exclude(status="draft").exclude(total=0)
    return rows.select_related("subscription__plan").prefetch_related("refunds").order_by("-created_at")
