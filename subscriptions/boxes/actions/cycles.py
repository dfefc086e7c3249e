"""The box clock: open, lock at the cut-off, bill, allocate. Every step finds its work in rows and is safe to repeat."""

from datetime import datetime

from django.db import transaction

from ground import clock, facts
from subscriptions.boxes.actions import allocation
from subscriptions.boxes.actions.credits import spend
from subscriptions.boxes.actions.moving import NotAllowed, move
from subscriptions.boxes.enums import SHIPPABLE, BoxState, CycleState, OrderState
from subscriptions.boxes.models import BoxOrder, BoxSubscription, Cycle, Skip

ACTOR = "box clock"


def run_due(now: datetime) -> int:
    """Everything that is due for boxes at this business time; answers how many cycles moved or orders were made."""
    done = _open(now) + _project(now) + _lock(now)
    done += _move_on(CycleState.LOCKED, CycleState.BILLING, "cutoff_at", now)
    done += _bill(now)
    return done


def _open(now: datetime) -> int:
    moved = 0
    for cycle in Cycle.objects.filter(state=CycleState.PLANNED, opens_at__lte=now).select_related("plan"):
        with transaction.atomic():
            move(cycle, CycleState.OPEN, actor=ACTOR, cause="its day came")
        moved += 1
        facts.offers_changed.send(sender=Cycle, reason=f"{cycle} opened")
    for cycle in Cycle.objects.filter(state=CycleState.OPEN).select_related("plan"):
        _announce(cycle)  # at every sweep: receivers know it already, and a crash in between loses no room
    return moved


def _announce(cycle: Cycle) -> None:
    facts.edition_announced.send_robust(
        sender=Cycle,
        edition_key=cycle.key,
        title_zh=f"{cycle.season_zh}盒",
        title_en=f"The {cycle.season_en} Box",
        entitlement=cycle.plan.entitlement,
        opens=cycle.opens_at,
    )


def _project(now: datetime) -> int:
    """An order for every running subscription and open cycle; set-based, existing ones stay."""
    made = 0
    for cycle in Cycle.objects.filter(state=CycleState.OPEN, opens_at__lte=now, cutoff_at__gt=now):
        boxes = BoxSubscription.objects.running().filter(plan=cycle.plan_id).exclude(orders__cycle=cycle)
        made += _insert(cycle, [b.pk for b in boxes.only("pk").iterator()])
    return made


def _insert(cycle: Cycle, box_ids: list[int]) -> int:
    now = clock.now()
    rows = [BoxOrder(cycle=cycle, subscription_id=pk, created_at=now, changed_at=now) for pk in box_ids]
    BoxOrder.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    return len(rows)


def project_one(box: BoxSubscription) -> None:
    """The projected order of one subscription in its plan's open cycle."""
    for cycle in Cycle.objects.filter(plan=box.plan, state=CycleState.OPEN, cutoff_at__gt=clock.now()):
        _insert(cycle, [box.pk])


def _lock(now: datetime) -> int:
    locked = 0
    for cycle in Cycle.objects.filter(state=CycleState.OPEN, cutoff_at__lte=now):
        lock(cycle, actor=ACTOR)
        locked += 1
    return locked


def lock(cycle: Cycle, *, actor: str) -> None:
    """Close a cycle to changes and snapshot what each order was: skip, hold, address; then spend the credits."""
    with transaction.atomic():
        move(cycle, CycleState.LOCKED, actor=actor, cause="cut-off")
        _insert(cycle, _missing(cycle))
        skipped = set(Skip.objects.filter(cycle=cycle).values_list("subscription_id", flat=True))
        for order in _projected(cycle):
            _lock_order(order, order.subscription_id in skipped)
        transaction.on_commit(lambda: facts.offers_changed.send(sender=Cycle, reason=f"{cycle} locked"))


def _missing(cycle: Cycle) -> list[int]:
    joined = BoxSubscription.objects.running().filter(plan=cycle.plan_id, created_at__lte=cycle.cutoff_at)
    return list(joined.exclude(orders__cycle=cycle).values_list("pk", flat=True))


def _projected(cycle: Cycle) -> list[BoxOrder]:
    orders = BoxOrder.objects.select_for_update(of=("self",)).filter(cycle=cycle, state=OrderState.PROJECTED)
    return list(orders.select_related("subscription", "cycle"))


def _lock_order(order: BoxOrder, skipped: bool) -> None:
    box = order.subscription
    if skipped or box.state == BoxState.PAUSED:
        cause = "skipped by the subscriber" if skipped else "paused"
        move(order, OrderState.SKIPPED, actor=ACTOR, cause=cause)
    elif box.state == BoxState.SUSPENDED:
        move(order, OrderState.ON_HOLD, actor=ACTOR, cause="payment open for too long")
    elif box.state in SHIPPABLE or box.state == BoxState.PENDING:
        move(order, OrderState.LOCKED, actor=ACTOR, cause="cut-off", address=box.address)
        spend(box, actor=ACTOR, cause="cut-off")
    else:
        move(order, OrderState.CANCELLED, actor=ACTOR, cause=f"subscription {box.state}")


def _move_on(state: CycleState, to: CycleState, field: str, now: datetime) -> int:
    moved = 0
    for cycle in Cycle.objects.filter(state=state, **{f"{field}__lte": now}):
        move(cycle, to, actor=ACTOR, cause="its time came")
        moved += 1
    return moved


def _bill(now: datetime) -> int:
    """When every renewal has been charged: who has not paid is `unpaid` (revived when money comes), the rest gets
    its things, and staff look it over."""
    moved = 0
    for cycle in Cycle.objects.filter(state=CycleState.BILLING, billed_by__lte=now):
        try:
            with transaction.atomic():
                _give_up_waiting(cycle)
                move(cycle, CycleState.ALLOCATING, actor=ACTOR, cause="every renewal was charged")
                allocation.allocate(cycle, actor=ACTOR)
                move(cycle, CycleState.REVIEW, actor=ACTOR, cause="allocated")
            moved += 1
        except (allocation.Drift, NotAllowed):
            continue  # stays in billing; the next sweep looks again once the drift is mended
    return moved


def _give_up_waiting(cycle: Cycle) -> None:
    waiting = BoxOrder.objects.select_for_update().filter(cycle=cycle, state=OrderState.AWAITING_PAYMENT)
    for order in waiting.order_by("pk"):
        move(order, OrderState.UNPAID, actor=ACTOR, cause="not paid by the billing day")
