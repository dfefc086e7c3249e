"""Billing inside other apps' templates."""

from typing import Any

from django import template

from subscriptions.billing.enums import LIVE, PlanKind
from subscriptions.billing.models import Subscription

register = template.Library()


@register.inclusion_tag("billing/membership_lines.html", takes_context=True)
def membership_billing(context: template.Context) -> dict[str, Any]:
    """How the reader's tier is paid: next charge, grace, leaving. One query; nothing for those who pay nothing."""
    request = context["request"]
    found = (
        Subscription.objects.filter(account=request.user, plan__kind=PlanKind.TIER, status__in=LIVE)
        .select_related("plan", "price")
        .prefetch_related("invoices")
        .order_by("-started_at")
        .first()
    )
    open_invoice = next((i for i in found.invoices.all() if i.status == "open"), None) if found else None
    return {
        "subscription": found,
        "open_invoice": open_invoice,
        "request": request,
        "csrf_token": context["csrf_token"],
    }
