"""What goes along with a box: chosen before the cut-off, charged when the box itself is paid, sent in its parcel.

A thing is tied to an order only when a cycle locks: until then it belongs to the next box that really goes out, so that a
skip, a pause or a stop moves nothing and loses nothing. It is charged by an invoice of its own and only once the box is
paid: never on a renewal that may be voided, never without a box to ride in.
"""

from collections import Counter
from datetime import datetime, timedelta
from uuid import uuid5

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.notices import notify
from ground import clock
from subscriptions.billing import charging
from subscriptions.boxes.enums import RUNNING, WAITING_FOR_MONEY, CycleState, OrderState
from subscriptions.boxes.models import BoxOrder, BoxSubscription, Cycle
from subscriptions.shop.actions import keeping, selling, waiting
from subscriptions.shop.actions.ahead import PAY_WITHIN, SPACE, price_row
from subscriptions.shop.actions.money import facts_of
from subscriptions.shop.actions.moving import move
from subscriptions.shop.enums import ArticleKind, SaleState, Way
from subscriptions.shop.models import Article, Sale

S, B = SaleState, OrderState
GOES = frozenset({B.LOCKED, B.AWAITING_PAYMENT, B.PAID})
NOT_PACKED = GOES | {B.ALLOCATED, B.SHORT, B.PROJECTED, B.UNPAID, B.ON_HOLD}
STAYS = frozenset({B.SKIPPED, B.CANCELLED, B.UNPAID, B.ON_HOLD, B.REFUNDED})
MARGIN = timedelta(days=4)
FORTNIGHTS = timedelta(days=100)  # without a cycle in sight, or when one was skipped: longer than a quarter


class TooLate(Exception):
    """The cut-off has passed: it is being charged and packed."""


@transaction.atomic
def add(*, account: User, box: BoxSubscription, article: Article, quantity: int, actor: str) -> Sale:
    """Choose so many of an article for the next box; said again, it is that many instead. Raises `selling.NotOnSale`,
    `releasing.NotYet`, `selling.OtherCurrency`, `selling.TooMany`, `keeping.SoldOut`, `TooLate`."""
    User.objects.select_for_update(no_key=True).only("pk").get(pk=account.pk)
    row = Article.objects.select_related("item", "plan__early_perk").prefetch_related("plan__prices").get(pk=article.pk)
    if row.kind not in (ArticleKind.ALONG, ArticleKind.THING) or box.state not in RUNNING:
        raise selling.NotOnSale(row.slug)
    selling.refuse(row, account)
    price, there = selling.price_of(row, account), _chosen(box, row)
    if there:
        _still_open(there)
    if not 1 <= quantity <= selling.room(row, account, besides=there):
        raise selling.TooMany(selling.room(row, account, besides=there))
    more = quantity - (there.quantity if there else 0)
    if row.kind == ArticleKind.THING and more > 0 and waiting.anybody(row) and not waiting.to_spare(row, more):
        raise keeping.SoldOut(row.pk)
    if there:
        keeping.let_go(there)
        Sale.objects.filter(pk=there.pk).update(quantity=quantity, changed_at=clock.now())
        there.quantity = quantity
        keeping.keep(there)
        return there
    now = clock.now()
    sale = Sale.objects.create(
        account=account, article=row, quantity=quantity, way=Way.ALONG, ride=box, amount=price.amount,
        currency=price.currency, language=account.language, created_at=now, changed_at=now, held_until=_until(box, now),
    )  # fmt: skip
    keeping.keep(sale)
    return sale


def _chosen(box: BoxSubscription, article: Article) -> Sale | None:
    rows = Sale.objects.select_for_update(of=("self",)).select_related("article__item", "ride")
    return rows.filter(ride=box, article=article, way=Way.ALONG, state=S.HELD).first()


def _until(box: BoxSubscription, now: datetime) -> datetime:
    cycle = open_cycle(box, now)
    return cycle.billed_by + MARGIN if cycle else now + FORTNIGHTS


