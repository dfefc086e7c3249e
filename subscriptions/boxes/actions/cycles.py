"""The box clock: open, lock at the cut-off, bill, allocate. Every step finds its work in rows and is safe to repeat."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from ground import clock, facts
from subscriptions.boxes import hooks
from subscriptions.boxes.actions import allocation, ending
from subscriptions.boxes.actions.credits import lock_boxes, spend_all
from subscriptions.boxes.actions.firsts import WELCOME
from subscriptions.boxes.actions.moving import NotAllowed, move, move_orders
from subscriptions.boxes.enums import CHANGEABLE, SHIPPABLE, UNDER_WAY, BoxState, CycleState, OrderState
from subscriptions.boxes.models import BoxOrder, BoxSubscription, Cycle, Skip
from subscriptions.boxes.turns import HAS_CREDIT, gone_by, leaves_before, waits

ACTOR = "box clock"
SETTLED = timedelta(days=14)
LATE = (CycleState.REVIEW, CycleState.PACKING, CycleState.SHIPPING, CycleState.CLOSED)

NOT_COMING = CHANGEABLE | {OrderState.CANCELLED}


def run_due(now: datetime) -> int:
    """Everything that is due for boxes at this business time; answers how many cycles moved or orders were made."""
    done = _open(now) + _project(now) + _lock(now)
    done += _move_on(CycleState.LOCKED, CycleState.BILLING, "cutoff_at", now)
    done += _bill(now)
    done += _late() + _close(now)
    return done + ending.end_sent()


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
    """An order for every subscription that is to get this edition; set-based, existing ones stay."""
    made = 0
    for cycle in Cycle.objects.filter(state=CycleState.OPEN, opens_at__lte=now, cutoff_at__gt=now):
        made += _insert(cycle, _missing(cycle))
    return made


def _missing(cycle: Cycle, box_id: int | None = None) -> list[int]:
    """Running subscriptions without a box in the cycle, or that one; who only gets what is paid needs a credit for it."""
    running = BoxSubscription.objects.running().filter(plan=cycle.plan_id, created_at__lte=cycle.cutoff_at)
    running = running.filter(account__is_active=True, **({"pk": box_id} if box_id else {}))
    running = running.exclude(Exists(BoxOrder.objects.filter(cycle=cycle, subscription=OuterRef("pk"), seq=1)))
    free = Count("credits", filter=Q(credits__order=None, credits__withdrawn_at=None), distinct=True)
    promised = Count("orders", filter=Q(orders__state=OrderState.PROJECTED), distinct=True)
    on_credit = Q(state=BoxState.PREPAID_ONLY) | gone_by(cycle)
    paid = running.filter(on_credit).exclude(waits(cycle)).exclude(account__in=_served(cycle))
    paid = paid.annotate(free=free, promised=promised)
    wanted = running.exclude(on_credit).values_list("pk", flat=True)
    return [*wanted, *paid.filter(free__gt=F("promised")).values_list("pk", flat=True)]


def _insert(cycle: Cycle, box_ids: list[int]) -> int:
    """Orders for these; skipped ones for who skipped the edition before it opened. Answers how many are new."""
    if not box_ids:
        return 0
    now, orders = clock.now(), BoxOrder.objects.filter(cycle=cycle)
    skipped = set(Skip.objects.filter(cycle=cycle).values_list("subscription_id", flat=True))
    states = {pk: OrderState.SKIPPED if pk in skipped else OrderState.PROJECTED for pk in box_ids}
    rows = [
        BoxOrder(cycle=cycle, subscription_id=pk, state=state, created_at=now, changed_at=now)
        for pk, state in states.items()
    ]
    before = orders.count()
    BoxOrder.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    return orders.count() - before


def project_one(box: BoxSubscription) -> None:
    """The projected order of one subscription in its plan's open cycle."""
    now = clock.now()
    for cycle in Cycle.objects.filter(plan=box.plan, state=CycleState.OPEN, opens_at__lte=now, cutoff_at__gt=now):
        _insert(cycle, _missing(cycle, box.pk))


