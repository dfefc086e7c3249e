"""Business time follows the sandbox's clock, in development only.

The sandbox moves one due moment at a time and waits: we store the offset, drain what arrived, do what is due, and tell
timers to look again, so that a jump over a cut-off and a renewal happens in order.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from ground import clock, facts
from ground.tasks import run_due
from subscriptions.billing import inbox, outbox
from subscriptions.billing.models import ClockOffset

KEY = "billing:clock"
LOOK_EVERY = 0.25  # seconds
_memo: dict[str, float] = {"seconds": 0.0, "looked": -1.0}


def install() -> None:
    """Make `ground.clock.now` follow; called at start where money is play money."""
    clock.use_offset(offset)


def offset() -> timedelta:
    """How far business time is ahead. On an event loop the last known value: nothing may block there."""
    if time.monotonic() - _memo["looked"] > LOOK_EVERY and not _on_event_loop():
        _memo["seconds"], _memo["looked"] = _read(), time.monotonic()
    return timedelta(seconds=_memo["seconds"])


def _on_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _read() -> float:
    found = cache.get(KEY)
    if found is None:
        found = ClockOffset.objects.filter(pk=1).values_list("seconds", flat=True).first() or 0.0
        cache.set(KEY, found, None)
    return float(found)


stops: list[Callable[[datetime, datetime], list[datetime]]] = []
"""Moments of our own between two of the sandbox's, at which something is due: `stops(since, until)`."""


def advance(test_clock: dict[str, Any]) -> str:
    """Move to the sandbox's moment, halting where something of ours is due on the way, and do everything that is due by
    it. Answers the moment."""
    now = datetime.fromtimestamp(test_clock["frozen_time"], UTC)
    since = timezone.now() + timedelta(seconds=_read())
    for moment in sorted({halt for ask in stops for halt in ask(since, now)}):
        _stand_at(moment)
        run_due(moment)
        outbox.run_due()
    _stand_at(now)
    inbox.drain_due()
    run_due(now)
    outbox.run_due()
    facts.clock_moved.send(sender=ClockOffset, now=now)
    facts.content_changed.send(sender=ClockOffset, reason="the clock moved")
    return now.isoformat()


def _stand_at(now: datetime) -> None:
    seconds = (now - timezone.now()).total_seconds()
    ClockOffset.objects.update_or_create(pk=1, defaults={"seconds": seconds})
    cache.set(KEY, seconds, None)
    _memo["seconds"], _memo["looked"] = seconds, time.monotonic()
