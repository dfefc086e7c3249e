"""The run of the allocation: set-based, for all boxes of one or several cycles at once, in one transaction.

Locks come in one order: the cycles, their waiting boxes, then every item that may be wanted (`lock_stock`, once, before
anything about stock or about what people have is read). So of two runs that share a person or an item the second sees
what the first one gave.
"""

import time
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from ground import clock
from subscriptions.boxes.actions.stock import lock_stock
from subscriptions.boxes.models import Cycle, CycleSlot
from subscriptions.curation.actions import settling, workbench
from subscriptions.curation.actions.candidates import Candidate, candidates
from subscriptions.curation.actions.publishing import publish
from subscriptions.curation.actions.workbench import ENDLESS, insert, measured, rows
from subscriptions.curation.enums import RunState
from subscriptions.curation.models import Run

Counts = dict[int, tuple[int, int]]


@transaction.atomic
def allocate(cycles: Sequence[Cycle], actor: str) -> Counts:
    """Hook of boxes: choose for every paid and every short box of these cycles; answers {cycle: (allocated, short)}.

    Safe to repeat: what was found stays, what is short is looked for again. The caller has asked for drift.
    """
    began, ids = time.monotonic(), sorted({c.pk for c in cycles})
    list(Cycle.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))
    workbench.lay_out()
    waiting, rounds = workbench.queue(ids), 0
    if waiting:
        rounds = _work_out(ids)
        publish(actor=actor, now=clock.now())
    found = _counts(ids)
    workbench.clear_away()
    if waiting:
        _note(found, actor, rounds, int((time.monotonic() - began) * 1000))
    return found


def _work_out(ids: list[int]) -> int:
    """From the queue to what everybody gets; answers how many rounds it took."""
    measured("cur_queue")
    slots = list(CycleSlot.objects.filter(cycle__in=ids).select_related("item").order_by("cycle", "order", "pk"))
    offered = candidates(slots)
    _put_down(slots, offered)
    measured("cur_cand", "cur_item", "cur_slot")
    workbench.bar(ids)
    workbench.keep_what_was_found()
    workbench.options()
    measured("cur_option", "cur_pick")
    rounds = settling.settle()
    settling.sum_up()
    return rounds


def _put_down(slots: list[CycleSlot], offered: list[Candidate]) -> None:
    """The small tables. Digital things are locked too: two runs must not give one person the same recording."""
    places: dict[int, int] = {}
    positions: dict[int, int] = {}
    for slot in slots:
        places[slot.cycle_id] = places.get(slot.cycle_id, 0) + 1
        positions[slot.pk] = places[slot.cycle_id]
    insert("cur_slot", [(s.pk, s.cycle_id, positions[s.pk]) for s in slots])
    insert("cur_cand", [(c.slot_id, c.cycle_id, positions[c.slot_id], c.item_id, c.rank, c.how, c.variant_id,
                         int(c.how == "substitute")) for c in offered])  # fmt: skip
    items = lock_stock({c.item_id for c in offered})
    insert("cur_item", [(i.pk, i.family, int(i.digital), ENDLESS if i.digital else max(0, i.free),
                         ENDLESS if i.digital or i.free > 0 else 0) for i in items.values()])  # fmt: skip


def _counts(ids: list[int]) -> Counts:
    found: Counts = dict.fromkeys(ids, (0, 0))
    for cycle_id, served, short in rows("""
SELECT cycle_id, SUM(CASE WHEN missing = 0 THEN 1 ELSE 0 END), SUM(CASE WHEN missing > 0 THEN 1 ELSE 0 END)
FROM cur_result GROUP BY cycle_id"""):  # fmt: skip
        found[int(cycle_id)] = (int(served), int(short))
    return found


def _note(found: Counts, actor: str, rounds: int, took: int) -> None:
    """What came of it, in the row of the run that was asked for, or in a new one."""
    now = timezone.now()
    for pk, counts in found.items():
        said = {"state": RunState.DONE, "ended_at": now, "rounds": rounds, "boxes": sum(counts), "served": counts[0],
                "short": counts[1], "milliseconds": took}  # fmt: skip
        if not Run.objects.filter(cycle=pk, state=RunState.RUNNING).update(**said) and any(counts):
            Run.objects.create(cycle_id=pk, actor=actor[:120], asked_at=now, began_at=now, **said)
