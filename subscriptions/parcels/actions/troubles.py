"""What went wrong with a box that was sent, or could not be: sent again, money back, or another box instead."""

from collections import Counter
from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from ground import clock
from ground.money import Money
from subscriptions.billing import paying
from subscriptions.billing.models import Checkout, InvoiceLine, OutboxCall
from subscriptions.boxes import hooks
from subscriptions.boxes.actions import making_good, prepaying, returns, stock
from subscriptions.boxes.actions.allocation import contents
from subscriptions.boxes.actions.moving import NotAllowed, move
from subscriptions.boxes.enums import CreditKind, OrderKind, OrderState, StockReason
from subscriptions.boxes.models import BoxOrder, Credit, Item, Move, OrderItem
from subscriptions.parcels.enums import ParcelState
from subscriptions.parcels.models import Parcel
from subscriptions.parcels.sending import parcel_of

AHEAD = prepaying.BOUGHT
NOT_BESIDE = "#not-beside"  # a flag
TROUBLES = (OrderState.LOST, OrderState.DAMAGED, OrderState.RETURNED)


class NoInvoice(Exception):
    """No money of an invoice is behind this box: a gift (its buyer paid), a thank-you, a box of goodwill."""


@transaction.atomic
def report(*, order: BoxOrder, what: str, actor: str, why: str) -> None:
    """Somebody wrote that it is lost, damaged or came back. Raises `NotAllowed`."""
    if what not in TROUBLES:
        raise NotAllowed(what)
    move(order, what, actor=actor, cause=why.strip() or f"reported: {what}")


@transaction.atomic
def reship(*, order: BoxOrder, actor: str, why: str) -> BoxOrder:
    """Send the same things again, with what went along beside them: another order with a credit of its own, through the
    same stock. Where the shelf is empty it waits as short; it does not wait for what was bought beside, but is flagged.
    Once for each order. Raises `NotAllowed`."""
    _in_trouble(order)
    beside = _beside(order)
    move(order, OrderState.RESHIP, actor=actor, cause=why.strip() or "sent again")
    now = clock.now()
    seq = BoxOrder.objects.filter(cycle=order.cycle_id, subscription=order.subscription_id).aggregate(n=Max("seq"))["n"]
    again = BoxOrder.objects.create(
        cycle=order.cycle, subscription=order.subscription, seq=seq + 1, kind=OrderKind.RESHIP, state=OrderState.PAID,
        variant=order.variant, address=order.address, own_address=order.own_address, created_at=now, changed_at=now,
    )  # fmt: skip
    Credit.objects.create(subscription=order.subscription, source=f"reship:{order.pk}", kind=CreditKind.RESHIP,
                          why=f"for order {order.pk}", order=again, granted_at=now, spent_at=now)  # fmt: skip
    Move.objects.create(subject=f"order:{again.pk}", actor=actor[:120], cause=f"in place of order {order.pk}",
                        before="", after=OrderState.PAID, at=now)  # fmt: skip
    _allocate(again, order, beside, actor)
    return again


def _beside(order: BoxOrder) -> Counter[int]:
    return sum((source([order]).get(order.pk, Counter()) for source in hooks.went_along), Counter[int]())


def _allocate(again: BoxOrder, order: BoxOrder, beside: Counter[int], actor: str) -> None:
    rows = Counter(dict(order.items.values_list("item_id", "quantity")))
    demand = contents(order)
    flag = {"flag": NOT_BESIDE} if beside else {}
    stock.lock_stock(demand + beside)
    for more in (beside, Counter[int]()) if beside else (beside,):
        try:
            stock.promise(demand + more)
        except stock.NotEnough:
            continue
        OrderItem.objects.bulk_create(
            OrderItem(order=again, item_id=item, quantity=n) for item, n in (rows + more).items()
        )
        alone = flag if beside and not more else {}
        move(again, OrderState.ALLOCATED, actor=actor, cause="stock at hand", **alone)
        return
    move(again, OrderState.SHORT, actor=actor, cause="not enough stock", **flag)  # filled later, it goes alone


def paid_with(order: BoxOrder) -> tuple[InvoiceLine, int] | None:
    """The invoice line whose money paid for this box, and this box's part of it in minor units; None: no such money.

    Lines tell prices before discounts: what was really paid is split over the lines, and a line's part over its boxes.
    """
    credit = Credit.objects.filter(order=order).first()
    line = _line_of(credit) if credit else None
    if credit is None or line is None or line.amount <= 0 or line.invoice.status != "paid":
        return None
    lines = [one for one in line.invoice.lines.order_by("pk") if one.amount > 0]
    paid = Money(line.invoice.amount_paid, line.invoice.currency).split([one.amount for one in lines])
    shares = Credit.objects.filter(source=credit.source).count()
    part = paid[lines.index(line)].split([1] * shares)[min(credit.seq, shares) - 1]
    return (line, part.amount) if part else None


