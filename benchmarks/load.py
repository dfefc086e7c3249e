"""A load: keep-alive connections that send ready-made requests as fast as they are answered.

Runs in a process of its own (`python -m benchmarks.load spec.json`), so that its CPU is not the server's.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def hammer(
    port: int, requests: list[bytes], *, seconds: float = 4.0, connections: int = 8, once: bool = False
) -> dict[str, Any]:
    """Send the raw requests round and round for that long (or each once); answers `{rps, answers, bad}`."""
    with tempfile.TemporaryDirectory() as folder:
        spec = Path(folder) / "spec.json"
        spec.write_text(json.dumps({
            "port": port, "requests": [r.decode("latin-1") for r in requests], "seconds": seconds,
            "connections": connections, "once": once,
        }))  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.load", str(spec)], cwd=ROOT, capture_output=True, text=True, check=True
        )
        return json.loads(done.stdout)


class Queue:
    """Which request comes next; None when it is over."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self.requests = [r.encode("latin-1") for r in spec["requests"]]
        self.once, self.until, self.next = spec["once"], time.monotonic() + spec["seconds"], 0

    def take(self) -> bytes | None:
        if (self.once and self.next >= len(self.requests)) or (not self.once and time.monotonic() > self.until):
            return None
        self.next += 1
        return self.requests[(self.next - 1) % len(self.requests)]


async def _one(port: int, queue: Queue, counts: dict[str, int]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while (request := queue.take()) is not None:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(x.split(b":")[1]) for x in head.lower().split(b"\r\n") if x.startswith(b"content-length:"))
        await reader.readexactly(length)
        counts["answers"] += 1
        counts["bad"] += not head.startswith(b"HTTP/1.1 2")
    writer.close()


async def _all(spec: dict[str, Any]) -> dict[str, Any]:
    queue, counts = Queue(spec), {"answers": 0, "bad": 0}
    began = time.perf_counter()
    await asyncio.gather(*(_one(spec["port"], queue, counts) for _ in range(spec["connections"])))
    spent = time.perf_counter() - began
    return {"rps": round(counts["answers"] / spent, 1), **counts}


if __name__ == "__main__":
    import uvloop

    print(json.dumps(uvloop.run(_all(json.loads(Path(sys.argv[1]).read_text())))))
