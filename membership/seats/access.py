"""Owned things come only through here; somebody else's and missing look alike."""

from typing import Any

from membership.seats.models import DomainRule, Invitation, SeatBlock, SeatHolder


def access_block(owner: Any, public_id: Any) -> SeatBlock:
    """A block of this owner. Raises `SeatBlock.DoesNotExist`."""
    return SeatBlock.objects.select_related("tier", "owner").get(owner=owner, public_id=public_id)


def access_holder(owner: Any, pk: int) -> SeatHolder:
    """Somebody on a seat of this owner. Raises `SeatHolder.DoesNotExist`."""
    return SeatHolder.objects.select_related("block", "account").get(block__owner=owner, pk=pk)


def access_invitation(owner: Any, pk: int) -> Invitation:
    """An invitation to a seat of this owner. Raises `Invitation.DoesNotExist`."""
    return Invitation.objects.get(block__owner=owner, pk=pk)


def access_rule(owner: Any, pk: int) -> DomainRule:
    """A domain of a block of this owner. Raises `DomainRule.DoesNotExist`."""
    return DomainRule.objects.get(block__owner=owner, pk=pk)
