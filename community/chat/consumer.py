"""The socket: a Channels consumer without a channel layer. It parses, refuses and acks; the hub delivers."""

import logging
import uuid
from collections import deque
from typing import Any

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils import timezone

from community.chat import commands, protocol
from community.chat.data import moment
from community.chat.database import run
from community.chat.hub import the_hub
from community.chat.outlet import Outlet
from community.chat.protocol import BadFrame, Close, Code
from community.chat.reads import mark_of
from community.chat.subscribing import subscribe
from community.people import brief
from community.refusals import Refused

log = logging.getLogger(__name__)
BURST = 2


class ChatConsumer(AsyncWebsocketConsumer):
    """One socket. Frames of one socket are handled in order, so a sender's order is the room's order (G4).

    Strangers may listen to public rooms and do nothing else.
    """

    channel_layer_alias = "none"  # not configured: no layer, no group, no task per socket
    outlet: Outlet

    async def dispatch(self, message: dict[str, Any]) -> None:
        """As Channels does, without its hop into a thread for each event: database work has its own pool."""
        handler = {
            "websocket.connect": self.websocket_connect,
            "websocket.receive": self.websocket_receive,
            "websocket.disconnect": self.websocket_disconnect,
        }[message["type"]]
        await handler(message)

    async def connect(self) -> None:
        user = self.scope["user"]
        account = user if user.is_authenticated and user.is_active else None
        self.account_id: int | None = account.pk if account else None
        self.stamps: deque[float] = deque(maxlen=protocol.FRAMES_PER_WINDOW * BURST)
        self.typed_at = 0.0
        self.hub = the_hub()
        await self.hub.start()
        await self.accept()
        self.outlet = Outlet(
            self.base_send,
            conn=uuid.uuid4().hex[:12],
            account_id=self.account_id,
            person=brief(account) if account and account.shows_presence else None,
            session_key=(self.scope["session"].session_key or "") if account else "",
        )
        self.outlet.push_text(protocol.hello(self.outlet.conn, moment(timezone.now())))
        self.hub.join(self.outlet)
        if account is not None:  # read at the handshake: who has changed since is asked again
            self.hub.watch.seen(account.pk, mark_of(account))

    async def disconnect(self, code: int) -> None:
        outlet = getattr(self, "outlet", None)
        if outlet is not None:
            self.hub.leave(outlet)
            outlet.abandon()
        raise StopConsumer

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        outlet = self.outlet
        if outlet.closed is not None:
            return
        if text_data is None:
            outlet.close(Close.PROTOCOL, "text frames only")
            return
        try:
            frame = protocol.parse(text_data)
        except BadFrame as bad:
            self._refuse(bad)
            return
        if self._flooding(frame):
            return
        try:
            await self._handle(frame)
        except Exception:
            log.exception("socket %s: frame %s failed", outlet.conn, type(frame).__name__)
            if (id := getattr(frame, "id", None)) is not None:
                outlet.push_text(protocol.err(id, Code.SERVER, after=2))

    def _refuse(self, bad: BadFrame) -> None:
        if bad.fatal:
            self.outlet.close(Close.PROTOCOL, bad.why)
        else:
            self.outlet.push_text(protocol.err(bad.id, bad.code))

    def _flooding(self, frame: protocol.ClientFrame) -> bool:
        """20 frames in 10 s; above that each is refused with the seconds to wait, at twice that the socket closes."""
        now = self.hub.now()
        while self.stamps and now - self.stamps[0] > protocol.WINDOW_SECONDS:
            self.stamps.popleft()
        if len(self.stamps) == self.stamps.maxlen:
            self.outlet.close(Close.FLOODING, "too many frames")
            return True
        self.stamps.append(now)
        if len(self.stamps) <= protocol.FRAMES_PER_WINDOW:
            return False
        wait = int(protocol.WINDOW_SECONDS - (now - self.stamps[-protocol.FRAMES_PER_WINDOW])) + 1
        self.outlet.push_text(protocol.err(getattr(frame, "id", None), Code.FLOOD, after=wait))
        return True

    async def _handle(self, frame: protocol.ClientFrame) -> None:
        if isinstance(frame, protocol.Heartbeat):
            return
        if isinstance(frame, protocol.Sub):
            for room in frame.rooms:
                await subscribe(self.hub, self.outlet, room)
        elif isinstance(frame, protocol.Typing):
            await self._typing(frame)
        elif self.account_id is None:
            if (id := getattr(frame, "id", None)) is not None:
                self.outlet.push_text(protocol.err(id, Code.SIGN_IN))
        elif isinstance(frame, protocol.Read):
            await run(commands.read, self.account_id, frame)
        else:
            await self._write(frame)

    async def _write(self, frame: commands.Write) -> None:
        try:
            answer = await run(commands.write, self.account_id or 0, frame)
        except Refused as refused:
            answer = protocol.err(frame.id, refused.code, after=refused.after)
        self.outlet.push_text(answer)

    async def _typing(self, frame: protocol.Typing) -> None:
        channel = self.hub.rooms.get(frame.r)
        now = self.hub.now()
        if self.outlet.person is None or channel is None or self.outlet not in channel.live:
            return
        if now - self.typed_at >= protocol.TYPING_SECONDS:
            self.typed_at = now
            await self.hub.company.typing(channel, self.outlet.person)
