"""What tiers cost: the provider that the wall and the join page ask. One query."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ground.money import Money
from ground.registry import Offer
from subscriptions.billing import deals
from subscriptions.billing.enums import PlanKind
from subscriptions.billing.models import PlanPrice, Subscription
from subscriptions.billing.models.deal import Purpose


def ways() -> list[tuple[Any, str]]:
    """Beside the tiers: a table for several, and a code; each only where there is one. Two queries."""
    found: list[tuple[Any, str]] = []
    if PlanPrice.objects.filter(plan__kind=PlanKind.GROUP, active=True, stripe_price__isnull=False).exists():
        found.append((_("Seats for a group"), reverse("billing:group")))
    if deals.running().filter(purpose=Purpose.LINK).exists():
        found.append((_("I have a code"), reverse("billing:code")))
    return found


def bound(account: Any) -> str:
    """The currency of what this account pays for already: Stripe charges one customer in one. One query."""
    live = Subscription.objects.live().filter(account=account).order_by("started_at")
    return live.values_list("price__currency", flat=True).first() or ""


def tier_offers(tier_keys: Sequence[str]) -> dict[str, list[Offer]]:
    """Current prices of these tiers, cheapest first; gifts and groups have pages of their own."""
    rows = PlanPrice.objects.filter(
        plan__kind=PlanKind.TIER, plan__target__in=tier_keys, active=True, stripe_price__isnull=False, gift_months=None
    ).values_list("plan__target", "amount", "currency", "interval", "lookup_key", "plan__trial_days")
    found: dict[str, list[Offer]] = {}
    for target, amount, currency, interval, lookup_key, trial in rows:
        found.setdefault(target, []).append(
            Offer(
                tier_key=target,
                price=Money(amount, currency),
                interval=interval,
                lookup_key=lookup_key,
                url=reverse("billing:checkout", args=[lookup_key]),
                trial_days=0 if interval == "once" else trial,
            )
        )
    return found
