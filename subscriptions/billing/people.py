"""What billing adds to the staff's list of members: columns, filters, and what happened."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ground.money import Money
from ground.registry import (
    MemberActivity,
    MemberFilter,
    MemberLink,
    StaffColumn,
    member_activities,
    member_filters,
    member_links,
    staff_columns,
)
from subscriptions.billing import origins
from subscriptions.billing.enums import EARNING, LIVE, PlanKind, SubscriptionStatus
from subscriptions.billing.models import Invoice, Movement, Subscription


def register() -> None:
    """Called once at start."""
    staff_columns.register(StaffColumn("billing-status", gettext_lazy("Pays"), _statuses, order=30))
    staff_columns.register(StaffColumn("billing-monthly", gettext_lazy("A month"), _monthly, order=31))
    member_filters.register(
        MemberFilter(
            "billing-status", gettext_lazy("Subscription"), _in_status, lambda: SubscriptionStatus.choices, order=30
        )
    )
    origins.register()
    member_activities.register(MemberActivity("billing", gettext_lazy("Payments"), _happened, order=30))
    member_links.register(MemberLink("billing", _links, order=30))


def _live(account_ids: Collection[int]) -> list[Subscription]:
    rows = Subscription.objects.filter(
        account_id__in=account_ids, status__in=LIVE, plan__kind__in=[PlanKind.TIER, PlanKind.GROUP]
    )
    return list(rows.select_related("price", "plan").order_by("started_at"))


def _statuses(account_ids: Collection[int]) -> Mapping[int, Any]:
    return {row.account_id: str(row.get_status_display()) for row in _live(account_ids)}


def _monthly(account_ids: Collection[int]) -> Mapping[int, Any]:
    found: dict[int, Money] = {}
    for row in _live(account_ids):
        if row.status in EARNING and row.account_id not in found:
            found[row.account_id] = row.monthly
    return {pk: money.format() for pk, money in found.items()}


def _in_status(value: str, at: datetime) -> Q:
    return Q(Exists(Subscription.objects.filter(account=OuterRef("pk"), status=value)))


def _happened(account: Any, limit: int) -> list[tuple[datetime, str, str]]:
    desk = reverse("billing_admin:payments")
    moved = Movement.objects.filter(subscription__account=account).select_related("subscription__plan").order_by("-at")
    rows = [(m.at, f"{m.subscription.plan.name}: {m.get_kind_display()}", "") for m in moved[:limit]]
    paid = Invoice.objects.filter(account=account).exclude(total=0).order_by("-created_at")
    rows += [(i.created_at, f"{i.money.format()}: {i.status}", f"{desk}?q={i.stripe_id}") for i in paid[:limit]]
    return sorted(rows, key=lambda row: row[0], reverse=True)[:limit]


def _links(account: Any) -> list[tuple[str, str]]:
    return [(_("Payments"), f"{reverse('billing_admin:payments')}?q={account.email}")]
