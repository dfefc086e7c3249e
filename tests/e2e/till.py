"""The payment service from outside: its control address, and its checkout page filled in."""

import time
from typing import Any

import requests

from tests.e2e.system import System
from tests.e2e.visitor import CARD, Page, Visitor


class Till:
    """The sandbox of one system."""

    def __init__(self, system: System) -> None:
        self.base = f"{system.sandbox}/_control"

    def state(self) -> dict[str, Any]:
        """Clock, faults, counts, deliveries."""
        return dict(requests.get(f"{self.base}/state", timeout=30).json())

    def _tell(self, call: str, **body: Any) -> dict[str, Any]:
        answer = requests.post(f"{self.base}/{call}", json=body, timeout=300)
        assert answer.ok, answer.text
        return dict(answer.json())

    def advance(self, **how: Any) -> int:
        """Move the clock (`until="next_renewal"`, `to=`, `seconds=`), wait until all is delivered; answers the moment."""
        self._tell("advance", **how)
        return self.settle()

    def settle(self) -> int:
        """Wait until the clock stands and everything is delivered; answers the moment."""
        until = time.monotonic() + 120
        while self.state()["clock"]["advancing"]:
            assert time.monotonic() < until, "the clock does not come to a stand"
            time.sleep(0.2)
        self._tell("flush", seconds=30)
        return int(self.state()["clock"]["now"])

    def count(self, kind: str) -> int:
        """How many objects of that kind there are."""
        return int(self.state()["counts"].get(kind, 0))


def pay(visitor: Visitor, page: Page, card: dict[str, str] | None = None, **more: str) -> Page:
    """Fill the checkout page in and press its button; answers the page after it."""
    assert "/c/pay/" in page.url, f"not a checkout page: {page.url} {page.text[:600]}"
    return visitor.submit(page, "form:has([data-pay])", **{**(card or CARD), **more, "pay": "1"})
