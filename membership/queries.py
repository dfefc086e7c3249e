"""Reads: tiers with their prices, the wall, an account's seat."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F, Q

from ground import clock, registry
from ground.registry import Offer
from membership import entitlements, grace
from membership.grace import Grace
from membership.models import ComparisonRow, EntitlementGrant, Tier


@dataclass(frozen=True)
class TierOffer:
    """A tier with what it costs; `opens` tells whether it opens what was asked for."""

    tier: Tier
    offers: list[Offer] = field(default_factory=list)
    opens: bool = False
    held: bool = False

    @property
    def monthly(self) -> Offer | None:
        """The monthly price, if there is one."""
        return next((o for o in self.offers if o.interval == "month"), None)

    @property
    def yearly(self) -> Offer | None:
        """The yearly price, if there is one."""
        return next((o for o in self.offers if o.interval == "year"), None)

    @property
    def cheapest(self) -> Offer | None:
        """What the wall shows."""
        return self.monthly or self.yearly


@dataclass(frozen=True)
class Wall:
    """What stands where the text ends: why, since when, and who opens it."""

    key: str
    answer: entitlements.Answer
    tiers: list[TierOffer]

    @property
    def signed_in(self) -> bool:
        """False for a visitor: they may have an account already."""
        return self.answer.why != entitlements.Why.ANONYMOUS


@dataclass(frozen=True)
class Seat:
    """The tier that an account sits at, since when and until when (None: open); `overdue` as in an answer."""

    tier: Tier
    since: datetime
    until: datetime | None
    source_kind: str
    overdue: datetime | None = None


def tier_can_be_joined(key: str) -> bool:
    """False for an archived or unknown tier: its members keep it, nobody joins."""
    return Tier.objects.filter(key=key, archived=False).exists()


def offers_for(tier_keys: Sequence[str]) -> dict[str, list[Offer]]:
    """Prices by tier key from every provider; empty where nothing is sold."""
    found: dict[str, list[Offer]] = {}
    for provider in registry.offers_providers:
        for key, offers in provider.offers(tier_keys).items():
            found.setdefault(key, []).extend(offers)
    return found


def tiers_opening(key: str) -> list[Tier]:
    """Listed tiers that give this entitlement, lowest rank first."""
    own = key.removeprefix("tier:") if key.startswith("tier:") else ""
    return list(Tier.objects.listed().filter(Q(rights__key=key) | Q(key=own)).distinct())


def listed_tiers(account: Any = None, key: str = "") -> list[TierOffer]:
    """All tiers of the comparison with prices; three queries plus the providers', whatever their number."""
    tiers = list(Tier.objects.listed().prefetch_related("benefits", "rights"))
    prices = offers_for([t.key for t in tiers])
    held = entitlements.keys(account)
    return [
        TierOffer(
            tier=t,
            offers=prices.get(t.key, []),
            opens=bool(key) and (key == t.entitlement or any(r.key == key for r in t.rights.all())),
            held=t.entitlement in held,
        )
        for t in tiers
    ]


def wall_for(key: str, account: Any = None, answer: entitlements.Answer | None = None) -> Wall:
    """The wall in front of what needs `key`, for this account."""
    return Wall(key=key, answer=answer or entitlements.check(account, key), tiers=listed_tiers(account, key))


def tiers_for_preview() -> list[Tier]:
    """Every tier that somebody may hold, lowest rank first, with its rights read. Two queries."""
    return list(Tier.objects.order_by("rank").prefetch_related("rights"))


def comparison(tiers: Sequence[Tier]) -> list[dict[str, Any]]:
    """Rows of the comparison: `{label, cells}` with a cell (or None) for each of the tiers, in their order."""
    rows = []
    for row in ComparisonRow.objects.prefetch_related("cells"):
        cells = {c.tier_id: c for c in row.cells.all()}
        rows.append({"label": row.label, "cells": [cells.get(t.pk) for t in tiers]})
    return rows


def seat_of(account: Any, at: datetime | None = None) -> Seat | None:
    """The highest tier that the account holds now by a grant of its own, or None. One query.

    Of several grants of one tier, one that is paid for comes first, then the one that began first.
    """
    moment = at or clock.now()
    grants = (
        EntitlementGrant.objects.filter(Q(ends=None) | Q(ends__gt=moment), account=account, starts__lte=moment)
        .exclude(tier=None)
        .select_related("tier")
        .annotate(**grace.columns())
        .order_by("-tier__rank", F("overdue_since").asc(nulls_first=True), "starts")
    )
    for found in grants:
        ends = Grace(*(getattr(found, name) for name in grace.COLUMNS)).ends(found.key, found.ends, found.overdue_since)
        if found.tier and (ends is None or ends > moment):
            return Seat(found.tier, found.starts, ends, found.source_kind, found.overdue_since)
    return None
