"""A courier on loopback: sells a label once for each key, and can be made to fail as real ones do."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Desk:
    """What the courier sold and what it was asked. `moods`: how the next requests are answered."""

    base: str = ""
    sold: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    moods: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


@contextmanager
def courier() -> Iterator[Desk]:
    """The courier at `desk.base`."""
    desk = Desk()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            key, who = self.headers["Idempotency-Key"], self.headers["Authorization"]
            with desk.lock:
                desk.asked.append((key, who, body))
                mood = desk.moods.pop(0) if desk.moods else ""
                if mood not in ("away", "refuse"):
                    number = f"CR{len(desk.sold) + 1:06d}"
                    desk.sold.setdefault(key, {"tracking": number, "label_url": f"https://courier.example/{number}.pdf",
                                               "cost": 1900, "currency": "cny"})  # fmt: skip
            if mood == "hang up":  # sold, but the answer is lost
                self.connection.close()
                return
            answers = {"away": (503, b"{}"), "refuse": (422, b'{"error": "no such street"}'), "nonsense": (200, b"<html>"),
                       "empty": (200, b"{}")}  # fmt: skip
            status, content = answers.get(mood, (201, json.dumps(desk.sold.get(key, {})).encode()))
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    desk.base = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield desk
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
