"""Columns of the list of members: one query for each, whatever the page's length."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Max, Q

from accounts.models import SignIn, User
from ground import clock
from membership.models import EntitlementGrant
from membership.people.models import MemberTag


def seats(ids: Collection[int]) -> dict[int, str]:
    """The highest tier that each holds by a grant of its own."""
    now = clock.now()
    rows = (
        EntitlementGrant.objects.filter(
            Q(ends=None) | Q(ends__gt=now), account__in=ids, starts__lte=now, tier__isnull=False
        )
        .select_related("tier")
        .order_by("tier__rank")
    )
    return {row.account_id: str(row.tier) for row in rows}


def tags(ids: Collection[int]) -> dict[int, str]:
    """Tags, between commas."""
    found: dict[int, list[str]] = {}
    rows = MemberTag.objects.filter(account__in=ids).order_by("tag__name").values_list("account_id", "tag__name")
    for account_id, name in rows:
        found.setdefault(account_id, []).append(name)
    return {account_id: ", ".join(names) for account_id, names in found.items()}


def joined(ids: Collection[int]) -> dict[int, datetime]:
    """When the account was made."""
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "created_at"))


def seen(ids: Collection[int]) -> dict[int, datetime]:
    """When a device of theirs was last in; before devices were noted, the last sign-in."""
    came: dict[int, datetime] = {}
    for pk, at in User.objects.filter(pk__in=ids).values_list("pk", "last_login"):
        if at is not None:
            came[pk] = at
    rows = SignIn.objects.filter(account__in=ids).values("account_id").annotate(at=Max("seen_at"))
    for row in rows:
        came[row["account_id"]] = max(row["at"], came.get(row["account_id"]) or row["at"])
    return came


def language(ids: Collection[int]) -> dict[int, str]:
    """The language of their letters."""
    names = dict(settings.LANGUAGES)
    rows = User.objects.filter(pk__in=ids).values_list("pk", "language")
    return {pk: names.get(code, code) for pk, code in rows}


def public_id(ids: Collection[int]) -> dict[int, Any]:
    """The id that stays the same over exports."""
    return {pk: str(uid) for pk, uid in User.objects.filter(pk__in=ids).values_list("pk", "public_id")}
