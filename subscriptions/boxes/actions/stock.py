"""What lies on the shelf: promised under one lock, never more than there is, and every change of the count in the book.

`lock_stock` is taken once per transaction, in the order of ids, before anything about stock is read; demand is summed per
item first; each promise is a conditional UPDATE whose row count is looked at; and the table's CHECK stands behind all of
it. Freeing needs no lock: it can only make room.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from ground import clock
from subscriptions.boxes import hooks
from subscriptions.boxes.enums import OrderState, StockReason
from subscriptions.boxes.models import Hold, Item, Lot, OrderItem, StockEntry


class NotEnough(Exception):
    """Fewer units are free than were asked for; the item's id is the argument."""

    def __init__(self, item_id: int) -> None:
        super().__init__(item_id)
        self.item_id = item_id


@dataclass(frozen=True, slots=True)
class StockDrift:
    """An item whose counters are not what its rows say."""

    item: Item
    on_hand_by_book: int
    allocated_by_rows: int


def lock_stock(item_ids: Iterable[int]) -> dict[int, Item]:
    """Lock these items' rows in the order of their ids; answers them as they are under the lock."""
    ids = sorted(set(item_ids))
    return {i.pk: i for i in Item.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")}


@transaction.atomic
def promise(demand: Mapping[int, int]) -> None:
    """Promise so many of each stocked item (`{item id: how many}`), all or nothing. Raises `NotEnough`."""
    for item_id, count in sorted(demand.items()):
        enough = Item.objects.filter(pk=item_id, on_hand__gte=F("allocated") + count)
        if count > 0 and not enough.update(allocated=F("allocated") + count):
            raise NotEnough(item_id)


@transaction.atomic
def unpromise(demand: Mapping[int, int]) -> None:
    """Give promises back."""
    for item_id, count in sorted(demand.items()):
        if count > 0:
            Item.objects.filter(pk=item_id).update(allocated=F("allocated") - count)


@transaction.atomic
def send_out(demand: Mapping[int, int], *, actor: str, subject: str) -> None:
    """What was promised left the house: neither promised nor on hand any more, and so says the book."""
    for item_id, count in sorted(demand.items()):
        if count > 0:
            Item.objects.filter(pk=item_id).update(allocated=F("allocated") - count, on_hand=F("on_hand") - count)
    _write(
        [_entry(i, -n, StockReason.SHIPPED, actor=actor, subject=subject) for i, n in sorted(demand.items()) if n > 0]
    )


@transaction.atomic
def receive(
    *, item: Item, quantity: int, code: str, actor: str, unit_cost: int = 0, on: date | None = None,
    best_before: date | None = None, why: str = "",
) -> Lot:  # fmt: skip
    """A delivery arrived: a lot (`unit_cost` in minor units of the item's currency), more on hand, a line in the book.

    Raises `ValueError` for less than one, `IntegrityError` for a lot that was booked already.
    """
    if quantity < 1:
        raise ValueError(quantity)
    lot = Lot.objects.create(
        item=item, supplier_id=item.supplier_id, code=code, received_on=on or clock.now().date(), quantity=quantity,
        best_before=best_before, unit_cost=unit_cost, currency=item.currency,
    )  # fmt: skip
    Item.objects.filter(pk=item.pk).update(on_hand=F("on_hand") + quantity)
    _write([_entry(item.pk, quantity, StockReason.RECEIVED, actor=actor, subject="", lot=lot, why=why)])
    return lot


@transaction.atomic
def adjust(
    *, item: Item, delta: int, reason: str, why: str, actor: str, subject: str = "", lot: Lot | None = None
) -> StockEntry:
    """Correct the count by so many, with a reason in words. Raises `ValueError` for no change or no words, `NotEnough`
    where more would go than is free: what is promised stays."""
    if delta == 0 or not why.strip():
        raise ValueError("a change and its reason are needed")
    rows = Item.objects.filter(pk=item.pk)
    rows = rows.filter(on_hand__gte=F("allocated") - delta) if delta < 0 else rows
    if not rows.update(on_hand=F("on_hand") + delta):
        raise NotEnough(item.pk)
    return _write([_entry(item.pk, delta, reason, actor=actor, subject=subject, lot=lot, why=why)])[0]


def count_to(*, item: Item, counted: int, why: str, actor: str) -> StockEntry | None:
    """Somebody counted the shelf. None when the book says the same. Raises `NotEnough` below what is promised."""
    with transaction.atomic():
        now = lock_stock([item.pk])[item.pk]
        if counted == now.on_hand:
            return None
        return adjust(item=now, delta=counted - now.on_hand, reason=StockReason.COUNTED, why=why, actor=actor)


@transaction.atomic
def hold(*, key: str, item_id: int, quantity: int, until: datetime) -> Hold:
    """Keep units for somebody until a moment; the same key is the same hold, its end moved. Raises `NotEnough`."""
    made, new = Hold.objects.select_for_update().get_or_create(
        key=key, defaults={"item_id": item_id, "quantity": quantity, "until": until, "created_at": clock.now()}
    )
    if new:
        promise({item_id: quantity})
    elif until > made.until:
        made.until = until
        made.save(update_fields=["until"])
    return made


@transaction.atomic
def release(key: str) -> bool:
    """Give a hold back; False when there was none: released already, or sold."""
    found = Hold.objects.select_for_update().filter(key=key).first()
    if found is None:
        return False
    found.delete()
    unpromise({found.item_id: found.quantity})
    return True


@transaction.atomic
def redeem(key: str) -> bool:
    """A hold becomes a sale: the row goes, the promise stays and is the sale's from now on. False: it was over."""
    gone, _ = Hold.objects.filter(key=key).delete()
    return bool(gone)


def sweep_holds(now: datetime) -> int:
    """Release what nobody paid for in time; answers how many holds."""
    return sum(release(key) for key in list(Hold.objects.filter(until__lte=now).values_list("key", flat=True)[:1000]))


def verify_stock() -> list[StockDrift]:
    """Items whose counters differ from what their rows say; empty is good. A constant number of queries.

    `on_hand` must be the sum of the book's lines, `allocated` the sum of holds, of what lies in allocated and packed boxes,
    and of what the parts above say they promised.
    """
    with transaction.atomic():
        items = list(Item.objects.select_for_update(no_key=True).filter(digital=False).order_by("pk"))
        book = dict(StockEntry.objects.values_list("item").annotate(n=Sum("delta")).order_by())
        promised = _promised()
    drifts = [StockDrift(i, book.get(i.pk, 0), promised[i.pk]) for i in items]
    return [d for d in drifts if (d.on_hand_by_book, d.allocated_by_rows) != (d.item.on_hand, d.item.allocated)]


def _promised() -> Counter[int]:
    found: Counter[int] = Counter(dict(Hold.objects.values_list("item").annotate(n=Sum("quantity")).order_by()))
    boxes = OrderItem.objects.filter(item__digital=False, order__state__in=[OrderState.ALLOCATED, OrderState.PACKED])
    found.update(Counter(dict(boxes.values_list("item").annotate(n=Sum("quantity")).order_by())))
    for source in hooks.promises:
        found.update(source())
    return found


def _entry(
    item_id: int, delta: int, reason: str, *, actor: str, subject: str, lot: Lot | None = None, why: str = ""
) -> StockEntry:
    return StockEntry(item_id=item_id, delta=delta, reason=reason, actor=actor[:120], subject=subject[:60], lot=lot,
                      why=why[:200], at=timezone.now())  # fmt: skip


def _write(rows: list[StockEntry]) -> list[StockEntry]:
    return StockEntry.objects.bulk_create(rows)