def _lock(now: datetime) -> int:
    locked = 0
    for cycle in Cycle.objects.filter(state=CycleState.OPEN, cutoff_at__lte=now):
        lock(cycle, actor=ACTOR)
        locked += 1
    return locked


@transaction.atomic
def lock(cycle: Cycle, *, actor: str) -> None:
    """Close a cycle to changes and snapshot what each order was: skip, hold, address, variant; then spend the credits.

    A constant number of statements for each thousand orders.
    """
    move(cycle, CycleState.LOCKED, actor=actor, cause="cut-off")
    _insert(cycle, _missing(cycle))
    planned = BoxOrder.objects.filter(cycle=cycle, state=OrderState.PROJECTED)
    lock_boxes(planned.values_list("subscription", flat=True))  # before their orders, as everywhere
    piles = _piles(cycle)
    for (to, cause), orders in sorted(piles.items()):
        if to == OrderState.LOCKED:
            _snapshot(orders)
        move_orders(orders, to, actor=actor, cause=cause)
    for locked in hooks.cycle_locked:
        locked(cycle)
    coming = [o.subscription_id for orders in piles.values() for o in orders if o.state == OrderState.LOCKED]
    spend_all(coming, actor=actor, cause="cut-off")
    transaction.on_commit(lambda: facts.offers_changed.send(sender=Cycle, reason=f"{cycle} locked"))


def _piles(cycle: Cycle) -> dict[tuple[str, str], list[BoxOrder]]:
    """The planned orders by where the cut-off moves them, and why. Whoever owes money for too long comes last: what is paid
    does not wait for them, and of the two one comes."""
    skipped = set(Skip.objects.filter(cycle=cycle).values_list("subscription_id", flat=True))
    payable, served, given = _payable(cycle), set(_served(cycle)), set[int]()
    piles: dict[tuple[str, str], list[BoxOrder]] = {}
    for order in sorted(_projected(cycle), key=_owes):
        account = order.subscription.account_id
        if account in served or (account in given and _owes(order)):
            fate = str(OrderState.CANCELLED), "this edition comes by another subscription"
        else:
            fate = _fate(order, order.subscription_id in skipped, order.subscription_id in payable)
        if fate[0] == OrderState.LOCKED and order.subscription_id in payable:
            given.add(account)
        piles.setdefault(fate, []).append(order)
    return piles


def _owes(order: BoxOrder) -> bool:
    return order.subscription.state == BoxState.SUSPENDED


def _projected(cycle: Cycle) -> list[BoxOrder]:
    orders = BoxOrder.objects.select_for_update(of=("self",)).filter(cycle=cycle, state=OrderState.PROJECTED)
    return list(orders.select_related("subscription__billing", "cycle").order_by("pk"))


def _payable(cycle: Cycle) -> set[int]:
    """Who needs a credit for this edition's box, has one, and waits for nothing else."""
    on_credit = BoxSubscription.objects.filter(
        HAS_CREDIT, plan=cycle.plan_id, state__in=[BoxState.PREPAID_ONLY, BoxState.CANCELLING]
    )
    return set(on_credit.exclude(waits(cycle)).values_list("pk", flat=True))


def _served(cycle: Cycle) -> QuerySet[BoxOrder, int]:
    """Accounts to which this edition is on its way already, also by a subscription that has ended: it was opened once
    more, or they had it as a first box."""
    coming = BoxOrder.objects.filter(cycle=cycle).exclude(state__in=NOT_COMING)
    return coming.values_list("subscription__account", flat=True)


