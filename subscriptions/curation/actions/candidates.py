"""What may lie in each slot, in the curator's order."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from subscriptions.boxes.models import CycleSlot
from subscriptions.curation.enums import How
from subscriptions.curation.models import SlotChoice, Substitute

Row = TypeVar("Row")
AFTER = 1000  # substitutes rank behind every candidate


@dataclass(frozen=True, slots=True)
class Candidate:
    """One item for one slot; `variant_id` None is for every variant."""

    slot_id: int
    cycle_id: int
    item_id: int
    rank: int
    how: str
    variant_id: int | None


def candidates(slots: Sequence[CycleSlot]) -> list[Candidate]:
    """The shown item, the slot's other candidates, and the substitutes of all these. Two queries."""
    choices = _by(SlotChoice.objects.filter(slot__in=slots).order_by("order", "pk"), "slot_id")
    planned = [one for slot in slots for one in _planned(slot, choices.get(slot.pk, []))]
    wanted = {one.item_id for one in planned}
    instead = _by(Substitute.objects.filter(item__in=wanted).order_by("order", "pk"), "item_id")
    found = list(planned)
    for slot in slots:
        found += _instead([one for one in planned if one.slot_id == slot.pk], instead)
    return found


def _planned(slot: CycleSlot, choices: list[SlotChoice]) -> Iterator[Candidate]:
    """A row for the shown item itself replaces it: that is how a variant keeps it to itself."""
    if all(choice.item_id != slot.item_id for choice in choices):
        yield Candidate(slot.pk, slot.cycle_id, slot.item_id, 0, How.FIRST, None)
    for rank, choice in enumerate(choices[: AFTER - 1], start=1):
        how = How.FIRST if choice.item_id == slot.item_id else How.CHOICE
        yield Candidate(slot.pk, slot.cycle_id, choice.item_id, 0 if how == How.FIRST else rank, how, choice.variant_id)


def _instead(planned: list[Candidate], instead: dict[int, list[Substitute]]) -> Iterator[Candidate]:
    seen = {(one.item_id, one.variant_id) for one in planned}
    rank = AFTER
    for one in planned:
        for row in instead.get(one.item_id, []):
            key = (row.other_id, one.variant_id)
            if key not in seen and (row.other_id, None) not in seen:
                seen.add(key)
                rank += 1
                yield Candidate(one.slot_id, one.cycle_id, row.other_id, rank, How.SUBSTITUTE, one.variant_id)


def _by(rows: Iterable[Row], name: str) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(getattr(row, name), []).append(row)
    return found
