"""What may go into an edition: its compartments, their candidates, what stands in for an item, what an item is like."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import Max

from subscriptions.boxes.actions.firsts import WELCOME
from subscriptions.boxes.enums import CycleState
from subscriptions.boxes.models import BoxVariant, Cycle, CycleSlot, Item
from subscriptions.curation.models import ItemTrait, SlotChoice, Substitute, Trait

BEFORE_PACKING = frozenset({
    CycleState.PLANNED, CycleState.OPEN, CycleState.LOCKED, CycleState.BILLING, CycleState.ALLOCATING, CycleState.REVIEW
})  # fmt: skip
BEFORE_THE_CUTOFF = frozenset({CycleState.PLANNED, CycleState.OPEN})


class TooLate(Exception):
    """The edition is past the point up to which this can change."""


class Twice(Exception):
    """It is there already."""


@transaction.atomic
def add_slot(*, cycle: Cycle, item: Item, kind_zh: str, kind_en: str, blank: bool) -> CycleSlot:
    """One more compartment, last in line. Raises `TooLate` once the edition locked, `Twice` for an item that it shows."""
    _still(cycle, BEFORE_THE_CUTOFF)
    order = (cycle.slots.aggregate(last=Max("order"))["last"] or 0) + 1 if cycle.slots.exists() else 0
    try:
        with transaction.atomic():
            return CycleSlot.objects.create(
                cycle=cycle, item=item, kind_zh=kind_zh, kind_en=kind_en, blank=blank, order=order
            )
    except IntegrityError as twice:
        raise Twice from twice


@transaction.atomic
def remove_slot(*, slot: CycleSlot) -> None:
    """Take a compartment out with its candidates. Raises `TooLate` once the edition locked, or a welcome box was made."""
    _still(slot.cycle, BEFORE_THE_CUTOFF)
    if slot.cycle.period == WELCOME and slot.cycle.orders.exists():
        raise TooLate(slot.cycle.state)
    slot.delete()


@transaction.atomic
def add_candidate(*, slot: CycleSlot, item: Item, variant: BoxVariant | None) -> SlotChoice:
    """One more candidate, last in line. Raises `TooLate` once packing began, `Twice` when it is one already."""
    _still(slot.cycle, BEFORE_PACKING)
    if item.pk == slot.item_id and variant is None:
        raise Twice
    order = (slot.choices.aggregate(last=Max("order"))["last"] or 0) + 1
    try:
        with transaction.atomic():
            return SlotChoice.objects.create(slot=slot, item=item, variant=variant, order=order)
    except IntegrityError as twice:
        raise Twice from twice


@transaction.atomic
def remove_candidate(*, choice: SlotChoice) -> None:
    """It is no candidate any more; boxes that have it keep it. Raises `TooLate`."""
    _still(choice.slot.cycle, BEFORE_PACKING)
    choice.delete()


def _still(cycle: Cycle, states: frozenset[CycleState]) -> None:
    row = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
    if not stands_at(row, states):
        raise TooLate(row.state)


def stands_at(cycle: Cycle, states: frozenset[CycleState]) -> bool:
    """True while what goes in can change: in these states, and always for a welcome box, which has no cut-off."""
    return cycle.period == WELCOME or cycle.state in states


@transaction.atomic
def add_substitute(*, item: Item, other: Item) -> Substitute:
    """One more that stands in for the item, last in line. Raises `Twice` when it does already, or is the item itself."""
    order = (item.substitutes.aggregate(last=Max("order"))["last"] or 0) + 1
    try:
        with transaction.atomic():
            return Substitute.objects.create(item=item, other=other, order=order)
    except IntegrityError as twice:
        raise Twice from twice


@transaction.atomic
def describe(*, item: Item, traits: Iterable[Trait]) -> None:
    """The item has exactly these traits; it counts from the next run on."""
    wanted = {t.pk for t in traits}
    ItemTrait.objects.filter(item=item).exclude(trait__in=wanted).delete()
    rows = [ItemTrait(item=item, trait_id=pk) for pk in sorted(wanted)]
    ItemTrait.objects.bulk_create(rows, ignore_conflicts=True)
