"""Whether a thing may lie in somebody's box: the rules of the allocation, asked for one box."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from subscriptions.boxes.enums import OrderState
from subscriptions.boxes.models import BoxOrder, CycleSlot, Item, OrderItem
from subscriptions.curation.actions.candidates import candidates
from subscriptions.curation.enums import Answer
from subscriptions.curation.models import DraftLine, Had, ItemTrait, Stance

WORDS = {
    "had": _("The reader has it already, or it lies in another box of theirs."),
    "never": _("The reader said never to it."),
    "family": _("Something of its kind lies in the box already."),
    "stock": _("None of it is free."),
    "state": _("The box is packed already, or no longer to be filled."),
    "reason": _("Say why."),
}
HERE = Q(order__state__in=[OrderState.ALLOCATED, OrderState.PACKED])


@dataclass(frozen=True, slots=True)
class Fit:
    """An item for a compartment; `why` is empty when it may come. `planned`: it is one of the slot's candidates."""

    item: Item
    why: str
    planned: bool

    @property
    def words(self) -> str:
        """Why not, for people."""
        return str(WORDS[self.why]) if self.why else ""


def why_not(order: BoxOrder, slot: CycleSlot, item: Item) -> str:
    """The rule that keeps the item out of that compartment of the box; empty when none does."""
    return judge(order, slot, [item])[0].why


def fits(order: BoxOrder, slot: CycleSlot, more: int = 40) -> list[Fit]:
    """What could lie there: the slot's candidates and their substitutes, each with what is against it, then so many
    others that are free and against which nothing is. A constant number of queries."""
    variant = order.variant_id or order.subscription.variant_id
    offered = [c.item_id for c in candidates([slot]) if c.variant_id in (None, variant)]
    rank = {pk: place for place, pk in reversed(list(enumerate(offered)))}
    own = sorted(Item.objects.filter(pk__in=rank), key=lambda i: rank[i.pk])
    account = order.subscription.account_id
    others = (
        Item.objects.filter(Q(digital=True) | Q(on_hand__gt=0))
        .exclude(pk__in=rank)
        .exclude(Exists(Had.objects.filter(account=account, item=OuterRef("pk"))))
    )
    judged = judge(order, slot, [*own, *others.order_by("sku")[: more * 3]])
    planned = [Fit(f.item, f.why, True) for f in judged[: len(own)]]
    return planned + [f for f in judged[len(own) :] if not f.why][:more]


def judge(order: BoxOrder, slot: CycleSlot, items: Iterable[Item]) -> list[Fit]:
    """Each item with what is against it. A constant number of queries."""
    wanted, account = list(items), order.subscription.account_id
    ids = [i.pk for i in wanted]
    has = set(Had.objects.filter(account=account, item__in=ids).values_list("item", flat=True))
    mine = OrderItem.objects.filter(HERE, order__subscription__account=account, item__in=ids).exclude(order=order)
    has |= set(mine.values_list("item", flat=True))
    held = DraftLine.objects.filter(
        draft__order__subscription__account=account, draft__order__state=OrderState.SHORT, item__in=ids
    )
    has |= set(held.exclude(draft=order.pk).values_list("item", flat=True))
    nevers = Stance.objects.filter(account=account, stance=Answer.NEVER).values("trait")
    refused = set(ItemTrait.objects.filter(trait__in=nevers, item__in=ids).values_list("item", flat=True))
    beside = DraftLine.objects.filter(draft=order.pk).exclude(slot=slot).exclude(item=None)
    lie = list(beside.values_list("item", "item__family"))
    kinds, here = {family for _pk, family in lie} - {""}, {pk for pk, _family in lie}
    return [Fit(i, _against(i, has | here, refused, kinds), False) for i in wanted]


def _against(item: Item, has: set[int], refused: set[int], kinds: set[str]) -> str:
    if item.pk in refused:
        return "never"
    if item.pk in has:
        return "had"
    if item.family in kinds:
        return "family"
    return "" if item.digital or item.free > 0 else "stock"
