"""The demo's newsletters and three letters that were sent. Running it again changes nothing."""

from collections.abc import Callable


def seed(step: Callable[[str], None]) -> None:
    """Filled below."""