def open_cycle(box: BoxSubscription, now: datetime) -> Cycle | None:
    """The cycle with which something chosen now would go. One query."""
    rows = Cycle.objects.filter(plan=box.plan_id, state__in=[CycleState.OPEN, CycleState.PLANNED], cutoff_at__gt=now)
    return rows.order_by("cutoff_at").first()


def _still_open(sale: Sale) -> None:
    """Raises `TooLate` once the cut-off has passed, also in the minute before it is carried out."""
    passed = Cycle.objects.filter(
        plan__subscriptions=sale.ride_id, state=CycleState.OPEN, cutoff_at__lte=clock.now(), cutoff_at__gte=sale.created_at
    )  # fmt: skip
    if sale.state != S.HELD or sale.order_id or passed.exists():
        raise TooLate


@transaction.atomic
def remove(*, sale: Sale, actor: str) -> bool:
    """Take it out again; nothing is charged. False when it is out already. Raises `TooLate`."""
    row = Sale.objects.select_for_update(of=("self",)).select_related("article__item", "ride").get(pk=sale.pk)
    if row.state in (S.CANCELLED, S.LAPSED):
        return False
    if row.way != Way.ALONG:
        raise TooLate
    _still_open(row)
    keeping.let_go(row)
    move(row, S.CANCELLED, actor=actor, cause="taken out again")
    return True


def cycle_locked(cycle: Cycle) -> None:
    """Hook of boxes: what was chosen before the cut-off is tied to the box that goes; what has none stays for the next.
    Four queries and one for each thing that goes."""
    ready = Q(way=Way.ALONG, state=S.HELD) | Q(state=S.PAID)
    waiting = Sale.objects.filter(ready, ride__plan=cycle.plan_id, order=None, created_at__lte=cycle.cutoff_at)
    rides = set(waiting.values_list("ride", flat=True))
    if not rides:
        return
    going = BoxOrder.objects.filter(cycle=cycle, subscription__in=rides, state__in=GOES).order_by("-seq")
    orders = {order.subscription_id: order for order in going}
    for ride, order in orders.items():
        waiting.filter(ride=ride).update(order=order)
    late = cycle.cutoff_at + FORTNIGHTS
    waiting.filter(state=S.HELD).exclude(held_until__gte=late).update(held_until=late)
    charge([order for order in orders.values() if order.state == B.PAID])


def charge(orders: list[BoxOrder]) -> int:
    """Charge what goes along with orders that are paid, one invoice for all that rides in one box. Answers how many. One
    query where nothing rides."""
    rows = Sale.objects.select_for_update(of=("self",)).select_related("account", "ride__billing", "order__cycle")
    by_order: dict[int, list[Sale]] = {}
    for sale in rows.filter(order__in=orders, way=Way.ALONG, state=S.HELD).order_by("pk"):
        by_order.setdefault(sale.order_id or 0, []).append(sale)
    for sales in by_order.values():
        _charge_one(sales)
    return len(by_order)


def _charge_one(sales: list[Sale]) -> None:
    first, order = sales[0], sales[0].order
    if order is None:
        return
    key = uuid5(SPACE, f"order:{order.pk}:{first.pk}")
    until = max(order.cycle.billed_by, clock.now()) + PAY_WITHIN
    for sale in sales:
        move(sale, S.CHARGING, actor="shop clock", cause="its box is paid", charge=key, held_until=until)
    billing = first.ride.billing if first.ride else None
    lines = [(price_row(sale), sale.quantity) for sale in sales]
    charging.charge(account=first.account, key=key, lines=lines, card=billing.card_id if billing else "")


