"""Reads: an owner's blocks with people and invitations, and blocks that wait for somebody."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Count, F, Q, Value
from django.db.models.functions import Lower, StrIndex, Substr
from django.utils import timezone

from ground import clock
from membership.seats.enums import Invited
from membership.seats.models import DomainRule, Invitation, SeatBlock, SeatHolder

UNDO_FOR = timedelta(hours=24)


@dataclass
class Block:
    """A block as its owner sees it. `gone` are people who got up within a day and can come back."""

    block: SeatBlock
    holders: list[SeatHolder]
    waiting: list[Invitation]
    domains: list[DomainRule]
    gone: list[SeatHolder] = field(default_factory=list)

    @property
    def used(self) -> int:
        """Seats with somebody on them."""
        return len(self.holders)

    @property
    def free(self) -> int:
        """Seats that neither sit nor wait; never below nothing."""
        return max(0, self.block.seats - self.used - len(self.waiting))

    @property
    def places(self) -> list[str]:
        """The picture: one word for each seat, in the order taken, kept, free; people beyond the seats last."""
        kept = min(len(self.waiting), max(0, self.block.seats - self.used))
        over = max(0, self.used - self.block.seats)
        return ["taken"] * (self.used - over) + ["kept"] * kept + ["free"] * self.free + ["over"] * over


def blocks_of(owner: Any) -> list[Block]:
    """Every block of this owner that has seats or people. Four queries, whatever their number."""
    rows = list(SeatBlock.objects.filter(owner=owner).select_related("tier").order_by("-starts"))
    people = SeatHolder.objects.filter(block__in=rows).select_related("account")
    recent = people.filter(released_at__gt=timezone.now() - UNDO_FOR)
    sitting, gone = list(people.filter(released_at=None)), list(recent.order_by("-released_at"))
    waiting = list(Invitation.objects.filter(block__in=rows, state=Invited.WAITING))
    domains = list(DomainRule.objects.filter(block__in=rows).order_by("domain"))
    found = [
        Block(
            row,
            [one for one in sitting if one.block_id == row.pk],
            [one for one in waiting if one.block_id == row.pk],
            [one for one in domains if one.block_id == row.pk],
            [one for one in gone if one.block_id == row.pk],
        )
        for row in rows
    ]
    return [it for it in found if it.block.seats or it.holders]


def kept_for(account: Any) -> list[SeatBlock]:
    """Blocks with a free seat whose domain is one of this account's own, where it does not sit yet. One query."""
    own = EmailAddress.objects.filter(user=account, verified=True)
    names = own.annotate(house=Lower(Substr("email", StrIndex("email", Value("@")) + 1))).values("house")
    now = clock.now()
    rows = SeatBlock.objects.filter(Q(ends=None) | Q(ends__gt=now), domains__domain__in=names, seats__gt=0)
    rows = rows.exclude(holders__in=SeatHolder.objects.filter(account=account, released_at=None))
    taken = Count("holders", filter=Q(holders__released_at=None), distinct=True)
    return list(rows.annotate(taken=taken).filter(taken__lt=F("seats")).select_related("tier", "owner").distinct())
