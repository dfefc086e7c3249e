"""Webhook intake: signed events that are verified, stored and answered, beside the bare INSERT of the same rows."""

import hashlib
import hmac
import json
import os
import time
from typing import Any

from benchmarks.load import hammer
from benchmarks.servers import granian

SECRET, EVENTS = "whsec_sandbox", 1500


def event(number: int) -> bytes:
    """A body of about the size that Stripe sends."""
    body = {
        "id": f"evt_bench_{number}", "object": "event", "type": "customer.updated", "api_version": "2026-10-28.endive",
        "created": int(time.time()), "data": {"object": {"object": "customer", "id": f"cus_{number}", "padding": "x" * 2000}},
        "livemode": False, "pending_webhooks": 1, "request": {"id": None, "idempotency_key": None},
    }  # fmt: skip
    return json.dumps(body).encode()


def request(body: bytes) -> bytes:
    """The raw HTTP request, signed."""
    at = int(time.time())
    mark = hmac.new(SECRET.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    head = f"POST /billing/webhook/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nStripe-Signature: t={at},v1={mark}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def bare_inserts(bodies: list[bytes]) -> float:
    """The limit: one connection, one INSERT and one COMMIT an event, nothing else; rows a second."""
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("CREATE TABLE bare_event (id text PRIMARY KEY, payload jsonb)")
        began = time.perf_counter()
        for number, body in enumerate(bodies):
            connection.execute("INSERT INTO bare_event VALUES (%s, %s)", [f"evt_{number}", body.decode()])
        return len(bodies) / (time.perf_counter() - began)


def run() -> dict[str, Any]:
    """The row of the table."""
    bodies = [event(n) for n in range(EVENTS)]
    limit = bare_inserts(bodies)
    with granian("config.wsgi:application") as port:
        hammer(port, [request(event(n)) for n in range(EVENTS, EVENTS + 50)], once=True)
        result = hammer(port, [request(b) for b in bodies], once=True)
    return {
        "name": "webhook intake", "unit": "events/s", "value": result["rps"], "limit": round(limit, 1),
        "limit_name": "bare INSERT+COMMIT, one connection", "ratio": round(result["rps"] / limit, 3),
        "target": "0.03 of it", "ok": result["bad"] == 0 and result["rps"] / limit >= 0.03,
    }  # fmt: skip
