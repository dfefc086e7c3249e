"""Somebody's account is erased: no box goes out any more, and no address stays."""

from typing import Any

from django.db import transaction

from subscriptions.boxes.actions import credits, ending, returns
from subscriptions.boxes.actions.moving import move
from subscriptions.boxes.enums import BOX_MOVES, ORDER_MOVES, BoxState, OrderState
from subscriptions.boxes.models import BoxOrder, BoxSubscription, Rating

ACTOR = "erasure"


@transaction.atomic
def forget(account: Any) -> None:
    """Stop what is not packed, end what only sends what is paid, blank addresses and words. Safe to repeat."""
    ending.lock_accounts([account.pk])
    credits.lock_boxes(BoxSubscription.objects.filter(account=account).values_list("pk", flat=True))
    orders = BoxOrder.objects.select_for_update(of=("self",)).filter(subscription__account=account)
    for order in orders.select_related("cycle").order_by("pk"):
        if order.state != OrderState.PACKED and OrderState.CANCELLED in ORDER_MOVES[order.state]:
            returns.stop(order, actor=ACTOR, cause="the account was erased")
    credits.withdraw_all(account=account, why="the account was erased")
    for box in BoxSubscription.objects.filter(account=account, billing=None):
        if BoxState.ENDED in BOX_MOVES[box.state]:
            move(box, BoxState.ENDED, actor=ACTOR, cause="the account was erased")
    sent = orders.exclude(state=OrderState.PACKED)  # the one that is packed still needs its label
    sent.update(address={})
    BoxSubscription.objects.filter(account=account).update(**dict.fromkeys(BoxSubscription.ADDRESS, ""))
    Rating.objects.filter(order__subscription__account=account).update(words="")
