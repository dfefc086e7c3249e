"""Servers for benchmarks: the product under granian, and a bare Django view under the same server."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def free_port() -> int:
    """A free loopback port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def granian(target: str, **environment: str) -> Iterator[int]:
    """One WSGI worker of that application; yields its port and ends it."""
    port = free_port()
    command = [BIN / "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
               "--blocking-threads", "2", "--no-access-log", "--log-level", "warning", target]  # fmt: skip
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(
            [str(c) for c in command], cwd=ROOT, env={**os.environ, **environment}, stdout=log, stderr=log
        )
        try:
            _ready(port, server)
            yield port
        finally:
            server.terminate()
            server.wait(15)


def _ready(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        try:
            urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
            return
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError("the server did not come up")
