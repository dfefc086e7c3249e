"""Saying how a box was."""

from django.db import transaction

from ground import clock
from subscriptions.boxes.actions.moving import NotAllowed
from subscriptions.boxes.enums import OrderState
from subscriptions.boxes.models import BoxOrder, Rating

ARRIVED = frozenset({OrderState.DELIVERED, OrderState.CLOSED, OrderState.DAMAGED, OrderState.RETURNED})


@transaction.atomic
def rate(*, order: BoxOrder, stars: int, words: str = "") -> Rating:
    """One to five, and a word. Said again it replaces what was said. Raises `NotAllowed` before it arrived, `ValueError`
    for another number."""
    if order.state not in ARRIVED:
        raise NotAllowed(f"order {order.pk} is {order.state}")
    if stars not in range(1, 6):
        raise ValueError(stars)
    row, _ = Rating.objects.update_or_create(
        order=order, defaults={"stars": stars, "words": words.strip()[:1000], "at": clock.now()}
    )
    return row
