"""What is the same for everybody, kept in the process's memory until content or offers change.

It shares the page cache's generation: a publish is seen by every process within a second. Never put anything that
depends on who asks into it; what is gated may lie here, because `editorial.wall` decides at every single request.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

from ground import pagecache

T = TypeVar("T")
MOST = 1000
_entries: "OrderedDict[tuple[Any, ...], tuple[Any, float, Any]]" = OrderedDict()


def get(key: tuple[Any, ...], make: Callable[[], T]) -> T:
    """The kept thing, or what `make()` answers now; kept for ten minutes at most."""
    generation, now = pagecache.generation(), time.monotonic()
    found = _entries.get(key)
    if found and found[0] == generation and found[1] > now:
        return found[2]  # type: ignore[no-any-return]
    made = make()
    # What was made while something was published may be the old thing: it is shown, not kept.
    if generation == pagecache.generation():
        _entries[key] = (generation, now + pagecache.KEEP, made)
        while len(_entries) > MOST:
            _entries.popitem(last=False)
    return made
