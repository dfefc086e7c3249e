"""The limit: a bare `websockets` server that broadcasts frames of the same size. No database, no room, no rights.

python -m benchmarks.chat_bare PORT SOCKETS MESSAGES RATE
"""

import asyncio
import sys
import time

from websockets.asyncio.server import ServerConnection, broadcast, serve

PEOPLE = '"by":{"badge_en":"","badge_zh":"","id":"00000000-0000-0000-0000-000000000000","name":"Speaker","tint":"seal"}'


async def main(port: int, sockets: int, messages: int, rate: float) -> None:
    inside: set[ServerConnection] = set()

    async def welcome(socket: ServerConnection) -> None:
        await socket.recv()
        inside.add(socket)
        await socket.send('{"t":"live"}')
        await socket.wait_closed()

    async with serve(welcome, "127.0.0.1", port, compression=None):
        while len(inside) < sockets:
            await asyncio.sleep(0.05)
        await asyncio.sleep(2.5)
        for n in range(messages):
            words = f"{n} {time.time():.6f} " + "雨过天青" * 12
            broadcast(
                inside,
                f'{{"d":{{"at":"2026-11-22T12:14:00.000Z",{PEOPLE},"html":"<p>{words}</p>"}},"seq":{n + 1},"t":"ev"}}',
            )
            await asyncio.sleep(1 / rate)
        await asyncio.sleep(5)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])))
