"""The sweep: every minute, everything that is due."""

import logging
from datetime import datetime

from celery import shared_task

from ground import clock, registry

log = logging.getLogger("ground.sweep")


@shared_task(name="ground.sweep")
def sweep() -> dict[str, int]:
    """Beat's entry."""
    return run_due(clock.now())


def run_due(now: datetime) -> dict[str, int]:
    """Run every registered piece of due work at this business time; one that fails does not stop the others.

    Answers how much each did. What failed stays due and is found again by the next sweep.
    """
    done: dict[str, int] = {}
    for work in registry.due_work:
        try:
            done[work.key] = work.run(now)
        except Exception:
            log.exception("due work failed: %s", work.key)
    return done
