"""No Django in this process: the guards that need it stay outside; the fixtures are in tests/e2e/plugin.py."""

import pytest


@pytest.fixture(autouse=True)
def _clean_caches() -> None:
    """The caches are other processes'."""


@pytest.fixture(autouse=True)
def _wagtail_ground() -> None:
    """So is the database."""
