"""Money -> credits -> boxes: what grants a credit, what spends it, what takes it back."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from ground import clock
from subscriptions.billing.enums import Interval, PlanKind
from subscriptions.billing.models import InvoiceLine, PlanPrice
from subscriptions.boxes.actions import ending, firsts
from subscriptions.boxes.actions.moving import move_orders
from subscriptions.boxes.enums import WAITING_FOR_MONEY, CreditKind, OrderState
from subscriptions.boxes.models import BoxOrder, BoxPlan, BoxSubscription, Credit

R = OrderState


def boxes_of(price: PlanPrice, plan: BoxPlan) -> int:
    """How many boxes one charge of this price pays for: a quarter's price of a monthly box pays for three."""
    return price.boxes or max(1, (price.months or 1) // plan.every)


def line_paid(line: InvoiceLine) -> None:
    """Hook of billing: a paid line gives its credits, once. A line of nothing gives nothing: a $0 invoice is paid too."""
    price = line.price
    if price is None or price.plan.kind != PlanKind.BOX or line.amount <= 0 or line.proration:
        return
    box = BoxSubscription.objects.select_related("plan").filter(billing=line.invoice.subscription).first()
    if box is None or line.invoice.subscription is None:
        return
    first = price.interval == Interval.ONCE
    if first and not Credit.objects.filter(source=line.stripe_id).exists():  # told again on every sync
        firsts.order_first(box)
    grant(
        box=box, count=line.quantity * boxes_of(price, box.plan), kind=CreditKind.PAID, source=line.stripe_id,
        why="first" if first else "renewal", actor="billing", cause=f"invoice {line.invoice.stripe_id}",
    )  # fmt: skip


@transaction.atomic
def grant(*, box: BoxSubscription, count: int, kind: str, source: str, why: str, actor: str, cause: str = "") -> int:
    """Give a box subscription so many credits; the same `source` (an invoice line, a gift, a click of staff) gives once.

    They pay what waits for money at once. Answers how many orders were paid by it.
    """
    now = clock.now()
    rows = [
        Credit(subscription=box, source=source[:120], seq=n + 1, kind=kind, why=why[:200], granted_at=now)
        for n in range(count)
    ]
    Credit.objects.bulk_create(rows, ignore_conflicts=True)
    return spend(box, actor=actor, cause=cause or why)


@transaction.atomic
def withdraw(*, source: str, why: str) -> tuple[int, list[BoxOrder]]:
    """The money of these credits went back: unspent ones are withdrawn. Answers how many, and the orders that the others
    paid for, which are left to the caller."""
    _lock_boxes(Credit.objects.filter(source=source))
    rows = list(
        Credit.objects.select_for_update(of=("self",))
        .select_related("order__cycle")
        .filter(source=source)
        .order_by("pk")
    )
    unspent = [c.pk for c in rows if c.order_id is None and c.withdrawn_at is None]
    Credit.objects.filter(pk__in=unspent, order=None).update(withdrawn_at=clock.now(), why=why[:200])
    return len(unspent), [c.order for c in rows if c.order is not None]


@transaction.atomic
def withdraw_all(*, account: User, why: str) -> int:
    """Nothing that waits for a box of this account is spent any more. Answers how many credits were withdrawn."""
    rows = Credit.objects.filter(subscription__account=account, order=None, withdrawn_at=None)
    _lock_boxes(rows)
    return rows.update(withdrawn_at=clock.now(), why=why[:200])


@transaction.atomic
def unpay(order: BoxOrder, *, why: str) -> bool:
    """The money of a box that does not come went back: its credit is withdrawn, and counts again if the money should.
    False when none had paid for it."""
    lock_boxes([order.subscription_id])
    rows = Credit.objects.filter(order=order)
    return bool(rows.update(order=None, spent_at=None, withdrawn_at=clock.now(), why=why[:200]))


@transaction.atomic
def restore(*, source: str, why: str) -> int:
    """The money came back after all: withdrawn credits count again, and a subscription that had ended sends them. Answers
    how many; those of an erased account stay withdrawn."""
    rows = Credit.objects.filter(source=source, order=None, subscription__account__is_active=True)
    rows = rows.exclude(withdrawn_at=None)
    if not rows.exists():
        return 0
    ending.lock_accounts(rows.values_list("subscription__account", flat=True))
    ids = _lock_boxes(rows)
    found = Credit.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(
        withdrawn_at=None, why=why[:200]
    )
    ending.revive(ids, actor="billing", cause=why)
    spend_all(ids, actor="billing", cause=why)
    return found


def _lock_boxes(credits: QuerySet[Credit]) -> list[int]:
    """The subscriptions of these credits, locked as `spend_all` locks them; answers their ids."""
    ids = sorted(set(credits.values_list("subscription", flat=True)))
    lock_boxes(ids)
    return ids


def lock_boxes(ids: Iterable[int]) -> None:
    """Lock subscriptions in the order of their ids, before their credits are read: nobody spends what another takes."""
    rows = BoxSubscription.objects.select_for_update(no_key=True).filter(pk__in=list(ids)).order_by("pk")
    list(rows.values_list("pk"))


def unspent(box: BoxSubscription) -> int:
    """Credits that still wait for a box."""
    return Credit.objects.filter(subscription=box, order=None, withdrawn_at=None).count()


@transaction.atomic
def spend(box: BoxSubscription, *, actor: str, cause: str) -> int:
    """Pay the oldest waiting orders with the oldest credits; answers how many were paid."""
    return spend_all([box.pk], actor=actor, cause=cause)


@transaction.atomic
def spend_all(box_ids: Iterable[int], *, actor: str, cause: str) -> int:
    """The same for many subscriptions in a constant number of statements; answers how many orders were paid.

    Under the subscriptions' locks, in the order of their ids: two that spend one credit come one after the other.
    """
    ids = sorted(set(box_ids))
    lock_boxes(ids)
    waiting = (
        BoxOrder.objects.select_for_update(of=("self",))
        .filter(
            subscription__in=ids, state__in=WAITING_FOR_MONEY, credit=None
        )  # a paid one that staff hold waits for them
        .select_related("cycle")
        .order_by("subscription_id", "cycle__cutoff_at", "pk")
    )
    purses: dict[int, list[Credit]] = {}
    credits = Credit.objects.filter(subscription__in=ids, order=None, withdrawn_at=None).order_by("-pk")
    for credit in credits:
        purses.setdefault(credit.subscription_id, []).append(credit)
    paid, spent, unpaid, now = [], [], [], clock.now()
    for order in waiting:
        purse = purses.get(order.subscription_id)
        if purse:
            credit = purse.pop()
            credit.order, credit.spent_at = order, now
            spent.append(credit)
            paid.append(order)
        elif order.state == R.LOCKED:
            unpaid.append(order)
    Credit.objects.bulk_update(spent, ["order", "spent_at"], batch_size=500)
    move_orders(unpaid, R.AWAITING_PAYMENT, actor=actor, cause="no credit yet")
    return move_orders(paid, R.PAID, actor=actor, cause=cause)


def paid_for(order: BoxOrder) -> bool:
    """True when a credit was spent on it."""
    return Credit.objects.filter(order=order).exists()


@transaction.atomic
def give_back(order: BoxOrder, *, box: BoxSubscription, why: str) -> bool:
    """The credit of a box that does not come can pay for another one of `box`. False when none had paid for it."""
    spent = Credit.objects.filter(order=order)
    return bool(spent.update(order=None, spent_at=None, subscription=box, why=why[:200]))
