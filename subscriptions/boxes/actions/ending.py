"""The end of a subscription that only sends what was paid, and its beginning again where money came back after all."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from subscriptions.boxes import hooks
from subscriptions.boxes.actions.moving import move, move_orders
from subscriptions.boxes.enums import AT_HAND, BoxState, OrderState
from subscriptions.boxes.models import BoxOrder, BoxSubscription, Credit

ACTOR = "box clock"
STILL_HERE = AT_HAND | {OrderState.LOCKED, OrderState.AWAITING_PAYMENT, OrderState.ON_HOLD}
"""Orders that hold up the end. What is unpaid does not: money that comes late pays it on an ended subscription as well."""


def end_sent() -> int:
    """End what has sent every box that was paid, or whose money went back; answers how many. Safe to repeat."""
    return sum(_end(pk, account) for pk, account in _sent().values_list("pk", "account"))


def _sent() -> QuerySet[BoxSubscription]:
    """Prepaid ones with no credit left and nothing in the house; one that waits for its first money had no credit yet."""
    credits = Credit.objects.filter(subscription=OuterRef("pk"))
    here = BoxOrder.objects.filter(subscription=OuterRef("pk"), state__in=STILL_HERE)
    rows = BoxSubscription.objects.filter(Exists(credits), state=BoxState.PREPAID_ONLY)
    return rows.exclude(Exists(credits.filter(order=None, withdrawn_at=None))).exclude(Exists(here))


@transaction.atomic
def _end(pk: int, account: int) -> bool:
    """Under the locks of account and subscription, as boxes are given: a credit that comes meanwhile keeps it going."""
    lock_accounts([account])
    list(BoxSubscription.objects.select_for_update(no_key=True).filter(pk=pk).values_list("pk"))
    box = _sent().select_related("account", "plan").filter(pk=pk).first()
    if box is None:
        return False
    planned = BoxOrder.objects.select_for_update().filter(subscription=box, state=OrderState.PROJECTED)
    move_orders(list(planned), OrderState.CANCELLED, actor=ACTOR, cause="nothing pays for it any more")
    move(box, BoxState.ENDED, actor=ACTOR, cause="every box that was paid has been sent")
    for ended in hooks.prepaid_ended:
        ended(box)
    return True


@transaction.atomic
def revive(box_ids: Iterable[int], *, actor: str, cause: str) -> None:
    """Ended subscriptions whose credits count again send them; where the account has begun another one of the plan that
    only sends what is paid, the credits go there. Those of an erased account stay as they are."""
    rows = BoxSubscription.objects.filter(pk__in=list(box_ids), state=BoxState.ENDED, account__is_active=True)
    ended = list(rows.select_related("account", "plan").order_by("pk"))
    lock_accounts([box.account_id for box in ended])
    for box in ended:
        if other := _other(box):
            Credit.objects.filter(subscription=box, order=None, withdrawn_at=None).update(subscription=other)
            continue
        move(box, BoxState.PREPAID_ONLY, actor=actor, cause=cause)
        for revived in hooks.prepaid_revived:
            revived(box)


def _other(box: BoxSubscription) -> BoxSubscription | None:
    """There is one at most of a plan and an account."""
    if box.billing_id is not None:
        return None
    running = BoxSubscription.objects.running().filter(account=box.account_id, plan=box.plan_id, billing=None)
    return running.exclude(pk=box.pk).first()


def lock_accounts(ids: Iterable[int]) -> None:
    """Lock accounts in the order of their ids: before their subscriptions, as where boxes are given."""
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=list(ids)).order_by("pk")
    list(rows.values_list("pk"))
