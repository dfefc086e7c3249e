"""The one seam of business time: billing, boxes, grants. Chat, logs and sign-ins use real time instead.

In production business time is real time. Where a sandbox moves its clock, `subscriptions.billing` installs a source
that adds the stored offset, so that a jump over a renewal moves the product as well.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.utils import timezone

_offset: Callable[[], timedelta] | None = None


def now() -> datetime:
    """The business moment: aware, UTC."""
    real = timezone.now()
    return real + _offset() if _offset else real


def use_offset(source: Callable[[], timedelta] | None) -> None:
    """Install what is added to real time (None: nothing). Called once at start."""
    global _offset
    _offset = source


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Business time stands at a moment inside, for the whole process: history that is written down long after it happened."""
    global _offset
    before, _offset = _offset, lambda: moment - timezone.now()
    try:
        yield
    finally:
        _offset = before
