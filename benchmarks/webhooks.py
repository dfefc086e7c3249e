"""Webhook intake: signed events that are verified, stored and answered, beside a bare view that inserts the same bodies.

    ./run bench webhooks

Both views run under the same server and are asked by the same load. They take turns, and the best round of each counts:
what else the machine does meanwhile is neither's.
"""

import hashlib
import hmac
import json
import os
import time
from typing import Any

from benchmarks.load import hammer
from benchmarks.servers import granian

SECRET, EVENTS, ROUNDS, GOAL = "whsec_sandbox", 1500, 3, 0.6


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


def make_table() -> None:
    """The bare view's table."""
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS bare_event")
        connection.execute("CREATE TABLE bare_event (id text PRIMARY KEY, payload jsonb NOT NULL)")


def stored() -> int:
    """Events of the bench that are rows: each was taken once."""
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        found = connection.execute("SELECT count(*) FROM billing_event WHERE id LIKE 'evt_bench_%'").fetchone()
        return int(found[0]) if found else 0


def run() -> dict[str, Any]:
    """The row of the table."""
    make_table()
    ours, bare, sent = [], [], 0
    with granian("config.wsgi:application") as port, granian("benchmarks.bare_insert:application") as limit:
        for _turn in range(ROUNDS + 1):  # the first one warms both
            for found, where in ((bare, limit), (ours, port)):
                requests = [request(event(sent + n)) for n in range(EVENTS)]
                found.append(hammer(where, requests, once=True))
            sent += EVENTS
    assert stored() == sent, f"{stored()} of {sent} events are rows"
    bad = sum(one["bad"] for one in ours + bare)
    value, most = (max(one["rps"] for one in found[1:]) for found in (ours, bare))
    return {
        "name": "webhook intake", "unit": "events/s", "value": value, "limit": most,
        "limit_name": "bare Django view, one INSERT, same server", "ratio": round(value / most, 3),
        "target": f"{GOAL} of it", "ok": bad == 0 and value / most >= GOAL,
    }  # fmt: skip
