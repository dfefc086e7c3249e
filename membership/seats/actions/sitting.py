"""Sitting down, getting up, and coming back."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.notices import notify
from ground import clock
from membership.actions import Source, grant, revoke
from membership.seats.models import SeatBlock, SeatHolder

KIND = "seat"


class NoSeat(Exception):
    """Every seat is taken, or the block is over."""


def locked(block: SeatBlock) -> SeatBlock:
    """The block, so that nobody else seats or unseats until this transaction ends."""
    return SeatBlock.objects.select_for_update(of=("self",)).select_related("tier", "owner").get(pk=block.pk)


@transaction.atomic
def sit(*, block: SeatBlock, account: User, actor: str) -> SeatHolder:
    """Take the lowest free seat. Sitting twice is sitting once. Raises `NoSeat`."""
    block = locked(block)
    sits = SeatHolder.objects.filter(block=block, released_at=None)
    mine = sits.filter(account=account).first()
    if mine:
        return mine
    return place(block, account, SeatHolder(block=block, account=account), actor)


def place(block: SeatBlock, account: User, row: SeatHolder, actor: str) -> SeatHolder:
    """Put this row on a free seat of a locked block. Raises `NoSeat`."""
    taken = set(SeatHolder.objects.filter(block=block, released_at=None).values_list("number", flat=True))
    free = next((n for n in range(1, block.seats + 1) if n not in taken), None)
    if free is None or len(taken) >= block.seats or (block.ends is not None and block.ends <= clock.now()):
        raise NoSeat
    row.number, row.released_at, row.taken_at = free, None, timezone.now()
    row.save()
    entitle(block, row, actor)
    return row


def entitle(block: SeatBlock, row: SeatHolder, actor: str) -> None:
    """The right that a seat gives: as long as the block, overdue when the block is."""
    grant(account=row.account, key=block.tier.entitlement, source=source_of(row), actor=actor,
          starts=block.starts if block.starts > clock.now() else None, ends=block.ends,
          overdue_since=block.overdue_since)  # fmt: skip


def source_of(row: SeatHolder) -> Source:
    """Why somebody on a seat has a right."""
    return Source(KIND, str(row.pk))


@transaction.atomic
def release(*, holder: SeatHolder, actor: str, tell: bool = True) -> bool:
    """Free the seat and end its right now; answers whether it was taken. The person is told."""
    block = locked(holder.block)
    row = SeatHolder.objects.select_related("account").get(pk=holder.pk)
    if row.released_at is not None:
        return False
    row.released_at = timezone.now()
    row.save(update_fields=["released_at"])
    revoke(account=row.account, source=source_of(row), actor=actor)
    if tell:
        context = {"tier_zh": block.tier.name_zh, "tier_en": block.tier.name_en, "owner": block.owner.display_name}
        notify(account=row.account, kind="seats.lost", context=context)
    if block.choose_by and SeatHolder.objects.filter(block=block, released_at=None).count() <= block.seats:
        SeatBlock.objects.filter(pk=block.pk).update(choose_by=None)
    return True


@transaction.atomic
def restore(*, holder: SeatHolder, actor: str) -> SeatHolder:
    """Undo a release: the same person, on whichever seat is free. Raises `NoSeat`."""
    block = locked(holder.block)
    row = SeatHolder.objects.select_related("account").get(pk=holder.pk)
    mine = SeatHolder.objects.filter(block=block, account=row.account, released_at=None).first()
    return mine or place(block, row.account, row, actor)
