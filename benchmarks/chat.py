"""Chat fan-out: CPU of the server per delivery, beside a bare `websockets` broadcast measured in the same run.

    python -m benchmarks.chat [--sockets 200] [--messages 200] [--rate 10] [--faults]

Starts the real application (uvicorn, one process, deflate off) on a database of its own, opens sockets of signed-in
members in one room from another process, and says messages through the action. With `--faults` (and REDIS_URL) every
pub/sub connection of Redis is killed while messages flow: nothing may be lost or doubled.
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
        server = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", str(port), "--log-level", "warning",
                  "--ws-per-message-deflate", "false", "--no-access-log"]  # fmt: skip
        with process(server, environment) as web:
            wait_for(f"http://127.0.0.1:{port}/healthz")
            return _listen(web.pid, port, command, environment, talk, messages, rate, faults=faults)


def _listen(
    pid: int, port: int, command: list[str], environment: dict[str, str], talk: Path, messages: int, rate: float, *,
    faults: bool,
) -> dict[str, Any]:  # fmt: skip
    out = talk.with_suffix(".result")
    crowd = [
        sys.executable,
        "-m",
        "benchmarks.chat_crowd",
        f"ws://127.0.0.1:{port}/ws/chat/",
        str(talk),
        str(out),
        str(messages),
    ]
    with process(crowd, environment) as listeners:
        while not talk.with_suffix(".ready").exists():
            if listeners.poll() is not None:
                raise RuntimeError("the listeners could not come in")
            time.sleep(0.05)
        time.sleep(1.5)
        before = cpu_seconds(pid)
        say = [*command, "say", str(messages), str(rate), "kill" if faults else "calm"]
        subprocess.run(say, cwd=ROOT, env={**os.environ, **environment}, check=True)
        listeners.wait(60)
        spent = cpu_seconds(pid) - before
    result = json.loads(out.read_text())
    deliveries = max(1, result["received"])
    return {**result, "microseconds": round(spent / deliveries * 1e6, 1), "server_cpu_seconds": round(spent, 2)}


def bare(sockets: int, messages: int, rate: float) -> float:
    """The limit: the same frames broadcast by a bare `websockets` server; microseconds of CPU per delivery."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        talk, out = Path(folder) / "talk.json", Path(folder) / "talk.result"
        talk.write_text(json.dumps({"room": 0, "cookies": [""] * sockets, "epoch": "", "head": 0}))
        server = [sys.executable, "-m", "benchmarks.chat_bare", str(port), str(sockets), str(messages), str(rate)]
        crowd = [
            sys.executable,
            "-m",
            "benchmarks.chat_crowd",
            f"ws://127.0.0.1:{port}/",
            str(talk),
            str(out),
            str(messages),
        ]
        with process(server, {}) as web:
            time.sleep(1)
            with process(crowd, {"PUBLIC_URL": f"http://127.0.0.1:{port}"}) as listeners:
                while not talk.with_suffix(".ready").exists():
                    time.sleep(0.05)
                time.sleep(1)
                before = cpu_seconds(web.pid)
                listeners.wait(120)
                return round((cpu_seconds(web.pid) - before) / (sockets * messages) * 1e6, 1)


def run(settings: dict[str, Any] | None = None) -> dict[str, Any]:
    """The row of the table. `settings`: sockets, messages, rate (a second), faults."""
    wanted = {
        "sockets": 200,
        "messages": 200,
        "rate": 10.0,
        "faults": bool(os.environ.get("REDIS_URL")),
        **(settings or {}),
    }
    size = (wanted["sockets"], wanted["messages"], wanted["rate"])
    limit = bare(*size)
    calm = measure(*size)
    row = {
        "name": "chat fan-out", "unit": "µs CPU/delivery", "value": calm["microseconds"], "limit": limit,
        "limit_name": "bare websockets broadcast", "ratio": round(limit / max(calm["microseconds"], 0.1), 2),
        "target": TARGET_MICROSECONDS, "ok": calm["microseconds"] <= TARGET_MICROSECONDS and not calm["lost"] and not calm["doubled"],
        "detail": calm,
    }  # fmt: skip
    if wanted["faults"]:
        row["bus_killed"] = measure(*size, faults=True)
        row["ok"] = row["ok"] and not row["bus_killed"]["lost"] and not row["bus_killed"]["doubled"]
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sockets", type=int, default=200)
    parser.add_argument("--messages", type=int, default=200)
    parser.add_argument("--rate", type=float, default=10.0)
    parser.add_argument("--faults", action="store_true")
    print(json.dumps(run(vars(parser.parse_args())), indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
