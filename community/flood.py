"""One limit on writing for each account, however it writes: 20 in 10 seconds over sockets and pages together."""

import time

from django.core.cache import cache

from accounts.models import User
from community.chat.protocol import FRAMES_PER_WINDOW, WINDOW_SECONDS, Code
from community.refusals import Refused


def keep_calm(account: User) -> None:
    """Count one write. Raises Refused(FLOOD) with the seconds to wait above the limit.

    The count lives in the cache: while that is away nobody is held up.
    """
    window, into = divmod(time.time(), WINDOW_SECONDS)
    key = f"community:flood:{account.pk}:{window:.0f}"
    cache.add(key, 0, WINDOW_SECONDS * 2)
    try:
        written = cache.incr(key)
    except ValueError:  # fell out of the cache between the two
        return
    if written > FRAMES_PER_WINDOW:
        raise Refused(Code.FLOOD, after=int(WINDOW_SECONDS - into) + 1)
