"""A block as its payment says; what happens when it shrinks."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from accounts.notices import notify
from ground import clock
from membership.actions import Source
from membership.models import Tier
from membership.seats.actions.sitting import entitle, locked, release
from membership.seats.models import SeatBlock, SeatHolder

CHOOSE_FOR = timedelta(days=14)


@transaction.atomic
def set_block(
    *,
    owner: User,
    tier_key: str,
    source: Source,
    seats: int,
    starts: datetime,
    ends: datetime | None,
    actor: str,
    overdue_since: datetime | None = None,
) -> SeatBlock:
    """Make the block of this source say so. Idempotent.

    With fewer seats than people the owner is told and chooses for fourteen days, then the newest lose theirs; with
    none at all (the payment is over) everybody's right ends now, and they are told. Raises `Tier.DoesNotExist`.
    """
    tier, finishes = Tier.objects.get(key=tier_key), ends if ends is None else max(ends, starts)
    fresh = {"owner": owner, "tier": tier, "seats": seats, "starts": starts, "ends": finishes}
    row, _ = SeatBlock.objects.get_or_create(source_kind=source.kind, source_id=source.id, defaults=fresh)
    block = locked(row)
    for name, value in {**fresh, "overdue_since": overdue_since}.items():
        setattr(block, name, value)
    holders = list(SeatHolder.objects.filter(block=block, released_at=None).select_related("account"))
    _decide(block, len(holders))
    block.save()
    for holder in holders:
        if seats == 0:
            release(holder=holder, actor=actor)
        else:
            entitle(block, holder, actor)
    return block


def _decide(block: SeatBlock, people: int) -> None:
    """Too many people for the seats: the owner chooses until a day, and is told of it once."""
    if block.seats == 0 or people <= block.seats:
        block.choose_by = None
    elif block.choose_by is None:
        block.choose_by = clock.now() + CHOOSE_FOR
        context = {"seats": block.seats, "people": people, "day": block.choose_by.isoformat()}
        notify(account=block.owner, kind="seats.choose", context=context,
               dedupe=f"block:{block.pk}:{block.choose_by.isoformat()}")  # fmt: skip


def run_due(now: datetime) -> int:
    """The sweep: where the owner's time to choose is over, the newest lose their seats. Answers how many."""
    due = SeatBlock.objects.filter(choose_by__lte=now).values_list("pk", flat=True)
    return sum(_shrink(pk, now) for pk in due)


@transaction.atomic
def _shrink(pk: int, now: datetime) -> int:
    block = locked(SeatBlock(pk=pk))
    if block.choose_by is None or block.choose_by > now:
        return 0
    sitting = SeatHolder.objects.filter(block=block, released_at=None).order_by("taken_at", "pk")
    newest = list(sitting[block.seats :])
    for holder in newest:
        release(holder=holder, actor="seats:too-many")
    SeatBlock.objects.filter(pk=pk).update(choose_by=None)
    if newest:
        notify(account=block.owner, kind="seats.shrunk", context={"seats": block.seats, "gone": len(newest)},
               dedupe=f"block:{pk}:{block.choose_by.isoformat()}")  # fmt: skip
    return len(newest)
