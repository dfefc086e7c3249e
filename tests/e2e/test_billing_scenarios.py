"""The scenarios of `billing-e2e`, written for the real Stripe, played against the sandbox with our client."""

from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import billing_e2e
import pytest
from billing_e2e import runner
from billing_e2e.runner import Runner
from billing_e2e.safety import confirm_test_mode
from billing_e2e.scenario import Config, Scenario, SubscriptionIs, load_scenario

from sandbox import api
from tests.sandbox import shape
from tests.sandbox.conftest import Receiver, Running

SCENARIOS = sorted(Path(str(resources.files(billing_e2e) / "scenarios")).glob("*.yml"))


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Running]:
    receiver = Receiver()
    running = Running(tmp_path / "state.sqlite3", receiver)
    yield running
    running.stop()
    receiver.server.shutdown()
    receiver.server.server_close()


def test_all_scenarios_of_the_package_are_known() -> None:
    assert [p.stem for p in SCENARIOS] == [
        "cancel-at-period-end", "failed-renewal", "plan-change", "renewal", "signup-card-problems"]  # fmt: skip


@pytest.mark.sandbox
@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_a_scenario_passes_and_everything_said_has_the_pinned_shape(
    box: Running, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[str] = []
    original = api._work

    def checked(*args: Any) -> tuple[int, Any]:
        status, body = original(*args)
        found.extend(shape.findings(body) if status == 200 else [])
        return status, body

    monkeypatch.setattr(api, "_work", checked)
    confirm_test_mode(box.client)
    prices = {"monthly_price": box.price(4800).id, "upgrade_price": box.price(12800).id}
    scenario: Scenario = load_scenario(path)
    result = Runner(Config("sk_test_sandbox", vars=prices), box.client).run(scenario)
    assert result.passed, [*result.errors, *(f"{s.label}: {s.detail}" for s in result.steps)]
    assert len(result.steps) == len(scenario.steps)
    assert box.v1.test_helpers.test_clocks.list().data == []
    box.flush()
    for event in box.receiver.events:
        found += shape.findings(event, event["type"])
    assert sorted(set(found)) == []


@pytest.mark.sandbox
def test_a_scenario_that_expects_too_much_fails(box: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "STRIPE_CHECK_TIMEOUT", 1)
    scenario = load_scenario(next(p for p in SCENARIOS if p.stem == "renewal"))
    scenario.steps.append(SubscriptionIs({"status": "canceled"}))
    prices = {"monthly_price": box.price(4800).id}
    assert not Runner(Config("sk_test_sandbox", vars=prices), box.client).run(scenario).passed
