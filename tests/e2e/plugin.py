"""Fixtures of the journeys and the browser tests; loaded by tests/browser/pytest.ini."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.system import KEPT, Seed, System
from tests.e2e.visitor import Visitor

RUNNING: list[System] = []


@pytest.fixture(scope="session")
def seed() -> Iterator[Seed]:
    """The demo, prepared once."""
    with ExitStack() as stack:
        folder = KEPT or stack.enter_context(tempfile.TemporaryDirectory(prefix="yaji-e2e-"))
        prepared = Seed(Path(folder))
        yield prepared
        prepared.drop()


def _running(seed: Seed, name: str) -> Iterator[System]:
    with System(seed, name) as system:
        RUNNING.append(system)
        yield system
        RUNNING.remove(system)


@pytest.fixture(scope="session")
def house(seed: Seed) -> Iterator[System]:
    """The Yaji that all tests share. Nobody moves its clock; whoever needs a person of their own signs one up."""
    yield from _running(seed, "house")


@pytest.fixture(scope="module")
def months(seed: Seed, request: pytest.FixtureRequest) -> Iterator[System]:
    """A Yaji of the test file's own, whose clock may be moved."""
    yield from _running(seed, request.module.__name__.rpartition(".")[2] + "_" + str(os.getpid()))


@pytest.fixture
def visitor(house: System) -> Visitor:
    """Somebody who comes to the house for the first time."""
    return Visitor(house)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Any:
    """A failure tells what the processes said."""
    report = yield
    if report.failed:
        for system in RUNNING:
            report.sections.append((f"processes of {system.name}", system.tails()))
        company = getattr(item, "funcargs", {}).get("company")
        if company and call.when == "call":
            pictures = company.pictures(Path(tempfile.mkdtemp(prefix="yaji-pictures-")))
            report.sections.append(("pictures", "\n".join(pictures)))
    return report


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What tests have measured is printed, whether it is well within its bounds or only just."""
    for report in [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]:
        for name, value in report.user_properties if report.when == "call" else ():
            terminalreporter.write_line(f"  {name}: {value}")
