"""No Django in this process: the guards that need it stay outside; other fixtures are in tests/e2e/plugin.py."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.people import CHROMIUM, QUIET, Company


@pytest.fixture(autouse=True)
def _clean_caches() -> None:
    """The caches are other processes'."""


@pytest.fixture(autouse=True)
def _wagtail_ground() -> None:
    """So is the database."""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all; every person has a context of their own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def company(chromium: Browser) -> Iterator[Company]:
    """People with windows."""
    everybody = Company(chromium)
    yield everybody
    everybody.leave()
