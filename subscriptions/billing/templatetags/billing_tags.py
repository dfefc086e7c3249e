"""Billing inside other apps' templates."""

from typing import Any

from django import template

from subscriptions.billing import queries
from subscriptions.billing.enums import PlanKind

register = template.Library()


@register.inclusion_tag("billing/membership_lines.html", takes_context=True)
def membership_billing(context: template.Context) -> dict[str, Any]:
    """How the reader's seat is paid, in a sentence and a button. Six queries at most; the link alone for who pays nothing."""
    request = context["request"]
    held = queries.held(request.user, (PlanKind.TIER, PlanKind.GROUP))
    return {"held": held, "request": request, "csrf_token": context["csrf_token"]}
