"""Boxes that are given: no subscription, nothing that renews; so many credits, and where they go."""

from django.db import transaction

from subscriptions.boxes.actions import prepaying, returns
from subscriptions.boxes.enums import CreditKind
from subscriptions.boxes.models import BoxPlan, BoxSubscription
from subscriptions.gifts.models import Gift


class NoAddress(Exception):
    """Boxes have nowhere to go: an address is needed."""


def plan_of(gift: Gift) -> BoxPlan:
    """The box that is given. Raises `BoxPlan.DoesNotExist`."""
    return BoxPlan.objects.get(slug=gift.price.plan.target)


def source_of(gift: Gift) -> str:
    """What the credits of a gift are known by."""
    return f"gift:{gift.pk}"


@transaction.atomic
def give(gift: Gift, address: dict[str, str]) -> BoxSubscription:
    """So many boxes for whoever opened it; again changes nothing. Raises `NoAddress`."""
    if not address.get("line1") or gift.claimed_by is None:
        raise NoAddress(gift.pk)
    return prepaying.give_boxes(
        account=gift.claimed_by, plan=plan_of(gift), count=gift.months, kind=CreditKind.GIFT, source=source_of(gift),
        why="a gift", address=address,
    )  # fmt: skip


def restore(gift: Gift) -> int:
    """The money is ours after all: boxes that were withdrawn come. Answers how many."""
    return returns.restore(sources=[source_of(gift)], why="the money of the gift is ours after all")


def sold(slug: str) -> bool:
    """Whether that box is still made."""
    return BoxPlan.objects.filter(slug=slug, active=True).exists()
