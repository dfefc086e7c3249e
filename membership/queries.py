"""Reads: tiers with their prices, the wall, an account's seat."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F, Q

from ground import clock, registry
from ground.money import Money
from ground.registry import Offer
from membership import currencies, entitlements, grace
from membership.grace import Grace
from membership.models import ComparisonRow, EntitlementGrant, Tier
from membership.tenure import tenure_of as tenure_of

PAID = "plan"  # the source of a seat that is paid for again and again
INTERVALS = {"month": 1, "quarter": 3, "year": 12, "once": 0}  # in the order of the switch, with their months


@dataclass(frozen=True)
class Choice:
    """A tier at one interval of the switch. `offer` is None where the tier is not sold so.

    `months_free` and `saving` compare it with single months; 0 and None where it is no cheaper.
    """

    interval: str
    offer: Offer | None
    months_free: int = 0
    saving: Money | None = None


@dataclass(frozen=True)
class TierOffer:
    """A tier with what it costs in one currency; `opens` tells whether it opens what was asked for.

    `currencies` are all in which it is sold.

    `held`: the account has its rights, by itself or through a higher one; `current`: it is the account's own seat.
    `change`: the account pays for another seat and would change to this one.
    """

    tier: Tier
    offers: list[Offer] = field(default_factory=list)
    currencies: frozenset[str] = frozenset()
    opens: bool = False
    held: bool = False
    current: bool = False
    change: bool = False

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
        return self.monthly or self.yearly or next(iter(self.offers), None)

    def at(self, interval: str) -> Offer | None:
        """The price at this interval, if there is one."""
        return next((o for o in self.offers if o.interval == interval), None)

    def choice(self, interval: str) -> Choice:
        """What the switch shows at this interval."""
        offer, months = self.at(interval), INTERVALS[interval]
        if offer is None or self.monthly is None or months < 2 or self.monthly.price.currency != offer.price.currency:
            return Choice(interval, offer)
        saved = self.monthly.price * months - offer.price
        if saved.amount <= 0:
            return Choice(interval, offer)
        free, rest = divmod(saved.amount, self.monthly.price.amount or 1)
        return Choice(interval, offer, 0 if rest else free, saved)

    @property
    def choices(self) -> list[Choice]:
        """One for each interval, in the order of the switch."""
        return [self.choice(interval) for interval in INTERVALS]


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


def other_ways() -> list[tuple[Any, str]]:
    """Ways to a seat beside taking one of the tiers: a gift, a group, a code. (words, url), in the providers' order."""
    return [way for provider in registry.offers_providers for way in provider.ways()]


def tiers_opening(key: str) -> list[Tier]:
    """Listed tiers that give this entitlement, lowest rank first."""
    own = key.removeprefix("tier:") if key.startswith("tier:") else ""
    return list(Tier.objects.listed().filter(Q(rights__key=key) | Q(key=own)).distinct())


def listed_tiers(account: Any = None, key: str = "", currency: str = "") -> list[TierOffer]:
    """All tiers of the comparison with prices in this currency (or the house's, if nothing is sold in it); five queries
    at most plus the providers', whatever their number."""
    tiers = list(Tier.objects.listed().prefetch_related("benefits", "rights"))
    return _with_prices(tiers, account, key, currency)


def one_tier(name: str, account: Any = None, currency: str = "") -> TierOffer | None:
    """One tier that can be joined, hidden ones too, as the join page shows it."""
    tiers = list(Tier.objects.filter(key=name, archived=False).prefetch_related("benefits", "rights"))
    return next(iter(_with_prices(tiers, account, "", currency)), None)


def _with_prices(tiers: list[Tier], account: Any, key: str, currency: str) -> list[TierOffer]:
    prices = offers_for([t.key for t in tiers])
    sold = {name: frozenset(offer.price.currency for offer in offers) for name, offers in prices.items()}
    use = currencies.used(sorted(frozenset().union(*sold.values())), currency)
    held = entitlements.keys(account)
    seat = seat_of(account) if held else None
    pays = seat is not None and seat.source_kind == PAID
    return [
        TierOffer(
            tier=t,
            offers=[offer for offer in prices.get(t.key, []) if offer.price.currency == use],
            currencies=sold.get(t.key, frozenset()),
            opens=bool(key) and (key == t.entitlement or any(r.key == key for r in t.rights.all())),
            held=t.entitlement in held,
            current=seat is not None and seat.tier.pk == t.pk,
            change=pays,
        )
        for t in tiers
    ]


def intervals_of(tiers: Sequence[TierOffer]) -> list[str]:
    """The intervals at which any of these tiers is sold, in the order of the switch."""
    sold = {offer.interval for it in tiers for offer in it.offers}
    return [interval for interval in INTERVALS if interval in sold]


def months_free(tiers: Sequence[TierOffer], interval: str) -> int:
    """How many months this interval gives away, if every tier sold so gives the same number; else 0."""
    found = {it.choice(interval).months_free for it in tiers if it.at(interval)}
    return found.pop() if len(found) == 1 else 0


@dataclass(frozen=True)
class Welcome:
    """What a new member reads first, in the reader's language, and up to three things to do: (words, path)."""

    tier: Tier
    text: str
    steps: list[tuple[str, str]]


def welcome_for(name: str) -> Welcome | None:
    """The welcome of a tier by its key; None for an unknown one. Two queries."""
    tier = Tier.objects.filter(key=name).prefetch_related("steps").first()
    if tier is None:
        return None
    return Welcome(tier, str(tier.welcome), [(str(step.text), step.path) for step in list(tier.steps.all())[:3]])


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
