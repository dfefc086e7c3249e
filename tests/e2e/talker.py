"""Somebody in a room, over the real socket."""

import json
import time
import uuid
from collections.abc import Callable
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.e2e.visitor import Page, Visitor

Frame = dict[str, Any]


def socket_of(visitor: Visitor, origin: str | None = None) -> Any:
    """The chat's socket with this visitor's cookie, for a `with`; raises `InvalidStatus` there when it is refused."""
    cookie = "; ".join(f"{c.name}={c.value}" for c in visitor.session.cookies)
    address = f"{visitor.system.url.replace('http', 'ws', 1)}/ws/chat/"
    return connect(
        address, origin=origin or visitor.system.url, additional_headers={"Cookie": cookie}, proxy=None,
        compression=None, open_timeout=20,
    )  # type: ignore[arg-type]  # fmt: skip


class Talker:
    """One socket, open within a `with`. `frames` is everything that came."""

    socket: ClientConnection

    def __init__(self, visitor: Visitor) -> None:
        self._opening, self.frames, self.ids = socket_of(visitor), list[Frame](), 0

    def tell(self, **frame: Any) -> int:
        """Send a frame with the next id; answers the id."""
        self.ids += 1
        self.socket.send(json.dumps({"id": self.ids, **frame}))
        return self.ids

    def wait(self, wanted: Callable[[Frame], bool], seconds: float = 20) -> Frame:
        """The first frame that fits, of those that came or will come."""
        until = time.monotonic() + seconds
        while True:
            for frame in self.frames:
                if wanted(frame):
                    return frame
            left = until - time.monotonic()
            assert left > 0, f"the frame did not come; these did: {self.frames}"
            try:
                self.frames.append(json.loads(self.socket.recv(timeout=left)))
            except TimeoutError:
                continue

    def sit_down(self, room: int) -> Frame:
        """Subscribe; answers the `room` frame, or the refusal."""
        self.tell(t="sub", rooms=[{"r": room}])
        return self.wait(lambda f: (f["t"] in ("live", "unsub", "err")) and f.get("r", room) == room)

    def say(self, room: int, body: str, cid: str = "") -> Frame:
        """Say something; answers the acknowledgement."""
        number = self.tell(t="send", r=room, cid=cid or str(uuid.uuid4()), body=body)
        return self.wait(lambda f: f["t"] in ("ok", "err") and f.get("id") == number)

    def hear(self, piece: str) -> Frame:
        """Wait for a message with these words in it."""
        return self.wait(lambda f: f["t"] == "ev" and f["k"] == "msg" and piece in f["d"]["html"])

    def __enter__(self) -> "Talker":
        self.socket = self._opening.__enter__()
        self.wait(lambda f: f["t"] == "hello")
        return self

    def __exit__(self, *why: object) -> None:
        self._opening.__exit__(*why)


def room_number(page: Page) -> int:
    """The number of the room that a page shows."""
    return int(str(page.one("yaji-chat")["data-room"]))
