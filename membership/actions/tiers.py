"""Writes on tiers beyond what a form does."""

from collections.abc import Sequence

from django.db import transaction

from ground import facts
from membership.models import Tier

ASIDE, STEP = 20_000, 10  # ranks that no tier has; the distance between two


@transaction.atomic
def order_tiers(*, order: Sequence[int]) -> None:
    """Rank tiers as their ids stand here, lowest first; those left out come after, in the order they had."""
    rows = {tier.pk: tier for tier in Tier.objects.select_for_update().order_by("rank")}
    wanted = [pk for pk in order if pk in rows] + [pk for pk in rows if pk not in order]
    for base, step in ((ASIDE, 1), (0, STEP)):  # first out of each other's way: a rank is unique at every moment
        for place, pk in enumerate(wanted, start=1):
            Tier.objects.filter(pk=pk).update(rank=base + place * step)
    facts.offers_changed.send(sender=Tier, reason="order")
