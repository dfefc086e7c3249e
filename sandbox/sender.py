"""Delivers events: signed, retried with back-off, in order for each endpoint, never under a lock."""

import hashlib
import hmac
import json
import logging
import threading
import time
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from sandbox import events
from sandbox.store import Object
from sandbox.world import World

log = logging.getLogger("sandbox")
WAITS = (1, 5, 30)
LATER = 60
MAX_ATTEMPTS = 30
TIMEOUT = 30.0


def sign(secret: str, body: bytes, at: int) -> str:
    """The Stripe-Signature header: `at` is real time."""
    mark = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={mark}"


def post(url: str, secret: str, event: Object, timeout: float = TIMEOUT) -> tuple[int | None, str]:
    """Send one event. Answers (status or None, what went wrong)."""
    body = json.dumps(event, ensure_ascii=False, indent=2).encode()
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    headers = {
        "Content-Type": "application/json; charset=utf-8", "User-Agent": "Stripe/1.0 (sandbox)",
        "Stripe-Signature": sign(secret, body, int(time.time())), "Connection": "close",
    }  # fmt: skip
    try:
        connection = kind(parts.hostname or "", parts.port, timeout=timeout)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            answer.read(10_000)
            return answer.status, "" if 200 <= answer.status < 300 else f"HTTP {answer.status}"
        finally:
            connection.close()
    except (OSError, HTTPException, ValueError) as error:
        return None, f"{type(error).__name__}: {error}"


class Sender:
    """One thread an endpoint, so that a slow one does not hold up the others."""

    def __init__(self, w: World) -> None:
        self.w = w
        self.threads: dict[str, threading.Thread] = {}
        self.done = threading.Condition()

    def start(self) -> None:
        """Begin to deliver."""
        threading.Thread(target=self._watch, name="sandbox-sender", daemon=True).start()

    def _watch(self) -> None:
        while not self.w.closing.is_set():
            try:
                for key, _, _ in events.endpoints(self.w):
                    thread = self.threads.get(key)
                    if (thread is None or not thread.is_alive()) and self._next(key):
                        self.threads[key] = threading.Thread(target=self._drain, args=(key,), daemon=True)
                        self.threads[key].start()
            except Exception:
                if self.w.closing.is_set():
                    return
                log.exception("the sender stumbled")
            self.w.wake.wait(0.2)
            self.w.wake.clear()

    def _next(self, endpoint: str) -> tuple[int, str, int] | None:
        """(delivery, event, attempts) that is due next. A reversed order turns what waits around."""
        mode = self.w.store.setting("fault.delivery", {"mode": "normal"})["mode"]
        found = self.w.store.rows(
            "SELECT seq, event, attempts FROM deliveries WHERE state='pending' AND endpoint=? AND due<=?"  # noqa: S608
            f" ORDER BY seq {'DESC' if mode == 'reversed' else 'ASC'} LIMIT 1",
            endpoint, time.time(),
        )  # fmt: skip
        return found[0] if found else None

    def _drain(self, endpoint: str) -> None:
        if self.w.store.setting("fault.delivery", {"mode": "normal"})["mode"] == "reversed":
            time.sleep(0.4)  # let what belongs together gather, so that it can be turned around
        while not self.w.closing.is_set() and (row := self._next(endpoint)):
            target = next((e for e in events.endpoints(self.w) if e[0] == endpoint), None)
            event = self.w.store.get(row[1])
            if target is None or event is None:
                with self.w.store.write():
                    self.w.store.run("UPDATE deliveries SET state='dropped' WHERE seq=?", row[0])
                continue
            self.record(row[0], row[2], *post(target[1], target[2], event))

    def record(self, delivery: int, attempts: int, code: int | None, problem: str) -> None:
        """Write down how an attempt went, and when to try again."""
        state = "delivered" if not problem else "pending" if attempts + 1 < MAX_ATTEMPTS else "failed"
        wait = WAITS[attempts] if attempts < len(WAITS) else LATER
        with self.w.store.write():
            self.w.store.run(
                "UPDATE deliveries SET state=?, attempts=attempts+1, due=?, code=?, problem=? WHERE seq=?",
                state, time.time() + wait, code, problem, delivery,
            )  # fmt: skip
            event = self.w.store.rows("SELECT event FROM deliveries WHERE seq=?", delivery)[0][0]
            self._count(event)
        with self.done:
            self.done.notify_all()

    def _count(self, key: str) -> None:
        event = self.w.store.get(key)
        if event is None:
            return
        waiting = self.w.store.rows(
            "SELECT count(DISTINCT endpoint) FROM deliveries WHERE event=? AND state<>'delivered'", key
        )
        event["pending_webhooks"] = waiting[0][0]
        self.w.save(event)

    def flush(self, seconds: float) -> bool:
        """Wait until nothing is due that has not been tried. True when all of it arrived."""
        end = time.monotonic() + seconds
        self.w.wake.set()
        while time.monotonic() < end and not self.w.closing.is_set():
            waiting = self.w.store.rows(
                "SELECT 1 FROM deliveries WHERE state='pending' AND (due<=? OR attempts=1) LIMIT 1", time.time()
            )
            if not waiting:
                return True
            with self.done:
                self.done.wait(0.05)
        return False

    def deliver_now(self, event: Object, seconds: float, tries: int = 3) -> bool:
        """Send an event in this thread and wait for its answer. True when all endpoints took it."""
        good = True
        for key, url, secret in events.endpoints(self.w):
            if not events.wants(self.w, key, event["type"]):
                continue
            good = self._insist(event, (key, url, secret), seconds, tries) and good
        return good

    def _insist(self, event: Object, endpoint: tuple[str, str, str], seconds: float, tries: int) -> bool:
        key, url, secret = endpoint
        problem, code = "", None
        for attempt in range(tries):
            time.sleep(0.2 * attempt)
            code, problem = post(url, secret, event, seconds)
            if not problem or code is None:
                break
        with self.w.store.write():
            self.w.store.run(
                "INSERT INTO deliveries (event, endpoint, state, attempts, due, code, problem) VALUES (?,?,?,?,?,?,?)",
                event["id"], key, "failed" if problem else "delivered", attempt + 1, time.time(), code, problem,
            )  # fmt: skip
            self._count(event["id"])
        if problem:
            log.warning("%s was not taken by %s: %s", event["type"], url, problem)
        return not problem
