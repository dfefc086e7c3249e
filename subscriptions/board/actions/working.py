"""Work on many boxes: tried, then run two hundred lines at a time. Each line is done and marked in one transaction, so a
worker that dies leaves lines that are done and lines that are not, and nothing between."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from subscriptions.board import bringing, sheet
from subscriptions.board.acts import ACTS
from subscriptions.board.enums import AT_WORK, MOVES, RunState, Verdict, Work
from subscriptions.board.models import BulkLine, BulkRun
from subscriptions.boxes import narrowing
from subscriptions.boxes.actions import moving
from subscriptions.boxes.actions.stock import NotEnough
from subscriptions.boxes.models import BoxOrder

log = logging.getLogger("subscriptions.board")
CHUNK, SAVE, AT_ONCE, MOST = 200, 1000, 200, 100_000
STALE, KEPT, UNDO_WITHIN = timedelta(minutes=2), timedelta(days=30), timedelta(days=7)


class NotAllowed(RuntimeError):
    """The run is not in a state for this, or nothing of it can be taken back."""


class TooMany(ValueError):
    """More orders than one run takes; the argument is how many it takes."""


@transaction.atomic
def try_work(*, work: str, asked: narrowing.Asked, chosen: dict[str, Any], actor: str) -> BulkRun:
    """Freeze which orders are meant and judge each; nothing else is written. Raises `TooMany`."""
    act = ACTS[work]
    run = _make(work, actor, asked.data, chosen)
    rows = narrowing.narrowed(asked).order_by("pk")
    ids, number = list(rows.values_list("pk", flat=True)[: MOST + 1]), 0
    if len(ids) > MOST:
        raise TooMany(MOST)
    for start in range(0, len(ids), SAVE):
        orders = list(_fetched(ids[start : start + SAVE]))
        kept, lines = act.kept(orders), []
        for order in orders:
            number += 1
            lines.append(_line(run, number, order, act.judge(order, chosen, kept), label=order.number))
        BulkLine.objects.bulk_create(lines)
    return _counted(run, number)


@transaction.atomic
def try_import(*, content: bytes, actor: str) -> BulkRun:
    """Read a sheet of orders and judge every line; nothing else is written. Raises `sheet.Unreadable`."""
    rows = sheet.read(content)
    run = _make(Work.IMPORT, actor, {}, {})
    for start in range(0, len(rows), SAVE):
        part = rows[start : start + SAVE]
        BulkLine.objects.bulk_create(
            _line(run, start + n, order, bringing.judge(order, row), label=(row.get("order") or row.get("tracking", ""))[:80], data=row)
            for n, (row, order) in enumerate(zip(part, bringing.orders_of(part), strict=True), start=2)
        )  # fmt: skip
    return _counted(run, len(rows))


def _make(work: str, actor: str, asked: dict[str, Any], chosen: dict[str, Any]) -> BulkRun:
    return BulkRun.objects.create(work=work, actor=actor[:120], asked=asked, chosen=chosen, created_at=timezone.now())


def _line(run: BulkRun, number: int, order: BoxOrder | None, why: str | None, *, label: str, data: dict[str, Any] | None = None) -> BulkLine:  # fmt: skip
    verdict = Verdict.CHANGE if why is None else Verdict.NOTHING if why == "" else Verdict.REFUSED
    return BulkLine(
        run=run, number=number, order=order, label=label, data=data or {}, verdict=verdict, says=(why or "")[:300]
    )


def _counted(run: BulkRun, total: int) -> BulkRun:
    run.total = total
    run.save(update_fields=["total"])
    return run


def _fetched(ids: Iterable[int]) -> Iterable[BoxOrder]:
    rows = BoxOrder.objects.filter(pk__in=list(ids))
    return rows.select_related("cycle", "subscription__plan", "subscription__billing__price").order_by("pk")


def start(*, run: BulkRun) -> BulkRun:
    """Let it run: a small one at once, a large one by a worker. Raises `NotAllowed`."""
    moved = _move(run, RunState.RUNNING)
    return _go(moved, run.total)


def drop(*, run: BulkRun) -> BulkRun:
    """Do it not. Raises `NotAllowed`."""
    return _move(run, RunState.DROPPED)


def can_undo(run: BulkRun) -> bool:
    """True when something of it can still be taken back."""
    fresh = run.finished_at is not None and run.finished_at > timezone.now() - UNDO_WITHIN
    return run.state == RunState.DONE and fresh and run.lines.filter(before__isnull=False).exists()


def undo(*, run: BulkRun) -> BulkRun:
    """Take back what can be taken back, each line only if nothing has happened to it since. Raises `NotAllowed`."""
    if not can_undo(run):
        raise NotAllowed
    moved = _move(run, RunState.UNDOING)
    return _go(moved, run.lines.filter(before__isnull=False).count())


def _go(run: BulkRun, lines: int) -> BulkRun:
    if lines <= AT_ONCE:
        while step(run_id=run.pk, wait=True):
            pass
        run.refresh_from_db()
    else:
        transaction.on_commit(lambda: _nudge(run.pk))
    return run


def _nudge(pk: int) -> None:
    from subscriptions.board.tasks import run_bulk

    try:
        run_bulk.delay(pk)
    except Exception as trouble:  # the broker is away: the sweep goes on with it
        log.warning("broker away: %s", type(trouble).__name__)


def step(*, run_id: int, wait: bool = False) -> int:
    """Do the next lines; answers how many were looked at, nought when the work is over. One worker at a time: who does not
    `wait` leaves the run to whoever is at it."""
    with transaction.atomic():
        rows = BulkRun.objects.select_for_update(skip_locked=not wait).filter(pk=run_id, state__in=AT_WORK)
        run = rows.first()
        if run is None:
            return 0
        back = run.state == RunState.UNDOING
        lines = _due(run, back)
        for line in lines:
            (_undo_line if back else _do_line)(run, line)
        run.beat_at = timezone.now()
        if not lines:
            run.state = RunState.UNDONE if back else RunState.DONE
            run.finished_at = run.beat_at
        run.save(update_fields=["beat_at", "state", "finished_at"])
    return len(lines)


def _due(run: BulkRun, back: bool) -> list[BulkLine]:
    if back:
        rows = run.lines.filter(undone_at=None, done_at__isnull=False, before__isnull=False)
    else:
        rows = run.lines.filter(done_at=None, verdict=Verdict.CHANGE)
    lines = list(rows.order_by("-number" if back else "number")[:CHUNK])
    orders = {o.pk: o for o in _fetched([line.order_id for line in lines if line.order_id])}
    for line in lines:
        line.order = orders.get(line.order_id or 0)
    return lines


def _do_line(run: BulkRun, line: BulkLine) -> None:
    """Looked at once more at its turn: what was judged may have moved since."""
    try:
        with transaction.atomic():
            why, line.before = _act(run, line)
        if why is not None:
            line.verdict, line.says = (Verdict.NOTHING if why == "" else Verdict.REFUSED), why[:300]
    except (moving.NotAllowed, NotEnough) as refused:
        line.verdict, line.says, line.before = Verdict.REFUSED, str(refused)[:300], None
    except Exception as trouble:  # one line's trouble is told in the report; the others go on
        log.exception("line %s of run %s", line.number, run.pk)
        line.verdict, line.before = Verdict.REFUSED, None
        line.says = _("Failed: %(why)s") % {"why": type(trouble).__name__}
    line.done_at = timezone.now()
    line.save(update_fields=["verdict", "says", "done_at", "before"])


def _act(run: BulkRun, line: BulkLine) -> tuple[str | None, dict[str, Any] | None]:
    order = line.order
    if order is None:
        return _("No order has this number."), None
    if run.work == Work.IMPORT:
        why = bringing.judge(order, line.data)
        return why, bringing.bring(order, line.data, run.actor) if why is None else None
    act, data = ACTS[run.work], {**run.chosen, "run": run.pk}
    why = act.judge(order, data, act.kept([order]))
    before = act.do(order, data, run.actor) if why is None else None
    return why, before if act.undo else None


def _undo_line(run: BulkRun, line: BulkLine) -> None:
    try:
        with transaction.atomic():
            why = _take_back(run, line)
    except (moving.NotAllowed, NotEnough) as refused:
        why = str(refused)
    except Exception as trouble:
        log.exception("undoing line %s of run %s", line.number, run.pk)
        why = type(trouble).__name__
    line.undone_at = timezone.now()
    line.says = (_("Not taken back: %(why)s") % {"why": why} if why else _("Taken back."))[:300]
    line.save(update_fields=["undone_at", "says"])


def _take_back(run: BulkRun, line: BulkLine) -> str:
    if line.order is None or line.before is None:
        return _("No order has this number.")
    if run.work == Work.IMPORT:
        return bringing.unbring(line.order, line.before, run.actor)
    undo_one = ACTS[run.work].undo
    return undo_one(line.order, line.before, run.actor) if undo_one else _("Nothing takes this back.")


def run_due(now: datetime | None = None) -> int:
    """The sweep: go on with work that nobody has touched for a while; forget the lines of old work."""
    done, old = 0, timezone.now() - STALE
    for pk in list(BulkRun.objects.filter(state__in=AT_WORK, beat_at__lt=old).values_list("pk", flat=True)):
        while looked := step(run_id=pk):
            done += looked
    gone = BulkRun.objects.filter(created_at__lt=timezone.now() - KEPT).exclude(state__in=AT_WORK)
    BulkLine.objects.filter(run__in=gone).delete()
    return done


@transaction.atomic
def _move(run: BulkRun, state: RunState) -> BulkRun:
    row = BulkRun.objects.select_for_update().get(pk=run.pk)
    if state not in MOVES.get(RunState(row.state), frozenset()):
        raise NotAllowed
    row.state, row.beat_at = state, timezone.now()
    row.save(update_fields=["state", "beat_at"])
    return row
