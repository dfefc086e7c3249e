"""How long random tests look: some minutes in every run, hours with `./run test long`."""

import os

TIMES = int(os.environ.get("YAJI_LONG", "1"))


def times(examples: int) -> int:
    """So many examples, or that many times more in the long run."""
    return examples * TIMES
