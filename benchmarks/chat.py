"""Chat fan-out: CPU of the server per delivery and how late it comes, at 100, 500 and 1,000 sockets in one room.

    ./run bench chat                                      the table
    python -m benchmarks.chat [--sockets 200] [--messages 200] [--rate 10] [--faults]      one run of the product

Beside the product, in the same run: a bare `websockets` broadcast, which is the limit, and stock Channels groups.
Each starts as a process of its own (the product: uvicorn, one process, deflate off, a database of its own), and another
process holds the sockets. With faults (where there is Redis) every pub/sub connection is killed while messages flow:
nothing may be lost or doubled.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
TARGET_MICROSECONDS = 40.0


def cpu_seconds(pid: int) -> float:
    """User and system CPU of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def process(command: list[str], environment: dict[str, str]) -> Any:
    """A child that is ended, by its id, when the block ends."""
    child = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment})
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(15)
        except subprocess.TimeoutExpired:
            child.kill()


def wait_for(url: str, seconds: float = 40) -> None:
    limit = time.monotonic() + seconds
    while True:
        try:
            urlopen(url, timeout=2).read()
            return
        except OSError:
            if time.monotonic() > limit:
                raise
            time.sleep(0.2)


def measure(sockets: int, messages: int, rate: float, *, faults: bool = False) -> dict[str, Any]:
    """One run of the product: microseconds per delivery, what was lost or doubled, and how late it came."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        environment = {
            "YAJI_ENV": "development", "YAJI_VAR": folder, "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "DJANGO_SETTINGS_MODULE": "config.settings.development", "LOG_LEVEL": "ERROR",
        }  # fmt: skip
        talk = Path(folder) / "talk.json"
        command = [sys.executable, "-m", "benchmarks.chat_talk", str(talk)]
        subprocess.run([*command, "prepare", str(sockets)], cwd=ROOT, env={**os.environ, **environment}, check=True)
        say = [*command, "say", str(messages), str(rate), "kill" if faults else "calm"]
        with process(_uvicorn("config.asgi:application", port), environment) as web:
            wait_for(f"http://127.0.0.1:{port}/healthz")
            return _listen(web.pid, f"ws://127.0.0.1:{port}/ws/chat/", talk, messages, environment, say)


def _uvicorn(application: str, port: int) -> list[str]:
    return [sys.executable, "-m", "uvicorn", application, "--port", str(port), "--log-level", "warning",
            "--ws-per-message-deflate", "false", "--no-access-log"]  # fmt: skip


def _listen(
    pid: int, url: str, talk: Path, messages: int, environment: dict[str, str], say: list[str] | None
) -> dict[str, Any]:  # fmt: skip
    """Let a crowd listen to what is said (`say`, or by the server itself), and count the CPU of the server meanwhile."""
    out = talk.with_suffix(".result")
    crowd = [sys.executable, "-m", "benchmarks.chat_crowd", url, str(talk), str(out), str(messages)]
    with process(crowd, environment) as listeners:
        while not talk.with_suffix(".ready").exists():
            if listeners.poll() is not None:
                raise RuntimeError("the listeners could not come in")
            time.sleep(0.05)
        time.sleep(1.5)
        before = cpu_seconds(pid)
        if say:
            subprocess.run(say, cwd=ROOT, env={**os.environ, **environment}, check=True)
        listeners.wait(240)
        spent = cpu_seconds(pid) - before
    result = json.loads(out.read_text())
    deliveries = max(1, result["received"])
    return {**result, "microseconds": round(spent / deliveries * 1e6, 1), "server_cpu_seconds": round(spent, 2)}


def bare(sockets: int, messages: int, rate: float) -> dict[str, Any]:
    """The limit: the same frames broadcast by a bare `websockets` server."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.chat_bare", str(port), str(sockets), str(messages), str(rate)]
    return _beside(command, port, sockets, messages, {})


def stock(sockets: int, messages: int, rate: float) -> dict[str, Any]:
    """The same frames through groups of stock Channels."""
    port = free_port()
    size = {"SOCKETS": str(sockets), "MESSAGES": str(messages), "RATE": str(rate)}
    return _beside(_uvicorn("benchmarks.chat_stock:application", port), port, sockets, messages, size)


def _beside(command: list[str], port: int, sockets: int, messages: int, size: dict[str, str]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        talk = Path(folder) / "talk.json"
        talk.write_text(json.dumps({"room": 0, "cookies": [""] * sockets, "epoch": "", "head": 0}))
        with process(command, size) as web:
            time.sleep(2)
            environment = {"PUBLIC_URL": f"http://127.0.0.1:{port}"}
            return _listen(web.pid, f"ws://127.0.0.1:{port}/", talk, messages, environment, None)


SIZES = ((100, 200, 10.0), (500, 150, 10.0), (1000, 100, 5.0))
LATEST_MS = 250.0  # at 1,000 sockets and 5 messages a second, for 99 of 100


def run() -> list[dict[str, Any]]:
    """The rows of the table."""
    faults = [measure(*SIZES[0], faults=True)] if os.environ.get("REDIS_URL") else []
    return [_row(size, faults if size == SIZES[0] else []) for size in SIZES]


def _row(size: tuple[int, int, float], killed: list[dict[str, Any]]) -> dict[str, Any]:
    limit, calm, beside = bare(*size), measure(*size), stock(*size)
    ok = calm["microseconds"] <= TARGET_MICROSECONDS and calm["p99_ms"] <= LATEST_MS
    row = {
        "name": f"chat, {size[0]:,} sockets, {size[2]:g}/s", "unit": "µs CPU/delivery", "value": calm["microseconds"],
        "limit": limit["microseconds"], "limit_name": "bare websockets broadcast",
        "ratio": round(limit["microseconds"] / max(calm["microseconds"], 0.1), 2), "target": TARGET_MICROSECONDS,
        "ok": ok and all(_whole(run) for run in [calm, *killed]),
        "lines": [_said("Yaji", calm), _said("bare websockets", limit), _said("stock Channels", beside)],
    }  # fmt: skip
    row["lines"] += [_said("Yaji, bus killed", run) for run in killed]
    print("\n".join([f"  {row['name']}", *row["lines"]]), flush=True)
    return row


def _whole(run: dict[str, Any]) -> bool:
    return not (run["lost"] or run["doubled"] or run["reordered"])


def _said(name: str, run: dict[str, Any]) -> str:
    return (
        f"{name:<18}{run['microseconds']:>8} µs   p50 {run['p50_ms']:>8} ms  p95 {run['p95_ms']:>8} ms  "
        f"p99 {run['p99_ms']:>8} ms   lost {run['lost']}, doubled {run['doubled']}, reordered {run['reordered']}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sockets", type=int, default=200)
    parser.add_argument("--messages", type=int, default=200)
    parser.add_argument("--rate", type=float, default=10.0)
    parser.add_argument("--faults", action="store_true")
    print(json.dumps(measure(**vars(parser.parse_args())), indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
