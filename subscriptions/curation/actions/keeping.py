"""What everybody has is kept up as boxes move; what a short box was promised is given back when it is no longer short."""

from collections import Counter
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count

from ground import clock
from subscriptions.boxes.actions.stock import unpromise
from subscriptions.boxes.enums import OrderState
from subscriptions.boxes.models import BoxOrder
from subscriptions.curation.enums import HadFrom, How, Why
from subscriptions.curation.models import DraftLine, Had


def order_moved(order: BoxOrder, before: str, after: str) -> None:
    """Hook of boxes: a box that leaves is remembered, a short one that is given up lets go of what it had."""
    if after == OrderState.SHIPPED:
        remember(order.subscription.account_id, order.items.values_list("item_id", flat=True), HadFrom.BOX)
    elif before == OrderState.SHORT and after != OrderState.ALLOCATED:
        _let_go(order)


def remember(account_id: int, item_ids: Iterable[int], source: str) -> None:
    """Hook of boxes: this person has these items from now on; what was known stays as it was."""
    rows = [Had(account_id=account_id, item_id=pk, at=clock.now(), source=source) for pk in sorted(set(item_ids))]
    Had.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def _let_go(order: BoxOrder) -> None:
    lines = DraftLine.objects.filter(draft=order.pk).exclude(item=None)
    held = Counter(lines.filter(item__digital=False).values_list("item_id", flat=True))
    unpromise(held)
    lines.update(item=None, how=How.SHORT, why=Why.STOCK)


def promises() -> Counter[int]:
    """Hook of boxes: what short boxes hold while something of theirs is looked for."""
    held = DraftLine.objects.filter(draft__order__state=OrderState.SHORT, item__digital=False)
    return Counter(dict(held.values_list("item").annotate(n=Count("pk")).order_by()))