def _fate(order: BoxOrder, skipped: bool, payable: bool) -> tuple[str, str]:
    """Where the cut-off moves an order, and why."""
    box = order.subscription
    if leaves_before(box, order.cycle) and not payable:
        return OrderState.CANCELLED, "the subscription ends before its charge"
    if box.state == BoxState.PREPAID_ONLY and not payable:
        return OrderState.CANCELLED, "nothing pays for it, or it waits for another subscription"
    if skipped or box.state == BoxState.PAUSED:
        return OrderState.SKIPPED, "skipped by the subscriber" if skipped else "paused"
    if box.state == BoxState.SUSPENDED:
        return OrderState.ON_HOLD, "payment open for too long"
    if box.state in SHIPPABLE or box.state == BoxState.PENDING:
        return OrderState.LOCKED, "cut-off"
    return OrderState.CANCELLED, f"subscription {box.state}"


def _snapshot(orders: list[BoxOrder]) -> None:
    """Where the box goes and in which variant; what was chosen for this box alone stays."""
    for order in orders:
        if not order.own_address:
            order.address = order.subscription.address
        if order.variant_id is None:
            order.variant_id = order.subscription.variant_id
    BoxOrder.objects.bulk_update(orders, ["address", "variant"], batch_size=500)


def _move_on(state: CycleState, to: CycleState, field: str, now: datetime) -> int:
    moved = 0
    for cycle in Cycle.objects.filter(state=state, **{f"{field}__lte": now}):
        move(cycle, to, actor=ACTOR, cause="its time came")
        moved += 1
    return moved


def _bill(now: datetime) -> int:
    """When every renewal has been charged: who has not paid is `unpaid` (revived when money comes), the rest gets
    its things, and staff look it over."""
    due = list(Cycle.objects.filter(state=CycleState.BILLING, billed_by__lte=now).order_by("pk"))
    try:
        with transaction.atomic():
            for cycle in due:
                give_up_waiting(cycle)
                move(cycle, CycleState.ALLOCATING, actor=ACTOR, cause="every renewal was charged")
            allocation.allocate_all(due, actor=ACTOR)
            for cycle in due:
                move(cycle, CycleState.REVIEW, actor=ACTOR, cause="allocated")
    except (allocation.Drift, NotAllowed):
        return 0  # they stay in billing; the next sweep looks again once the drift is mended
    return len(due)


def _late() -> int:
    """Boxes that were paid after theirs were allocated, first boxes among them: the late batch, never silence."""
    served = 0
    packing = Cycle.objects.filter(state__in=LATE)
    for cycle in packing.filter(Exists(BoxOrder.objects.filter(cycle=OuterRef("pk"), state=OrderState.PAID))):
        try:
            served += allocation.allocate(cycle, actor=ACTOR)[0]
        except (allocation.Drift, NotAllowed):
            continue
    return served


def _close(now: datetime) -> int:
    """What was delivered long enough ago needs nothing more, and an edition of which nothing is under way is history."""
    arrived = BoxOrder.objects.filter(state=OrderState.DELIVERED, changed_at__lte=now - SETTLED)
    done = move_orders(list(arrived.order_by("pk")[:5000]), OrderState.CLOSED, actor=ACTOR, cause="delivered long ago")
    under_way = BoxOrder.objects.filter(cycle=OuterRef("pk"), state__in=UNDER_WAY)
    quiet = Cycle.objects.filter(state=CycleState.SHIPPING, ships_on__lte=(now - SETTLED).date())
    for cycle in quiet.exclude(period=WELCOME).exclude(Exists(under_way)):
        move(cycle, CycleState.CLOSED, actor=ACTOR, cause="nothing of it is under way")
        done += 1
    return done


def give_up_waiting(cycle: Cycle) -> None:
    """Whoever has not paid by the billing day is `unpaid`."""
    waiting = BoxOrder.objects.select_for_update().filter(cycle=cycle, state=OrderState.AWAITING_PAYMENT)
    move_orders(list(waiting.order_by("pk")), OrderState.UNPAID, actor=ACTOR, cause="not paid by the billing day")