def _line_of(credit: Credit) -> InvoiceLine | None:
    """What a credit was bought with: a line of a renewal, or that of a payment ahead."""
    lines = InvoiceLine.objects.select_related("invoice")
    if not credit.source.startswith(AHEAD):
        return lines.filter(stripe_id=credit.source).first()
    try:
        key = UUID(credit.source.removeprefix(AHEAD))
    except ValueError:
        return None
    bought = Checkout.objects.filter(key=key).exclude(invoice_id="").first()
    return lines.filter(invoice__stripe_id=bought.invoice_id, price=bought.price).first() if bought else None


@transaction.atomic
def refund(*, order: BoxOrder, actor: str, why: str) -> OutboxCall:
    """Give back what this box was paid with, once. A short one does not come then. Raises `NotAllowed`, `NoInvoice`, and
    billing's `TooMuch` where less is left."""
    found = paid_with(order)
    if found is None:
        raise NoInvoice(order.number)
    line, amount = found
    if order.state == OrderState.SHORT:
        returns.stop(order, actor=actor, cause=why.strip() or "money back: short of stock")
    else:
        _in_trouble(order)
        move(order, OrderState.REFUNDED, actor=actor, cause=why.strip() or "money back")
    return paying.refund(
        invoice=line.invoice, amount=min(amount, paying.left_of(line.invoice)) or amount,
        reason="requested_by_customer", token=f"order:{order.pk}", end=False, actor=actor,
    )  # fmt: skip


@transaction.atomic
def credit_back(*, order: BoxOrder, actor: str, why: str) -> None:
    """Another box instead: a short one gives its credit back, one that went wrong is made good by a new one. Once.

    Raises `NotAllowed`.
    """
    said = why.strip() or "another box instead"
    if order.state == OrderState.SHORT:
        making_good.cancel(order=order, actor=actor, why=said)
        return
    _in_trouble(order)
    making_good.lock_sender(order)
    move(order, OrderState.REFUNDED, actor=actor, cause=said)
    making_good.give_another(order=order, actor=actor, why=said)


@transaction.atomic
def came_back(*, order: BoxOrder, whole: Collection[int], actor: str) -> tuple[int, int]:
    """What came back is looked at: the items whose ids are in `whole` lie on the shelf again, the others are written off.
    Once for each parcel. Answers (booked, written off). Raises `NotAllowed`."""
    if not is_back(order):
        raise NotAllowed(f"order is {order.state} and has not come back")
    parcel = parcel_of(order)
    if not Parcel.objects.filter(pk=parcel.pk, back_in_stock_at=None).update(back_in_stock_at=clock.now()):
        raise NotAllowed("it was booked already")
    demand = contents(order)
    items, booked, written = stock.lock_stock(demand), 0, 0
    for item_id, count in sorted(demand.items()):
        _book(items[item_id], count, order, actor, fine=item_id in whole)
        booked, written = (booked + count, written) if item_id in whole else (booked, written + count)
    return booked, written


def is_back(order: BoxOrder) -> bool:
    """True when it came back to us, also where it was settled with the subscriber before or since."""
    if order.state == OrderState.RETURNED:
        return True
    if order.state not in (OrderState.RESHIP, OrderState.REFUNDED):
        return False
    reported = Move.objects.filter(subject=f"order:{order.pk}", after=OrderState.RETURNED)
    return reported.exists() or Parcel.objects.filter(order=order, state=ParcelState.RETURNED).exists()


def _book(item: Item, count: int, order: BoxOrder, actor: str, *, fine: bool) -> None:
    """Into the book either way: what is broken comes in and goes out again, so that the book tells what became of it."""
    subject, why = f"order:{order.pk}", f"came back with {order.number}"
    stock.adjust(item=item, delta=count, reason=StockReason.RETURNED, why=why, actor=actor, subject=subject)
    if not fine:
        stock.adjust(item=item, delta=-count, reason=StockReason.BROKEN, why=why, actor=actor, subject=subject)


def _in_trouble(order: BoxOrder) -> None:
    if order.state not in TROUBLES:
        raise NotAllowed(f"order is {order.state}")