def orders_moved(orders: list[BoxOrder], before: str, after: str, actor: str) -> None:
    """Hook of boxes: the things follow the boxes that they ride in. At most one query where nothing rides."""
    if after == B.PAID and before in WAITING_FOR_MONEY:
        charge(orders)
    elif after in STAYS:
        Sale.objects.filter(order__in=orders, state__in=[S.HELD, S.CHARGING, S.PAID]).update(order=None)
    elif after == B.PROJECTED:
        Sale.objects.filter(order__in=orders, state=S.HELD).update(order=None)
    elif (before, after) == (B.PACKED, B.ALLOCATED):
        _all(orders, S.PACKED, S.PAID, "unpacked")
    elif after == B.PACKED:
        _all(orders, S.PAID, S.PACKED, "packed with the box")
    elif after == B.SHIPPED:
        for sale in _all(orders, S.PACKED, S.SHIPPED, "sent with the box"):
            keeping.send(sale, actor="box clock")
    elif after == B.DELIVERED:
        _all(orders, S.SHIPPED, S.DELIVERED, "delivered with the box")
    elif after in (B.RETURNED, B.LOST, B.DAMAGED, B.RESHIP):
        Sale.objects.filter(order__in=orders, state__in=[S.SHIPPED, S.DELIVERED]).update(flag=f"box_{after}")


def _all(orders: list[BoxOrder], before: str, after: str, cause: str) -> list[Sale]:
    rows = Sale.objects.select_for_update(of=("self",)).select_related("article__item")
    sales = list(rows.filter(order__in=orders, state=before).order_by("pk"))
    for sale in sales:
        move(sale, after, actor="box clock", cause=cause)
    return sales


def order_contents(orders: list[BoxOrder]) -> dict[int, Counter[int]]:
    """Hook of boxes: what is paid and goes into these parcels. One query."""
    return _counted(Sale.objects.filter(order__in=orders, state__in=[S.PAID, S.PACKED]))


def went_along(orders: list[BoxOrder]) -> dict[int, Counter[int]]:
    """Hook of boxes: what left in these parcels and can be sent again; of a numbered piece there is no other. One query."""
    sent = Sale.objects.filter(order__in=orders, state__in=[S.SHIPPED, S.DELIVERED], article__item__digital=False)
    return _counted(sent.exclude(article__kind=ArticleKind.EDITION))


def _counted(rows: QuerySet[Sale]) -> dict[int, Counter[int]]:
    found: dict[int, Counter[int]] = {}
    for order_id, item_id, quantity in rows.values_list("order", "article__item", "quantity"):
        found.setdefault(order_id, Counter())[item_id] += quantity
    return found


def tidy(now: datetime) -> int:
    """What can ride nowhere any more: unpaid it is let go and the subscriber told, paid it goes as a parcel of its own,
    and what was paid too late for a parcel that is packed takes the next one. Answers how many."""
    return _stranded(now) + _ashore() + _missed()


def _stranded(now: datetime) -> int:
    over = Q(held_until__lte=now) | ~Q(ride__state__in=RUNNING)
    ids = list(Sale.objects.filter(over, way=Way.ALONG, state=S.HELD, order=None).values_list("pk", flat=True)[:500])
    return sum(_let_go(pk) for pk in ids)


@transaction.atomic
def _let_go(pk: int) -> bool:
    sale = Sale.objects.select_for_update(of=("self",)).select_related("article__item", "account").get(pk=pk)
    if sale.state != S.HELD or sale.order_id:
        return False
    keeping.let_go(sale)
    move(sale, S.LAPSED, actor="shop clock", cause="no box to go along with")
    notify(account=sale.account, kind="shop.dropped", subject_key=sale.article.key, context=facts_of(sale),
           dedupe=f"sale:{sale.pk}")  # fmt: skip
    return True


def _ashore() -> int:
    rows = Sale.objects.filter(state=S.PAID, order=None, ride__isnull=False).exclude(ride__state__in=RUNNING)
    done = 0
    for sale in rows.select_related("ride"):
        address = sale.address if sale.address.get("line1") else sale.ride.address if sale.ride else {}
        done += Sale.objects.filter(pk=sale.pk, state=S.PAID).update(ride=None, address=address)
    return done


def _missed() -> int:
    rows = Sale.objects.filter(state=S.PAID, order__isnull=False).exclude(order__state__in=NOT_PACKED)
    return rows.update(order=None)
