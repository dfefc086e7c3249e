"""What staff change of one box before it is packed: another thing in a compartment, or no box after all.

The order of locks is that of a run: the box, then the items, then what the person has is read. Where a credit is given
back, account and subscription come before the box.
"""

from django.db import transaction

from subscriptions.boxes.actions import making_good
from subscriptions.boxes.actions.moving import move
from subscriptions.boxes.actions.stock import lock_stock, promise, unpromise
from subscriptions.boxes.enums import OrderState
from subscriptions.boxes.models import BoxOrder, CycleSlot, Item, OrderItem
from subscriptions.curation import fitting
from subscriptions.curation.enums import How, Why
from subscriptions.curation.models import Draft, DraftLine

OPEN = frozenset({OrderState.ALLOCATED, OrderState.SHORT})


class Refused(Exception):
    """It cannot be done; `why` is one of `fitting.WORDS`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@transaction.atomic
def put(*, order: BoxOrder, slot: CycleSlot, item: Item, actor: str) -> None:
    """Put this item into that compartment instead of what lies there. A short box that is whole by it is allocated.

    Raises `Refused`: the box is packed or gone, a rule forbids the item, none is free. `NotEnough` never: it is looked
    for under the lock.
    """
    locked = _open(order)
    line, _ = DraftLine.objects.select_for_update(of=("self",)).get_or_create(
        draft=_head(locked), slot=slot, defaults={"how": How.SHORT, "item": None}
    )
    if line.item_id == item.pk:
        return
    before = line.item
    shelf = lock_stock({item.pk} | ({before.pk} if before else set()))
    if why := fitting.why_not(locked, slot, shelf[item.pk]):
        raise Refused(why)
    promise({} if item.digital else {item.pk: 1})
    unpromise({before.pk: 1} if before and not before.digital else {})
    line.item, line.how, line.why = item, How.STAFF, Why.NONE
    line.save(update_fields=["item", "how", "why"])
    _settle(locked, before, item, actor)


def _head(order: BoxOrder) -> Draft:
    """The draft; a box that was allocated before there were drafts gets one from what lies in it."""
    draft, new = Draft.objects.get_or_create(order=order, defaults={"cycle_id": order.cycle_id, "place": 0})
    lines = set(draft.lines.values_list("slot", flat=True)) if not new else set()
    lie = set(order.items.values_list("item", flat=True))
    DraftLine.objects.bulk_create(
        DraftLine(draft=draft, slot=slot, item_id=slot.item_id if slot.item_id in lie else None,
                  how=How.FIRST if slot.item_id in lie else How.SHORT)
        for slot in order.cycle.slots.all() if slot.pk not in lines
    )  # fmt: skip
    return draft


def _settle(order: BoxOrder, before: Item | None, item: Item, actor: str) -> None:
    """What lies in the box and its sums follow the lines."""
    things = list(DraftLine.objects.filter(draft=order.pk).exclude(item=None).select_related("item"))
    missing = order.cycle.slots.count() - len(things)
    kinds = {line.item.family for line in things if line.item and line.item.family}
    heads = {line.item.hs6 for line in things if line.item and line.item.hs6 and not line.item.digital}
    Draft.objects.filter(order=order).update(
        missing=missing, substitutes=sum(line.how == How.SUBSTITUTE for line in things), headings=len(heads),
        families=len(kinds),
    )  # fmt: skip
    if order.state == OrderState.ALLOCATED:
        OrderItem.objects.filter(order=order, item=before).delete()
        OrderItem.objects.create(order=order, item=item)
    elif missing == 0:
        OrderItem.objects.bulk_create(OrderItem(order=order, item_id=line.item_id) for line in things)  # type: ignore[misc]
        move(order, OrderState.ALLOCATED, actor=actor, cause="filled by hand")


@transaction.atomic
def give_up(*, order: BoxOrder, actor: str, why: str) -> bool:
    """A short box does not come: what it held is free, and its credit pays for another box. False: none had paid it.

    Raises `Refused` for a box that is not short, or without a reason.
    """
    if not why.strip():
        raise Refused("reason")
    making_good.lock_sender(order)
    locked = _open(order)
    if locked.state != OrderState.SHORT:
        raise Refused("state")
    return making_good.cancel(order=locked, actor=actor, why=why)


def _open(order: BoxOrder) -> BoxOrder:
    rows = BoxOrder.objects.select_for_update(of=("self",), no_key=True).filter(pk=order.pk, state__in=OPEN)
    found = rows.select_related("cycle", "subscription__account").first()
    if found is None:
        raise Refused("state")
    return found
