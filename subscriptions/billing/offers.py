"""What tiers cost: the provider that the wall and the join page ask. One query."""

from collections.abc import Sequence

from django.urls import reverse

from ground.money import Money
from ground.registry import Offer
from subscriptions.billing.enums import PlanKind
from subscriptions.billing.models import PlanPrice


def tier_offers(tier_keys: Sequence[str]) -> dict[str, list[Offer]]:
    """Current prices of these tiers, cheapest first."""
    rows = PlanPrice.objects.filter(
        plan__kind=PlanKind.TIER, plan__target__in=tier_keys, active=True, stripe_price__isnull=False
    ).values_list("plan__target", "amount", "currency", "interval", "lookup_key")
    found: dict[str, list[Offer]] = {}
    for target, amount, currency, interval, lookup_key in rows:
        found.setdefault(target, []).append(_offer(target, amount, currency, interval, lookup_key))
    return found


def _offer(target: str, amount: int, currency: str, interval: str, lookup_key: str) -> Offer:
    url = reverse("billing:checkout", args=[lookup_key])
    return Offer(tier_key=target, price=Money(amount, currency), interval=interval, lookup_key=lookup_key, url=url)
