"""The one way a state changes: by its transition table, conditionally, with a record."""

from collections.abc import Iterable, Mapping

from django.db import models, transaction

from ground import clock
from subscriptions.boxes import hooks
from subscriptions.boxes.enums import BOX_MOVES, CYCLE_MOVES, ORDER_MOVES
from subscriptions.boxes.models import BoxOrder, BoxSubscription, Cycle, Move

TABLES: dict[type[models.Model], tuple[str, Mapping[str, frozenset[str]]]] = {
    Cycle: ("cycle", CYCLE_MOVES),
    BoxSubscription: ("box", BOX_MOVES),
    BoxOrder: ("order", ORDER_MOVES),
}
CHUNK = 2000  # rows in one statement: SQLite takes no more than some thousand names


class NotAllowed(Exception):
    """The transition table has no such move, or somebody moved it meanwhile."""


class Refusal(NotAllowed):
    """It cannot be done now, and why: words for people, in their language."""


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
    _record(name, [thing.pk], before, to, actor, cause)
    if isinstance(thing, BoxOrder):
        for told in hooks.order_moved:
            told(thing, before, to)
        for told_many in hooks.orders_moved:
            told_many([thing], before, to, actor)


@transaction.atomic
def move_orders(orders: Iterable[BoxOrder], to: str, *, actor: str, cause: str, **fields: object) -> int:
    """Move many orders, each from the state it was read in, with the same other fields; a few statements for thousands.

    Answers how many. Raises `NotAllowed` when one of them cannot move or was moved meanwhile: then none is.
    """
    by_state: dict[str, list[BoxOrder]] = {}
    for order in orders:
        by_state.setdefault(order.state, []).append(order)
    fields["changed_at"] = clock.now()
    for before, rows in sorted(by_state.items()):
        if to not in ORDER_MOVES[before]:
            raise NotAllowed(f"orders: {before} -> {to}")
        for start in range(0, len(rows), CHUNK):
            _move_chunk(rows[start : start + CHUNK], before, to, actor, cause, fields)
    return sum(map(len, by_state.values()))


@transaction.atomic
def move_many(
    orders: models.QuerySet[BoxOrder], before: str, to: str, *, actor: str, cause: str, **fields: object
) -> list[int]:
    """Move every order of the queryset that is in `before`; answers the ids of those that moved.

    Other than `move_orders` it leaves alone what somebody moved meanwhile. Raises `NotAllowed` for a move that the table
    does not have.
    """
    if to not in ORDER_MOVES[before]:
        raise NotAllowed(f"orders: {before} -> {to}")
    fields["changed_at"] = clock.now()
    wanted, moved = list(orders.filter(state=before).order_by("pk").values_list("pk", flat=True)), list[int]()
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        rows = BoxOrder.objects.select_for_update(of=("self",)).filter(pk__in=part, state=before)
        found = list(rows.select_related("cycle").order_by("pk"))
        _move_chunk(found, before, to, actor, cause, fields)
        moved += [o.pk for o in found]
    return moved


def _move_chunk(
    rows: list[BoxOrder], before: str, to: str, actor: str, cause: str, fields: dict[str, object]
) -> None:  # fmt: skip
    ids = [o.pk for o in rows]
    changed = BoxOrder.objects.filter(pk__in=ids, state=before).update(state=to, **fields)
    if changed != len(ids):
        raise NotAllowed(f"{len(ids) - changed} orders are no longer {before}")
    _record("order", ids, before, to, actor, cause)
    for order in rows:
        for key, value in {"state": to, **fields}.items():
            setattr(order, key, value)
        for told in hooks.order_moved:
            told(order, before, to)
    for told_many in hooks.orders_moved:
        told_many(rows, before, to, actor)


def _record(name: str, ids: list[int], before: str, after: str, actor: str, cause: str) -> None:
    at = clock.now()
    Move.objects.bulk_create(
        Move(subject=f"{name}:{pk}", actor=actor[:120], cause=cause[:160], before=before, after=after, at=at)
        for pk in ids
    )
