"""Writes on the ledger of rights."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.actions import bump_auth_epoch
from accounts.models import User
from ground import clock
from membership import keys
from membership.models import EntitlementGrant, GrantChange, Tier


class UnknownEntitlement(ValueError):
    """A key of a kind that no app knows, or of a tier that does not exist."""


@dataclass(frozen=True, slots=True)
class Source:
    """Why somebody has a right: a kind (`plan`, `gift`, `staff`, …) and the id of the object behind it."""

    kind: str
    id: str


@transaction.atomic
def grant(
    *,
    account: User,
    key: str,
    source: Source,
    actor: str,
    starts: datetime | None = None,
    ends: datetime | None = None,
    overdue_since: datetime | None = None,
) -> EntitlementGrant:
    """Give a right, or change the one of the same source. Idempotent: the same call again changes nothing.

    `starts` defaults to the grant's own start, or now for a new one. `overdue_since` is when the money behind it went
    missing; None says that nothing is (any more). Raises `UnknownEntitlement`.
    """
    tier = _tier_of(key)
    get_user_model().objects.select_for_update().only("pk").get(pk=account.pk)  # one writer per account's ledger
    found = EntitlementGrant.objects.filter(
        account=account, key=key, source_kind=source.kind, source_id=source.id
    ).first()
    begins = starts or (found.starts if found else clock.now())
    finishes = ends if ends is None else max(ends, begins)
    if found and (found.starts, found.ends, found.overdue_since) == (begins, finishes, overdue_since):
        return found
    row = found or EntitlementGrant(account=account, key=key, source_kind=source.kind, source_id=source.id, tier=tier)
    row.starts, row.ends, row.overdue_since = begins, finishes, overdue_since
    row.save()
    _changed(row, actor)
    return row


@transaction.atomic
def revoke(*, account: User, source: Source, actor: str, key: str | None = None, at: datetime | None = None) -> int:
    """End every right of this source (or only `key`) at `at` (default: now); answers how many ended. Idempotent."""
    moment = at or clock.now()
    rows = EntitlementGrant.objects.select_for_update().filter(
        Q(ends=None) | Q(ends__gt=moment), account=account, source_kind=source.kind, source_id=source.id
    )
    ended = 0
    for row in rows.filter(key=key) if key else rows:
        row.ends = max(moment, row.starts)
        row.save(update_fields=["ends"])
        _changed(row, actor)
        ended += 1
    return ended


def _changed(row: EntitlementGrant, actor: str) -> None:
    GrantChange.objects.create(
        grant=row,
        actor=actor[:120],
        at=timezone.now(),
        starts=row.starts,
        ends=row.ends,
        overdue_since=row.overdue_since,
    )
    bump_auth_epoch(account_id=row.account_id)


def _tier_of(key: str) -> Tier | None:
    if key in (keys.PUBLIC, keys.ACCOUNT) or not keys.known(key):
        raise UnknownEntitlement(key)
    kind, _, name = key.partition(":")
    if kind != "tier":
        return None
    tier = Tier.objects.filter(key=name).first()
    if tier is None:
        raise UnknownEntitlement(key)
    return tier
