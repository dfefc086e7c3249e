"""Skipping a box and taking it back, before the cut-off."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from ground import clock
from subscriptions.billing import outbox
from subscriptions.billing.models import OutboxCall
from subscriptions.boxes.actions import announcing
from subscriptions.boxes.actions.credits import boxes_of, lock_boxes
from subscriptions.boxes.actions.moving import move
from subscriptions.boxes.enums import CHANGEABLE, RUNNING, BoxState, CycleState, OrderState
from subscriptions.boxes.models import BoxOrder, BoxSubscription, Cycle, Skip

A_YEAR = timedelta(days=365)


class TooLate(Exception):
    """The cycle is no longer open; its box comes."""

    def __init__(self, cycle: Cycle) -> None:
        super().__init__(str(cycle))
        self.cycle = cycle


class TooMany(Exception):
    """The plan allows so many skips in a year, and they are used up; the number is the argument."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


@transaction.atomic
def skip(*, box: BoxSubscription, cycle: Cycle, actor: str, cause: str = "") -> bool:
    """Skip this cycle: no box, no charge. False when it is skipped already. Raises `TooLate`, `TooMany`.

    `cause`: why somebody else than the subscriber skips it; that counts for no limit.
    """
    order = _changeable(box, cycle)
    if order and order.state not in (*CHANGEABLE, OrderState.CANCELLED):
        raise TooLate(cycle)  # the edition was opened once more: what was paid for it comes
    if not cause and not box.skips.filter(cycle=cycle).exists():
        _refuse_too_many(box, cycle)
    values = {"created_at": timezone.now(), "cause": cause[:80]}
    _, new = Skip.objects.get_or_create(subscription=box, cycle=cycle, defaults=values)
    if not new:
        return False
    if order and order.state == OrderState.PROJECTED:
        move(order, OrderState.SKIPPED, actor=actor, cause=cause or "skipped by the subscriber")
    if _pays_for(box, cycle):
        _tell_stripe(box, cycle, {"pause_collection": _until(cycle)})
    return True


def keeps_its_box(box: BoxSubscription) -> bool:
    """True when a skip stops no charge: the box was paid ahead or is paid with others, and comes later."""
    billing = box.billing
    if billing is None or box.state == BoxState.PREPAID_ONLY:
        return True
    return boxes_of(billing.price, box.plan) > 1


@transaction.atomic
def take_back(*, box: BoxSubscription, cycle: Cycle, actor: str) -> bool:
    """Un-skip. False when it was not skipped. Raises `TooLate`. The charge that now comes after all is told at once."""
    order = _changeable(box, cycle)
    gone, _ = Skip.objects.filter(subscription=box, cycle=cycle).delete()
    if not gone:
        return False
    if order and order.state == OrderState.SKIPPED:
        move(order, OrderState.PROJECTED, actor=actor, cause="taken back by the subscriber")
    if _pays_for(box, cycle):
        _tell_stripe(box, cycle, {"pause_collection": ""})
        announcing.tell_now(box)
    return True


def left_of(box: BoxSubscription, at: datetime, skipped: Sequence[datetime] | None = None) -> int | None:
    """How many skips the plan still allows for an edition with that cut-off; None: as many as one likes.

    No year may hold more than the plan allows, wherever it begins. `skipped`: the cut-offs of the editions that the
    subscriber skips, where they are known already; otherwise one query.
    """
    limit = box.plan.skips_a_year
    if limit is None:
        return None
    if skipped is None:
        own = box.skips.filter(cause="", cycle__cutoff_at__gt=at - A_YEAR, cycle__cutoff_at__lt=at + A_YEAR)
        skipped = list(own.values_list("cycle__cutoff_at", flat=True))
    ends = [at, *(day for day in skipped if at <= day < at + A_YEAR)]  # the years with this edition in them
    return max(0, limit - max(sum(end - A_YEAR < day <= end for day in skipped) for end in ends))


def _refuse_too_many(box: BoxSubscription, cycle: Cycle) -> None:
    if left_of(box, cycle.cutoff_at) == 0:
        raise TooMany(box.plan.skips_a_year or 0)


def _changeable(box: BoxSubscription, cycle: Cycle) -> BoxOrder | None:
    """Under the cycle's lock, which the cut-off takes as well: of skip and cut-off, one comes first. Then under the
    subscription's, before that of its order: of two skips at once, the second counts the first."""
    row = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
    lock_boxes([box.pk])
    coming = row.state in (CycleState.OPEN, CycleState.PLANNED)
    if not coming or clock.now() >= row.cutoff_at or box.state not in RUNNING:
        raise TooLate(row)
    return BoxOrder.objects.select_for_update().filter(cycle=cycle, subscription=box, seq=1).first()


def _pays_for(box: BoxSubscription, cycle: Cycle) -> bool:
    """True when the subscription's next charge is the one for this cycle's box alone; later ones are told when their turn
    comes, and a charge for several boxes is not stopped for one of them: its credit waits."""
    return _falls_on(box, cycle) and not keeps_its_box(box)


def charge_follows(box: BoxSubscription, cycle: Cycle) -> bool:
    """True when the subscription is charged the day after this cycle's cut-off."""
    stopped = box.billing is None or box.billing.ends_at_period_end or box.billing.collection_paused
    return not stopped and _falls_on(box, cycle)


def _falls_on(box: BoxSubscription, cycle: Cycle) -> bool:
    billing = box.billing
    return bool(billing and billing.live and cycle.cutoff_at < billing.period_end <= cycle.billed_by)


def _until(cycle: Cycle) -> dict[str, object]:
    return {"behavior": "void", "resumes_at": int((cycle.billed_by + timedelta(hours=12)).timestamp())}


def _tell_stripe(box: BoxSubscription, cycle: Cycle, params: dict[str, object]) -> None:
    if box.billing is None:
        return
    ident = box.billing.stripe_id
    count = OutboxCall.objects.filter(object_id=ident).count()
    outbox.put(key=f"skip:{ident}:{cycle.pk}:{count}", object_id=ident, params=params)


def tell_due_skips(now: datetime | None = None) -> int:
    """Skips of later cycles whose turn has come: their charge is the next one now. Answers how many were told."""
    told = 0
    waiting = Skip.objects.filter(
        cycle__state__in=[CycleState.OPEN, CycleState.PLANNED], subscription__billing__collection_paused=False
    ).select_related("subscription__billing__price", "subscription__plan", "cycle")
    for row in waiting:
        box = row.subscription
        if box.billing and _pays_for(box, row.cycle) and not _told(row, box.billing.stripe_id):
            key = f"skip-due:{box.billing.stripe_id}:{row.cycle_id}"
            with transaction.atomic():
                outbox.put(key=key, object_id=box.billing.stripe_id, params={"pause_collection": _until(row.cycle)})
            told += 1
    return told


def _told(row: Skip, ident: str) -> bool:
    prefix = f"skip:{ident}:{row.cycle_id}:"
    return OutboxCall.objects.filter(key__startswith=prefix, created_at__gte=row.created_at).exists()
