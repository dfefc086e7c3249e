"""The socket's ASGI stack: origin, session, routing."""

from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from django.conf import settings

from community.chat.protocol import Close
from community.chat.routing import websocket_urlpatterns

Scope = dict[str, Any]


class ExactOrigin:
    """Lets through handshakes whose Origin is one of `YAJI_ORIGINS`, letter by letter; a missing one is foreign.

    The others end before the handshake: the server answers 403 (close code 4403 where it can say so).
    """

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        origins = [value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"]
        if len(origins) == 1 and origins[0] in settings.YAJI_ORIGINS:
            await self.inner(scope, receive, send)
            return
        await _turn_away(receive, send, Close.FOREIGN_ORIGIN, "foreign origin")


class KnownPath:
    """Answers unknown socket paths with a close instead of an exception in the log."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if scope["path"] == "/ws/chat/":
            await self.inner(scope, receive, send)
            return
        await _turn_away(receive, send, Close.PROTOCOL, "no such socket")


async def _turn_away(receive: Any, send: Any, code: Close, reason: str) -> None:
    await receive()
    await send({"type": "websocket.close", "code": int(code), "reason": reason})


def websocket_application() -> Any:
    """The application for scopes of type `websocket`."""
    return KnownPath(ExactOrigin(AuthMiddlewareStack(URLRouter(websocket_urlpatterns))))
