"""Sockets for an ASGI server, and pages beside them.

In production the proxy sends only /ws/ here and pages go to `config.wsgi`; the demo serves both from this one
application. Pages run as WSGI inside threads (a2wsgi): about four times the throughput of Django's ASGI handler.
"""

from typing import Any

from a2wsgi import WSGIMiddleware

from config.wsgi import application as pages

_pages = WSGIMiddleware(pages, workers=8)

from community.chat.asgi import websocket_application  # noqa: E402 - models need the settings of config.wsgi

_sockets = websocket_application()


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Dispatch one ASGI connection: sockets, server lifespan, or a page."""
    if scope["type"] == "websocket":
        await _sockets(scope, receive, send)
    elif scope["type"] == "lifespan":
        await _lifespan(receive, send)
    else:
        await _pages(scope, receive, send)


async def _lifespan(receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
