"""The listening side: many sockets in one process; counts what came, twice or not at all, and how late.

python -m benchmarks.chat_crowd URL TALK.json RESULT.json MESSAGES
"""

import asyncio
import json
import os
import re
import sys
import time
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect

PATIENCE = 20.0
AT_THE_DOOR = 40  # how many come in at once: what is measured is how they hear, not how they queue
_sent_at = re.compile(r"\d+ (\d{9,}\.\d+) ")


class Crowd:
    """All sockets, and what each has heard."""

    def __init__(self, url: str, talk: dict[str, Any], messages: int) -> None:
        self.url, self.talk, self.messages = url, talk, messages
        self.heard: list[list[int]] = [[] for _ in talk["cookies"]]
        self.late: list[float] = []
        self.inside = 0
        self.door = asyncio.Semaphore(AT_THE_DOOR)

    async def listen(self, n: int) -> None:
        headers = {"Cookie": self.talk["cookies"][n]} if self.talk["cookies"][n] else {}
        origin = os.environ["PUBLIC_URL"]
        await self.door.acquire()
        async with connect(
            self.url, origin=origin, additional_headers=headers, compression=None, max_queue=4096, open_timeout=60
        ) as socket:  # type: ignore[arg-type]
            rooms = [{"r": self.talk["room"], "epoch": self.talk["epoch"], "after": self.talk["head"]}]
            await socket.send(json.dumps({"t": "sub", "id": 1, "rooms": rooms}))
            async for text in socket:
                self.take(n, str(text))
                if len(set(self.heard[n])) >= self.messages:
                    await asyncio.sleep(1.0)  # whatever comes twice would come now
                    while True:
                        try:
                            self.take(n, str(await asyncio.wait_for(socket.recv(), 0.05)))
                        except TimeoutError:
                            return

    def take(self, n: int, text: str) -> None:
        if '"t":"live"' in text:
            self.inside += 1
            self.door.release()
        elif '"t":"ev"' in text:
            self.heard[n].append(json.loads(text)["seq"])
            found = _sent_at.search(text)
            if found and n % 10 == 0:
                self.late.append(time.time() - float(found[1]))

    def result(self) -> dict[str, Any]:
        lost = sum(self.messages - len(set(heard)) for heard in self.heard)
        doubled = sum(len(heard) - len(set(heard)) for heard in self.heard)
        reordered = sum(heard != sorted(heard) for heard in self.heard)
        late = sorted(self.late) or [0.0]
        return {
            "sockets": len(self.heard), "messages": self.messages, "received": sum(map(len, self.heard)), "lost": lost,
            "doubled": doubled, "reordered": reordered, **{f"p{share}_ms": round(late[len(late) * share // 100] * 1000, 1) for share in (50, 95, 99)},
        }  # fmt: skip


async def main(url: str, talk: Path, out: Path, messages: int) -> None:
    crowd = Crowd(url, json.loads(talk.read_text()), messages)
    count = len(crowd.heard)
    tasks = []
    for n in range(count):
        tasks.append(asyncio.create_task(crowd.listen(n)))
    while crowd.inside < count:
        await asyncio.sleep(0.05)
        for task in tasks:
            if task.done():
                task.result()
    talk.with_suffix(".ready").touch()
    await asyncio.wait(tasks, timeout=PATIENCE + messages / 5)
    out.write_text(json.dumps(crowd.result()))
    for task in tasks:
        task.cancel()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])))
