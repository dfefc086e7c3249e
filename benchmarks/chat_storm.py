"""A storm of resuming: 2,000 sockets come back at once, each some messages behind; then 5,000 sit there and listen.

    ./run bench chat_storm

Real sockets against the real application (one process). Goals: everybody caught up within 30 s; 5,000 idle sockets in
350 MB more than the empty server. The limit beside it is a bare `websockets` server with as many idle sockets.
"""

import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from benchmarks.chat import ROOT, _uvicorn, free_port, process, wait_for

BACK, IDLE, BEHIND = 2000, 5000, 20
SECONDS, MEGABYTES = 30.0, 350.0


def memory(pid: int) -> float:
    """Resident megabytes of a process."""
    rows = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(row.split()[1] for row in rows if row.startswith("VmRSS"))) / 1024


async def come_back(url: str, talk: dict[str, Any], cookie: str, after: int) -> tuple[ClientConnection, int]:
    """One socket, resumed: (it, how many events it was given)."""
    headers = {"Cookie": cookie} if cookie else {}
    socket = await connect(url, origin=talk["origin"], additional_headers=headers, compression=None, open_timeout=60)
    rooms = [{"r": talk["room"], "epoch": talk["epoch"], "after": after}]
    await socket.send(json.dumps({"t": "sub", "id": 1, "rooms": rooms}))
    given = 0
    async for text in socket:
        frame = json.loads(text)
        given += len(frame["list"]) if frame["t"] == "evs" else 0
        if frame["t"] == "live":
            break
    return socket, given


async def storm(url: str, talk: dict[str, Any], pid: int) -> dict[str, float]:
    """What it costs: seconds until everybody is caught up, and memory for those who then sit there."""
    empty, began = memory(pid), time.perf_counter()
    gate = asyncio.Semaphore(200)  # a listen queue is not longer; the rest waits as browsers do

    async def one(cookie: str, after: int) -> tuple[ClientConnection, int]:
        async with gate:
            return await come_back(url, talk, cookie, after)

    first = await asyncio.gather(*(one(cookie, 0) for cookie in talk["cookies"][:BACK]))
    seconds = time.perf_counter() - began
    rest = await asyncio.gather(*(one(cookie, BEHIND) for cookie in talk["cookies"][BACK:]))
    await asyncio.sleep(2)
    found = {
        "seconds": round(seconds, 1), "megabytes": round(memory(pid) - empty, 1),
        "holes": sum(given != BEHIND for _, given in first),
    }  # fmt: skip
    await asyncio.gather(*(socket.close() for socket, _ in [*first, *rest]))
    return found


def product() -> dict[str, float]:
    """The storm on the real application."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        origin = f"http://127.0.0.1:{port}"
        environment = {
            "YAJI_ENV": "development", "YAJI_VAR": folder, "PUBLIC_URL": origin, "LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "config.settings.development",
        }  # fmt: skip
        file = Path(folder) / "talk.json"
        for words in (["prepare", str(IDLE)], ["say", str(BEHIND), "50", "calm"]):
            command = [sys.executable, "-m", "benchmarks.chat_talk", str(file), *words]
            subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=True)
        talk = {**json.loads(file.read_text()), "origin": origin}
        with process(_uvicorn("config.asgi:application", port), environment) as web:
            wait_for(f"{origin}/healthz")
            return asyncio.run(storm(f"ws://127.0.0.1:{port}/ws/chat/", talk, web.pid))


async def _sit(url: str, count: int, pid: int) -> float:
    empty = memory(pid)
    gate = asyncio.Semaphore(200)

    async def one() -> ClientConnection:
        async with gate:
            socket = await connect(url, compression=None, open_timeout=60)
            await socket.send("{}")
            await socket.recv()
            return socket

    sockets = await asyncio.gather(*(one() for _ in range(count)))
    await asyncio.sleep(2)
    taken = memory(pid) - empty
    await asyncio.gather(*(socket.close() for socket in sockets))
    return round(taken, 1)


def bare() -> float:
    """Megabytes of as many idle sockets of a bare `websockets` server."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.chat_bare", str(port), str(IDLE + 1), "1", "1"]
    with process(command, {}) as web:
        time.sleep(1)
        return asyncio.run(_sit(f"ws://127.0.0.1:{port}/", IDLE, web.pid))


def run() -> list[dict[str, Any]]:
    """The rows of the table."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 3 * IDLE), hard))
    limit, found = bare(), product()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return [
        {"name": f"chat, {BACK:,} resume at once", "unit": "s", "value": found["seconds"], "limit": SECONDS,
         "limit_name": f"the goal; each {BEHIND} behind, {found['holes']} with a hole",
         "ratio": round(found["seconds"] / SECONDS, 2), "target": SECONDS,
         "ok": found["seconds"] <= SECONDS and not found["holes"]},
        {"name": f"chat, {IDLE:,} idle sockets", "unit": "MB", "value": found["megabytes"], "limit": limit,
         "limit_name": "as many at a bare websockets server", "ratio": round(found["megabytes"] / max(limit, 0.1), 2),
         "target": MEGABYTES, "ok": found["megabytes"] <= MEGABYTES},
    ]  # fmt: skip
