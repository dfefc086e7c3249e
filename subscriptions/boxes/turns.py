"""Nobody gets one edition twice: which of an account's subscriptions of a plan sends it, and which waits."""

from django.db.models import Exists, OuterRef, Q

from subscriptions.boxes.enums import COMES_FIRST, BoxState
from subscriptions.boxes.models import BoxSubscription, Credit, Cycle

_OTHERS = BoxSubscription.objects.filter(account=OuterRef("account"), plan=OuterRef("plan")).exclude(pk=OuterRef("pk"))
HAS_CREDIT = Exists(Credit.objects.filter(subscription=OuterRef("pk"), order=None, withdrawn_at=None))


def gone_by(cycle: Cycle) -> Q:
    """Subscriptions that end before this edition would be charged."""
    return Q(state=BoxState.CANCELLING, billing__period_end__lte=cycle.billed_by)


def leaves_before(box: BoxSubscription, cycle: Cycle) -> bool:
    """`gone_by` for one subscription whose billing is at hand."""
    return box.state == BoxState.CANCELLING and bool(box.billing and box.billing.period_end <= cycle.billed_by)


def comes_first(cycle: Cycle | None) -> Q:
    """Subscriptions for which boxes that are paid already wait: whoever has one gets this edition by it. None: no edition
    is open."""
    first = Q(state__in=COMES_FIRST)
    return first & (~gone_by(cycle) | Q(HAS_CREDIT)) if cycle else first


def waits(cycle: Cycle | None) -> Q:
    """Paid boxes of somebody who gets this edition by another subscription: they come when that one rests or ends."""
    first = Q(Exists(_OTHERS.filter(comes_first(cycle))))
    older = Q(Exists(_OTHERS.filter(HAS_CREDIT, state=BoxState.PREPAID_ONLY, pk__lt=OuterRef("pk"))))
    return Q(state=BoxState.PREPAID_ONLY) & (first | older)
