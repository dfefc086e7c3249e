"""What everybody has is kept up as boxes move; what a short box was promised is given back when it is no longer short."""

from collections import Counter
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count

from ground import clock
from subscriptions.boxes.actions.stock import unpromise
from subscriptions.boxes.enums import OrderState
from subscriptions.boxes.models import BoxOrder, OrderItem
from subscriptions.curation.enums import HadFrom
from subscriptions.curation.models import Draft, DraftLine, Had


def orders_moved(orders: list[BoxOrder], before: str, after: str, actor: str) -> None:
    """Hook of boxes: boxes that leave are remembered, short ones that are given up let go of what they had."""
    if after == OrderState.SHIPPED:
        _remember_boxes([order.pk for order in orders])
    elif before == OrderState.SHORT and after != OrderState.ALLOCATED:
        _let_go([order.pk for order in orders])
    elif before == OrderState.ALLOCATED and after in (OrderState.PAID, OrderState.CANCELLED):
        _forget([order.pk for order in orders])


def _remember_boxes(order_ids: list[int]) -> None:
    rows = OrderItem.objects.filter(order__in=order_ids).values_list("order__subscription__account", "item")
    now = clock.now()
    things = [Had(account_id=account, item_id=item, at=now, source=HadFrom.BOX) for account, item in sorted(set(rows))]
    Had.objects.bulk_create(things, ignore_conflicts=True, batch_size=5000)


def remember(account_id: int, item_ids: Iterable[int], source: str) -> None:
    """Hook of boxes: this person has these items from now on; what was known stays as it was."""
    rows = [Had(account_id=account_id, item_id=pk, at=clock.now(), source=source) for pk in sorted(set(item_ids))]
    Had.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def _let_go(order_ids: list[int]) -> None:
    """The head stays: who was short is served earlier next time."""
    lines = DraftLine.objects.filter(draft__in=order_ids)
    unpromise(Counter(lines.filter(item__digital=False).values_list("item_id", flat=True)))
    lines.delete()


def _forget(order_ids: list[int]) -> None:
    """What lay in them was given back by whoever took it out; the draft of it is no longer true."""
    DraftLine.objects.filter(draft__in=order_ids).delete()
    Draft.objects.filter(pk__in=order_ids).delete()


def promises() -> Counter[int]:
    """Hook of boxes: what short boxes hold while something of theirs is looked for."""
    held = DraftLine.objects.filter(draft__order__state=OrderState.SHORT, item__digital=False)
    return Counter(dict(held.values_list("item").annotate(n=Count("pk")).order_by()))
