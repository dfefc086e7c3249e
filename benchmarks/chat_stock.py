"""Stock Channels beside the product: a consumer in a group, a channel layer in memory, as its tutorial has it.

The layer in memory flatters it: with Redis between the processes every delivery costs more. Served by uvicorn as the
product is; SOCKETS, MESSAGES and RATE stand in the environment. It speaks by itself once everybody is in.
"""

import asyncio
import os
import time
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.urls import path

from benchmarks.chat_bare import PEOPLE

SOCKETS, MESSAGES, RATE = (float(os.environ[name]) for name in ("SOCKETS", "MESSAGES", "RATE"))
settings.configure(CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}})
_inside: set[str] = set()
_speaking: list[asyncio.Task[None]] = []


class Listener(AsyncWebsocketConsumer):  # type: ignore[misc]
    """One socket in the group."""

    async def connect(self) -> None:
        """Come in."""
        await self.channel_layer.group_add("room", self.channel_name)
        await self.accept()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """The first frame says that the socket listens."""
        _inside.add(self.channel_name)
        await self.send('{"t":"live"}')
        if len(_inside) >= SOCKETS and not _speaking:
            _speaking.append(asyncio.create_task(speak()))

    async def said(self, event: dict[str, Any]) -> None:
        """What the group hears."""
        await self.send(event["text"])


async def speak() -> None:
    """Messages of the product's size, evenly."""
    await asyncio.sleep(2.5)
    layer = get_channel_layer()
    for n in range(int(MESSAGES)):
        words = f"{n} {time.time():.6f} " + "雨过天青" * 12
        text = f'{{"d":{{"at":"2026-11-22T12:14:00.000Z",{PEOPLE},"html":"<p>{words}</p>"}},"seq":{n + 1},"t":"ev"}}'
        await layer.group_send("room", {"type": "said", "text": text})
        await asyncio.sleep(1 / RATE)


async def healthz(scope: Any, receive: Any, send: Any) -> None:
    """Says that the server is up."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})


application = ProtocolTypeRouter({"http": healthz, "websocket": URLRouter([path("", Listener.as_asgi())])})
