"""Reads of the demo's last sixty days: made up, always the same, and said to be so."""

from collections.abc import Callable


def seed(step: Callable[[str], None]) -> None:
    """Later."""
