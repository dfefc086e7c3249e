"""A box that does not come, or came to nothing: another one instead, also where the subscription has ended meanwhile."""

from django.db import transaction
from django.utils.translation import gettext as _

from subscriptions.boxes.actions import credits, ending, prepaying, returns
from subscriptions.boxes.actions.cycles import project_one
from subscriptions.boxes.actions.moving import Refusal
from subscriptions.boxes.enums import RUNNING, BoxState, CreditKind
from subscriptions.boxes.models import BoxOrder, BoxSubscription


@transaction.atomic
def cancel(*, order: BoxOrder, actor: str, why: str) -> bool:
    """A box that is not packed does not come; what paid for it pays for another one. False: nothing had paid for it, or
    the account was erased.

    Raises `NotAllowed`; nothing is written then.
    """
    lock_sender(order)
    paid = credits.paid_for(order)
    box = _sender(order) if paid and order.subscription.account.is_active else None
    returns.stop(order, actor=actor, cause=why)
    if box is None:
        return False
    credits.give_back(order, box=box, why=why)
    _project(box)
    return True


@transaction.atomic
def give_another(*, order: BoxOrder, actor: str, why: str) -> None:
    """Another box in place of one that went wrong; once for each order. Raises `Refusal` for an erased account."""
    box = _sender(order)
    credits.grant(
        box=box, count=1, kind=CreditKind.RESHIP, source=f"instead:{order.pk}", why=why, actor=actor, cause=why
    )
    _project(box)


def lock_sender(order: BoxOrder) -> None:
    """Lock account and subscription of an order, before the order itself, as where money goes back or comes again."""
    ending.lock_accounts(BoxSubscription.objects.filter(pk=order.subscription_id).values_list("account", flat=True))
    credits.lock_boxes([order.subscription_id])


def _sender(order: BoxOrder) -> BoxSubscription:
    """The subscription that sends it: the order's own while it runs, else one that only sends what is paid.

    Under its lock: the sweep may end it at this moment, when all that was paid has been sent.
    """
    lock_sender(order)
    box = BoxSubscription.objects.select_related("account", "plan", "variant").get(pk=order.subscription_id)
    if not box.account.is_active:
        raise Refusal(_("the account was erased"))
    if box.state in RUNNING:
        return box
    return prepaying.follow_up(box)


def _project(box: BoxSubscription) -> None:
    """Who is charged again and again has a place in every edition; who only gets what is paid needs one for it."""
    if box.state == BoxState.PREPAID_ONLY and credits.unspent(box):
        project_one(box)
