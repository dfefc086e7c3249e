"""What the terminal says."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Stop(Exception):
    """Something that a person can mend; the message says how. Ends the command without a traceback."""


def line(text: str) -> None:
    """One line, at once."""
    print(text, flush=True)


@contextmanager
def step(text: str) -> Iterator[None]:
    """Name a step, then how long it took."""
    began = time.monotonic()
    sys.stdout.write(f"  {text} … ")
    sys.stdout.flush()
    try:
        yield
    except BaseException:
        line("")
        raise
    line(f"{time.monotonic() - began:.1f} s")
