"""What is kept in the process's memory until content or offers change.

It shares the page cache's generation: a publish is seen by every process within a second. `get` is for what is the same
for everybody: never put anything of a person into it. What is gated may lie here, because `editorial.wall` decides at
every single request. `near` is for one account's own small things, for seconds.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

from ground import pagecache

T = TypeVar("T")
Entry = tuple[Any, float, Any]


class Memory:
    """The `most` last used entries of this process."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.entries: OrderedDict[tuple[Any, ...], Entry] = OrderedDict()

    def get(self, key: tuple[Any, ...], make: Callable[[], T], seconds: float) -> T:
        """The kept thing, or what `make()` answers now; None is never kept."""
        generation, now = pagecache.generation(), time.monotonic()
        found = self.entries.get(key)
        if found and found[0] == generation and found[1] > now:
            return found[2]  # type: ignore[no-any-return]
        made = make()
        # What was made while something was published may be the old thing: it is shown, not kept.
        if made is not None and generation == pagecache.generation():
            self.entries[key] = (generation, now + seconds, made)
            while len(self.entries) > self.most:
                self.entries.popitem(last=False)
        return made


_everybody, _one = Memory(2000), Memory(5000)


def get(key: tuple[Any, ...], make: Callable[[], T]) -> T:
    """Something that is the same for everybody; kept for ten minutes at most."""
    return _everybody.get(key, make, pagecache.KEEP)


def near(account: Any, key: tuple[Any, ...], make: Callable[[], T], seconds: float) -> T:
    """Something of this account's own; its rights' epoch is in the key, so it never outlives a change of rights."""
    return _one.get((account.pk, account.auth_epoch, *key), make, seconds)


def forget() -> None:
    """Drop everything: for tests that measure the first visit."""
    _everybody.entries.clear()
    _one.entries.clear()
