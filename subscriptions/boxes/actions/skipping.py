"""Skipping a box and taking it back, before the cut-off."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from ground import clock
from subscriptions.billing import outbox
from subscriptions.billing.models import OutboxCall
from subscriptions.boxes.actions.moving import move
from subscriptions.boxes.enums import BoxState, CycleState, OrderState
from subscriptions.boxes.models import BoxOrder, BoxSubscription, Cycle, Skip


class TooLate(Exception):
    """The cycle is no longer open; its box comes."""

    def __init__(self, cycle: Cycle) -> None:
        super().__init__(str(cycle))
        self.cycle = cycle


@transaction.atomic
def skip(*, box: BoxSubscription, cycle: Cycle, actor: str) -> bool:
    """Skip this cycle: no box, no charge. False when it is skipped already. Raises `TooLate`."""
    order = _changeable(box, cycle)
    _, new = Skip.objects.get_or_create(subscription=box, cycle=cycle, defaults={"created_at": timezone.now()})
    if not new:
        return False
    if order and order.state == OrderState.PROJECTED:
        move(order, OrderState.SKIPPED, actor=actor, cause="skipped by the subscriber")
    if _pays_for(box, cycle):
        resumes = int((cycle.billed_by + timedelta(hours=12)).timestamp())
        _tell_stripe(box, cycle, {"pause_collection": {"behavior": "void", "resumes_at": resumes}})
    return True


@transaction.atomic
def take_back(*, box: BoxSubscription, cycle: Cycle, actor: str) -> bool:
    """Un-skip. False when it was not skipped. Raises `TooLate`."""
    order = _changeable(box, cycle)
    gone, _ = Skip.objects.filter(subscription=box, cycle=cycle).delete()
    if not gone:
        return False
    if order and order.state == OrderState.SKIPPED:
        move(order, OrderState.PROJECTED, actor=actor, cause="taken back by the subscriber")
    if _pays_for(box, cycle):
        _tell_stripe(box, cycle, {"pause_collection": ""})
    return True


def _changeable(box: BoxSubscription, cycle: Cycle) -> BoxOrder | None:
    """Under the cycle's lock, which the cut-off takes as well: of skip and cut-off, one comes first."""
    row = Cycle.objects.select_for_update().get(pk=cycle.pk)
    if row.state != CycleState.OPEN or clock.now() >= row.cutoff_at or box.state == BoxState.ENDED:
        raise TooLate(row)
    return BoxOrder.objects.select_for_update().filter(cycle=cycle, subscription=box).order_by("seq").first()


def _pays_for(box: BoxSubscription, cycle: Cycle) -> bool:
    """True when the subscription's next charge is the one for this cycle; later ones are told when their turn comes."""
    return cycle.cutoff_at < box.billing.period_end <= cycle.billed_by


def _tell_stripe(box: BoxSubscription, cycle: Cycle, params: dict[str, object]) -> None:
    ident = box.billing.stripe_id
    count = OutboxCall.objects.filter(object_id=ident).count()
    outbox.put(key=f"skip:{ident}:{cycle.pk}:{count}", object_id=ident, params=params)


def tell_due_skips(now: object = None) -> int:
    """Skips of later cycles whose turn has come: their charge is the next one now. Answers how many were told."""
    told = 0
    waiting = Skip.objects.filter(
        cycle__state__in=[CycleState.OPEN, CycleState.PLANNED], subscription__billing__collection_paused=False
    ).select_related("subscription__billing", "cycle")
    for row in waiting:
        key = f"skip-due:{row.subscription.billing.stripe_id}:{row.cycle_id}"
        if _pays_for(row.subscription, row.cycle) and not _told(row):
            resumes = int((row.cycle.billed_by + timedelta(hours=12)).timestamp())
            params = {"pause_collection": {"behavior": "void", "resumes_at": resumes}}
            with transaction.atomic():
                outbox.put(key=key, object_id=row.subscription.billing.stripe_id, params=params)
            told += 1
    return told


def _told(row: Skip) -> bool:
    prefix = f"skip:{row.subscription.billing.stripe_id}:{row.cycle_id}:"
    return OutboxCall.objects.filter(key__startswith=prefix, created_at__gte=row.created_at).exists()
