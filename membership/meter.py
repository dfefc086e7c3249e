"""Metered reads: so many gated things a month for whoever has an account. A read is a grant like any other, so every
surface that asks the one question knows of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from ground import clock
from membership import entitlements
from membership.actions import Source, grant
from membership.models import EntitlementGrant, MeterSetting, Tier

KIND = "meter"
OPEN_FOR = timedelta(days=30)  # what was opened on the last day of a month is still there to be read


class MeterSpent(Exception):
    """Nothing is left in this period."""


@dataclass(frozen=True, slots=True)
class Meter:
    """How many reads an account has in this period, and how many it has used."""

    allowed: int
    used: int
    period: str

    @property
    def left(self) -> int:
        """Never below nothing: an owner may have lowered the allowance."""
        return max(0, self.allowed - self.used)


def period_of(moment: datetime) -> str:
    """The calendar month in the house's time zone, such as 2026-11."""
    return f"{timezone.localtime(moment):%Y-%m}"


def read(account: Any, at: datetime | None = None) -> Meter:
    """The account's meter now. Three queries; none for a visitor, who has no meter."""
    moment = at or clock.now()
    period = period_of(moment)
    if account is None or not account.is_authenticated:
        return Meter(0, 0, period)
    used = EntitlementGrant.objects.filter(account=account, source_kind=KIND, source_id=period).count()
    return Meter(_allowed(account, moment), used, period)


def _allowed(account: Any, moment: datetime) -> int:
    """The house's number, or more where one of the account's tiers has its own."""
    held = [key.removeprefix("tier:") for key in entitlements.keys(account, moment) if key.startswith("tier:")]
    own = Tier.objects.filter(key__in=held).aggregate(most=Max("metered_reads"))["most"] if held else None
    return max(free_reads(), own or 0)


def free_reads() -> int:
    """What every account has in a month; nought: the house meters nothing."""
    row = MeterSetting.objects.values_list("free_reads", flat=True).first()
    return MeterSetting.DEFAULT if row is None else row


@transaction.atomic
def spend(*, account: User, key: str, actor: str = "reader") -> EntitlementGrant:
    """Open what `key` names for thirty days and count it. What the account may read already costs nothing.

    Two tabs at once open the same thing once, and the last read of a month is spent once. Raises `MeterSpent`.
    """
    get_user_model().objects.select_for_update().only("pk").get(pk=account.pk)
    entitlements.forget(account)
    moment = clock.now()
    period = period_of(moment)
    found = EntitlementGrant.objects.filter(account=account, key=key, source_kind=KIND, ends__gt=moment).first()
    if found:
        return found
    if read(account, moment).left < 1:
        raise MeterSpent
    return grant(
        account=account, key=key, source=Source(KIND, period), actor=actor, starts=moment, ends=moment + OPEN_FOR
    )
