"""The one question, asked for many accounts at once: for letters and other work that goes through a crowd.

The answers are those of `entitlements.check`; a test holds the two together.
"""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.models import User
from ground import clock
from membership import grace
from membership.grace import Grace
from membership.keys import ACCOUNT, PUBLIC, known
from membership.models import EntitlementGrant, Tier


def _running(at: datetime) -> QuerySet[EntitlementGrant]:
    return EntitlementGrant.objects.filter(Q(ends=None) | Q(ends__gt=at), starts__lte=at)


def holders(key: str, at: datetime | None = None) -> QuerySet[User, int]:
    """Ids of the active accounts that hold this right at a business moment (default: now), as a subselect.

    Nobody for an unknown key. Every active account for the public one.
    """
    people = User.objects.filter(is_active=True)
    if not known(key):
        people = people.none()
    elif key not in (PUBLIC, ACCOUNT):
        moment = at or clock.now()
        grants = _running(moment).filter(grace.standing(key, moment))
        own, by_tier = grants.filter(key=key), grants.filter(tier__rights__key=key)
        people = people.filter(Q(pk__in=own.values("account_id")) | Q(pk__in=by_tier.values("account_id")))
    return people.values_list("pk", flat=True)


def held(account_ids: Collection[int], keys: Collection[str], at: datetime | None = None) -> dict[int, frozenset[str]]:
    """Which of `keys` each account holds; accounts that are not active hold none. Two queries, whatever their number."""
    asked = {key for key in keys if known(key)}
    found = {pk: asked & {PUBLIC, ACCOUNT} for pk in _active(account_ids)}
    moment = at or clock.now()
    grants = _running(moment).filter(Q(key__in=asked) | Q(tier__rights__key__in=asked))
    rows = grants.filter(account_id__in=account_ids).annotate(**grace.columns())
    for account_id, since, *names, reading, room, box in rows.values_list(
        "account_id", "overdue_since", "key", "tier__rights__key", *grace.COLUMNS
    ):
        if account_id in found:
            days = Grace(reading, room, box)
            standing = {n for n in asked & set(names) if since is None or since + days.of(n) > moment}
            found[account_id] = found[account_id] | standing
    return {pk: frozenset(found.get(pk, ())) for pk in account_ids}


def _active(account_ids: Collection[int]) -> QuerySet[User, int]:
    return User.objects.filter(pk__in=account_ids, is_active=True).values_list("pk", flat=True)


def rights_of_tiers() -> list[tuple[Tier, frozenset[str]]]:
    """Each tier, lowest first, with everything that somebody at it may do: for previews."""
    tiers = Tier.objects.filter(archived=False).order_by("rank").prefetch_related("rights")
    return [(t, frozenset({ACCOUNT, t.entitlement, *(r.key for r in t.rights.all())})) for t in tiers]


def tier_choices() -> list[tuple[str, str]]:
    """Tiers as circles of people."""
    return [(t.key, str(t.name)) for t in Tier.objects.order_by("rank")]


def at_tier(name: str, at: datetime) -> QuerySet[User, int]:
    """Ids of those who hold a tier, or one that gives it."""
    return holders(f"tier:{name}", at)
