"""The way from a browser to the pages: a TCP relay in a thread, whose sockets can be cut and let through again."""

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any


class Gate:
    """Listens on `port` and passes everything to `behind`; `cut` ends the WebSockets and lets no new one in."""

    def __init__(self, port: int, behind: int) -> None:
        self.port, self.behind, self.shut = port, behind, False
        self._sockets: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="gate", daemon=True)
        self._thread.start()
        self._server: asyncio.Server = self._do(asyncio.start_server(self._pass, "127.0.0.1", port, backlog=256))

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def cut(self) -> None:
        """The line is down: open sockets break at once, new ones are refused. Pages still come."""
        self.shut = True
        self._do(self._break())

    def heal(self) -> None:
        """The line is back."""
        self.shut = False

    async def _break(self) -> None:
        for writer in list(self._sockets):
            writer.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.CancelledError):  # a task that ends cancelled would be reported by asyncio
            first = await reader.read(65536)
            talk = first.startswith(b"GET /ws/")
            if first and not (talk and self.shut):
                back, forth = await asyncio.open_connection("127.0.0.1", self.behind)
                if talk:
                    self._sockets.add(writer)
                forth.write(first)
                await asyncio.gather(_copy(reader, forth), _copy(back, writer))
        self._sockets.discard(writer)
        writer.transport.abort()

    def end(self) -> None:
        """Stop listening, break what is open."""
        self._do(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _stop(self) -> None:
        self._server.close()
        rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    with suppress(OSError):
        target.close()
