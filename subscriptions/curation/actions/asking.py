"""A run that staff ask for: at once when few boxes wait, else a row that the sweep finds."""

import logging
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from subscriptions.boxes.actions import fulfilment
from subscriptions.boxes.actions.allocation import Drift
from subscriptions.boxes.actions.moving import NotAllowed
from subscriptions.boxes.enums import TO_ALLOCATE
from subscriptions.boxes.models import BoxOrder, Cycle
from subscriptions.curation.enums import RunState
from subscriptions.curation.models import Run

log = logging.getLogger("subscriptions.curation.runs")
AT_ONCE = 2000  # boxes that a request may wait for
PATIENCE = timedelta(minutes=15)  # after that a run at work has lost its worker
OPEN = (RunState.WANTED, RunState.RUNNING)


def ask(*, cycle: Cycle, actor: str) -> tuple[int, int] | None:
    """Run now and answer (allocated, short), or leave a row for the sweep and answer None.

    Raises `Drift`, `NotAllowed`; somebody else's open run is the same wish.
    """
    if BoxOrder.objects.filter(cycle=cycle, state__in=TO_ALLOCATE).count() <= AT_ONCE:
        return fulfilment.allocate_again(cycle, actor=actor)
    try:
        with transaction.atomic():
            Run.objects.create(cycle=cycle, actor=actor[:120], asked_at=timezone.now())
    except IntegrityError:
        log.info("cycle %s has an open run already", cycle.pk)
    return None


def open_run(cycle: Cycle) -> Run | None:
    """The run that waits or is at work, if there is one."""
    return Run.objects.filter(cycle=cycle, state__in=OPEN).first()


def run_wanted(now: datetime) -> int:
    """Due work: every run that was asked for, and those whose worker died; answers how many were carried out."""
    lost = Run.objects.filter(state=RunState.RUNNING, began_at__lt=timezone.now() - PATIENCE)
    lost.update(state=RunState.WANTED)
    return sum(_carry_out(run) for run in Run.objects.filter(state=RunState.WANTED).select_related("cycle"))


def _carry_out(run: Run) -> bool:
    mine = Run.objects.filter(pk=run.pk, state=RunState.WANTED)
    if not mine.update(state=RunState.RUNNING, began_at=timezone.now()):
        return False  # another worker took it
    try:
        fulfilment.allocate_again(run.cycle, actor=run.actor)
    except (Drift, NotAllowed) as refused:
        _end(run, RunState.FAILED, str(refused))
    except Exception:
        _end(run, RunState.FAILED, "error")
        raise
    else:
        _end(run, RunState.DONE, "")
    return True


def _end(run: Run, state: str, said: str) -> None:
    """A run that found boxes has ended itself, with its numbers, in its own transaction."""
    still = Run.objects.filter(pk=run.pk, state=RunState.RUNNING)
    still.update(state=state, said=said[:300], ended_at=timezone.now())
