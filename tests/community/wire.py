"""A real server on a real port, and clients that speak the protocol over it."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from asgiref.sync import sync_to_async
from django.db import connection, connections
from django.test import Client as Browser
from websockets.asyncio.client import ClientConnection, connect

from accounts.models import User
from community.chat import hub as hub_module
from community.chat.asgi import websocket_application
from community.chat.database import run

ORIGIN = "http://localhost:8000"


@contextmanager
def database_for_threads(folder: Path) -> Iterator[None]:
    """Several threads on SQLite need a file: the test's database in memory is copied to one for the while.

    On PostgreSQL there is nothing to do.
    """
    if connection.vendor != "sqlite" or "memory" not in str(connection.settings_dict["NAME"]):
        yield
        return
    inner = connections["default"]
    name = inner.settings_dict["NAME"]
    path = folder / "threads.sqlite3"
    with inner.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])
    inner.settings_dict["NAME"] = str(path)
    del connections["default"]
    try:
        yield
    finally:
        connections["default"].close()
        inner.settings_dict["NAME"] = name
        connections["default"] = inner


def cookie_of(account: User) -> str:
    """A signed-in browser's session cookie."""
    browser = Browser()
    browser.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return f"sessionid={browser.cookies['sessionid'].value}"


@asynccontextmanager
async def serving() -> AsyncIterator[str]:
    """The socket application under uvicorn in this loop; its address."""
    config = uvicorn.Config(
        websocket_application(), port=0, lifespan="off", log_level="error", ws_per_message_deflate=False
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"ws://127.0.0.1:{port}/ws/chat/"
    finally:
        hub = hub_module._hubs.pop(asyncio.get_running_loop(), None)
        if hub is not None:
            await hub.stop()
        server.should_exit = True
        await task
        await sync_to_async(connections.close_all)()  # the thread in which Channels read sessions


class Talker:
    """A client: keeps every frame, waits for the one that a test wants."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.seen: list[dict[str, Any]] = []

    async def take(self, kind: str, within: float = 5.0, **wanted: Any) -> dict[str, Any]:
        """The next frame of this kind with these values; those before it are kept in `seen`."""
        async with asyncio.timeout(within):
            while True:
                frame = json.loads(await self.socket.recv())
                self.seen.append(frame)
                if frame["t"] == kind and all(frame.get(k) == v for k, v in wanted.items()):
                    return frame

    async def send(self, **frame: Any) -> None:
        await self.socket.send(json.dumps(frame))

    async def enter(self, r: int, after: int | None = 0, epoch: str | None = None) -> dict[str, Any]:
        await self.send(t="sub", id=1, rooms=[{"r": r, "after": after, "epoch": epoch}])
        return await self.take("live", r=r)

    async def say(self, r: int, body: str = "Hello.", cid: str | None = None, id: int = 2) -> dict[str, Any]:
        await self.send(t="send", id=id, r=r, cid=cid or str(uuid.uuid4()), body=body)
        return await self.take("ok", id=id)

    async def closed(self, within: float = 5.0) -> int:
        """The close code, once the server has closed."""
        async with asyncio.timeout(within):
            try:
                while True:
                    self.seen.append(json.loads(await self.socket.recv()))
            except Exception:
                await self.socket.wait_closed()
        return self.socket.close_code or 0

    @property
    def events(self) -> list[int]:
        """Numbers of the events seen, in the order in which they came."""
        found: list[int] = []
        for frame in self.seen:
            found += [e["seq"] for e in frame["list"]] if frame["t"] == "evs" else []
            found += [frame["seq"]] if frame["t"] == "ev" else []
        return found


Dial = Callable[..., Awaitable[Talker]]


@asynccontextmanager
async def dialling(address: str) -> AsyncIterator[Dial]:
    """`dial(account)` opens a socket as that account (None: a stranger) and reads its hello."""
    open_sockets: list[ClientConnection] = []

    async def dial(account: User | None = None, *, origin: str = ORIGIN, **options: Any) -> Talker:
        headers = {"Cookie": await run(cookie_of, account)} if account else {}
        socket = await connect(address, origin=origin, additional_headers=headers, compression=None, **options)  # type: ignore[arg-type]
        open_sockets.append(socket)
        talker = Talker(socket)
        await talker.take("hello")
        return talker

    try:
        yield dial
    finally:
        for socket in open_sockets:
            await socket.close()
