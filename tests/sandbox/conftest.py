"""A real sandbox on a free port, a real receiver of its events, and the real SDK between them."""

import http.server
import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import stripe

from sandbox.app import Sandbox
from sandbox.server import Server
from sandbox.world import Config

SECRET = "whsec_sandbox"


class Receiver:
    """Takes events as a product would; `answer` may look at each and choose the status."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.raw: list[tuple[bytes, str]] = []
        self.answer: Callable[[dict[str, Any]], int] = lambda event: 200
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                event = json.loads(body)
                outer.raw.append((body, self.headers["Stripe-Signature"]))
                outer.events.append(event)
                self.send_response(outer.answer(event))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/billing/webhook/"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def types(self, quiet: bool = True) -> list[str]:
        """The types that came, in order; the clock's own left out when `quiet`."""
        return [e["type"] for e in self.events if not (quiet and e["type"].startswith("test_helpers"))]


class Running:
    """A sandbox that runs, with what tests do to it."""

    def __init__(self, state: Path, receiver: Receiver, **config: Any) -> None:
        holder: list[Sandbox] = []
        self.server = Server(0, lambda environ, start: holder[0](environ, start))
        self.base = f"http://127.0.0.1:{self.server.server_port}"
        self.receiver = receiver
        self.app = Sandbox(Config(str(state), self.base, receiver.url, SECRET, clock_answer_seconds=10, **config))
        holder.append(self.app)
        self.app.start()
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self.client = stripe.StripeClient("sk_test_sandbox", base_addresses={"api": self.base}, max_network_retries=0)
        self.v1 = self.client.v1

    def stop(self) -> None:
        self.app.stop()
        self.server.shutdown()
        self.server.server_close()

    def control(self, path: str, /, **given: Any) -> dict[str, Any]:
        """POST to the control API."""
        request = urllib.request.Request(f"{self.base}/_control/{path}", json.dumps(given).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def state(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.base}/_control/state", timeout=10) as answer:
            return json.load(answer)

    def flush(self) -> None:
        assert self.control("flush", seconds=10)["done"]

    def page(self, url: str, form: dict[str, str] | None = None, **headers: str) -> tuple[int, str, str]:
        """(status, text, where it leads) of a page; redirects are not followed."""
        data = urllib.parse.urlencode(form).encode() if form is not None else None
        opener = urllib.request.build_opener(_Stay)
        request = urllib.request.Request(url if url.startswith("http") else self.base + url, data, headers)
        try:
            with opener.open(request, timeout=20) as answer:
                return answer.status, answer.read().decode(), ""
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, answer.read().decode(), answer.headers.get("Location", "")

    def api(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, dict[str, Any], Any]:
        """A raw call, as the SDK would never make it."""
        headers = {"Authorization": "Bearer sk_test_sandbox", **{k.replace("_", "-"): v for k, v in headers.items()}}
        request = urllib.request.Request(self.base + path, body.encode() if body else None, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.load(answer), answer.headers
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, json.load(answer), answer.headers

    # what tests begin with

    def price(self, amount: int = 4800, key: str | None = None, **more: Any) -> Any:
        product = self.v1.products.create({"name": "Companion 同席", "metadata": {"tier": "companion"}})
        recurring = more.pop("recurring", {"interval": "month"})
        params = {"product": product.id, "currency": "cny", "unit_amount": amount, **more}
        if recurring:
            params["recurring"] = recurring
        if key:
            params["lookup_key"] = key
        return self.v1.prices.create(params)

    def customer(self, card: str | None = None, **more: Any) -> Any:
        customer = self.v1.customers.create({"email": "ning@example.com", "name": "Ning Yuan", **more})
        if card:
            self.card(customer.id, card)
        return customer

    def card(self, customer: str, token: str) -> str:
        method = self.v1.payment_methods.attach(token, {"customer": customer})
        self.v1.customers.update(customer, {"invoice_settings": {"default_payment_method": method.id}})
        return method.id

    def session(self, price: str, customer: str, **more: Any) -> Any:
        return self.v1.checkout.sessions.create(
            {
                "mode": "subscription", "customer": customer, "line_items": [{"price": price, "quantity": 1}],
                "success_url": "http://product.example/done?s={CHECKOUT_SESSION_ID}",
                "cancel_url": "http://product.example/join", **more,
            }
        )  # fmt: skip

    def form(self, number: str = "4242 4242 4242 4242", **more: str) -> dict[str, str]:
        return {
            "email": "ning@example.com",
            "card_number": number,
            "exp": "12/34",
            "cvc": "123",
            "name": "Ning",
            **more,
        }


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def box(tmp_path: Path, receiver: Receiver) -> Iterator[Running]:
    running = Running(tmp_path / "state.sqlite3", receiver)
    yield running
    running.stop()


def until(condition: Callable[[], Any], seconds: float = 10) -> Any:
    """Wait for a state."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not come")
