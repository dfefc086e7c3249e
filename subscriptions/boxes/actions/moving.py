"""The one way a state changes: by its transition table, conditionally, with a record."""

from collections.abc import Mapping

from django.db import models

from ground import clock
from subscriptions.boxes import hooks
from subscriptions.boxes.enums import BOX_MOVES, CYCLE_MOVES, ORDER_MOVES
from subscriptions.boxes.models import BoxOrder, BoxSubscription, Cycle, Move

TABLES: dict[type[models.Model], tuple[str, Mapping[str, frozenset[str]]]] = {
    Cycle: ("cycle", CYCLE_MOVES),
    BoxSubscription: ("box", BOX_MOVES),
    BoxOrder: ("order", ORDER_MOVES),
}


class NotAllowed(Exception):
    """The transition table has no such move, or somebody moved it meanwhile."""


def move(thing: Cycle | BoxSubscription | BoxOrder, to: str, *, actor: str, cause: str, **fields: object) -> None:
    """Move one row, with other fields of the same write. Raises `NotAllowed`; nothing is written then.

    The UPDATE names the state that we saw: of two movers at once, one wins and the other hears of it.
    """
    name, table = TABLES[type(thing)]
    before = thing.state
    if to not in table[before]:
        raise NotAllowed(f"{name} {thing.pk}: {before} -> {to}")
    if isinstance(thing, BoxOrder):
        fields["changed_at"] = clock.now()
    changed = type(thing)._default_manager.filter(pk=thing.pk, state=before).update(state=to, **fields)
    if not changed:
        raise NotAllowed(f"{name} {thing.pk} is no longer {before}")
    for key, value in {"state": to, **fields}.items():
        setattr(thing, key, value)
    Move.objects.create(
        subject=f"{name}:{thing.pk}", actor=actor[:120], cause=cause[:160], before=before, after=to, at=clock.now()
    )
    if isinstance(thing, BoxOrder):
        for told in hooks.order_moved:
            told(thing, before, to)
