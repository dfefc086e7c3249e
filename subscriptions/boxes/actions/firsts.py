"""The first box: with the next edition, at once, or a welcome box."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q

from accounts.models import User
from ground import clock
from subscriptions.billing.enums import Interval, PlanKind
from subscriptions.billing.models import PlanPrice
from subscriptions.boxes.actions.moving import move
from subscriptions.boxes.enums import CycleState, FirstBox, OrderKind, OrderState
from subscriptions.boxes.models import BoxOrder, BoxPlan, BoxSubscription, Cycle

WELCOME = "welcome"
"""The period of the edition that stands outside of the calendar: a plan's welcome box, which is always being packed."""
ON_THE_WAY = (CycleState.LOCKED, CycleState.BILLING, CycleState.ALLOCATING, CycleState.REVIEW, CycleState.PACKING,
              CycleState.SHIPPING)  # fmt: skip
DID_NOT_COME = (OrderState.CANCELLED, OrderState.SKIPPED)
RECENT = timedelta(days=45)  # an edition that left longer ago is no first box


def cycle_of(plan: BoxPlan) -> Cycle | None:
    """The edition that somebody who joins now gets at once; None: they begin with the next one."""
    found = None
    if plan.first_box == FirstBox.WELCOME:
        found = plan.cycles.filter(period=WELCOME).first()
    elif plan.first_box == FirstBox.NOW:
        recent = (clock.now() - RECENT).date()
        rows = plan.cycles.filter(Q(state__in=ON_THE_WAY) | Q(state=CycleState.CLOSED, ships_on__gte=recent))
        found = rows.exclude(period=WELCOME).order_by("-cutoff_at").first()
    return found if found and _in_stock(found) else None


def cycle_for(plan: BoxPlan, account: User | None) -> Cycle | None:
    """The same for somebody: nobody gets an edition, or the welcome box, a second time."""
    found = cycle_of(plan)
    if found is None or account is None:
        return found
    had = BoxOrder.objects.filter(cycle=found, subscription__account=account).exclude(state__in=DID_NOT_COME)
    return None if had.exists() else found


def _in_stock(cycle: Cycle) -> bool:
    """True while one more of everything in it is free: nobody pays at once for what has run out."""
    gone = cycle.slots.filter(item__digital=False, item__on_hand__lte=F("item__allocated"))
    return cycle.slots.exists() and not gone.exists()


def price_of(plan: BoxPlan, currency: str) -> PlanPrice | None:
    """What a single first box costs: the price of one box of the plan that is paid once."""
    rows = PlanPrice.objects.filter(
        plan__kind=PlanKind.BOX, plan__target=plan.slug, interval=Interval.ONCE, boxes=1, gift_months=None, active=True,
        currency=currency, stripe_price__isnull=False,
    )  # fmt: skip
    return rows.first()


@transaction.atomic
def order_first(box: BoxSubscription) -> BoxOrder | None:
    """The order of the first box; None where there is nothing to send at once, or it is theirs already: the credit
    waits then."""
    cycle = cycle_for(box.plan, box.account)
    if cycle is None:
        return None
    kind = OrderKind.WELCOME if cycle.period == WELCOME else OrderKind.FIRST
    now = clock.now()
    order, new = BoxOrder.objects.get_or_create(
        cycle=cycle, subscription=box, seq=1,
        defaults={"kind": kind, "variant": box.variant, "address": box.address, "created_at": now, "changed_at": now},
    )  # fmt: skip
    if new:
        move(order, OrderState.LOCKED, actor="billing", cause="first box")
    return order


def address_known(box: BoxSubscription) -> None:
    """The payment page's address may come after the money: the first box waits for it."""
    early = BoxOrder.objects.filter(
        subscription=box, kind__in=[OrderKind.FIRST, OrderKind.WELCOME],
        state__in=[OrderState.LOCKED, OrderState.AWAITING_PAYMENT, OrderState.PAID, OrderState.SHORT, OrderState.ALLOCATED],
    )  # fmt: skip
    for order in early:
        if not order.address.get("line1"):
            BoxOrder.objects.filter(pk=order.pk).update(address=box.address, variant=box.variant)
