"""HTTP/1.1 with kept connections around the WSGI application; one thread a connection; loopback only."""

import io
import logging
import socket
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sandbox.web import MAX_BODY, MAX_LOAD, Dropped

MOST_THROWN_AWAY = 16 * MAX_BODY

log = logging.getLogger("sandbox")
App = Callable[[dict[str, Any], Callable[..., Any]], list[bytes]]


class Handler(BaseHTTPRequestHandler):
    """Turns each request into a WSGI call."""

    protocol_version = "HTTP/1.1"
    server_version = "YajiSandbox"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 75
    server: "Server"

    def serve(self) -> None:
        """Answer one request."""
        try:
            body = self._read()
        except ValueError:
            self.close_connection = True
            self.send_error(400)
            return
        if body is None:
            self.close_connection = True
            self.send_error(413)
            return
        started: list[Any] = []
        try:
            chunks = self.server.app(self._environ(body), lambda status, head: started.extend((status, head)))
        except Dropped:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._send(started[0], started[1], b"".join(chunks))

    do_GET = do_POST = do_DELETE = do_HEAD = do_PUT = do_PATCH = do_OPTIONS = serve

    def _read(self) -> bytes | None:
        if "chunked" in (self.headers.get("Transfer-Encoding") or "").lower():
            raise ValueError("chunked bodies are not taken")
        length = int(self.headers.get("Content-Length") or 0)
        if length < 0:
            raise ValueError("negative length")
        if length <= (MAX_LOAD if self.path == "/_control/load" else MAX_BODY):
            return self.rfile.read(length)
        # Whoever is still sending hears the refusal only when what was sent has been taken: read it and throw it away.
        left = min(length, MOST_THROWN_AWAY)
        while left and (piece := self.rfile.read(min(left, 65536))):
            left -= len(piece)
        return None

    def _environ(self, body: bytes) -> dict[str, Any]:
        path, _, query = self.path.partition("?")
        environ = {
            "REQUEST_METHOD": self.command, "PATH_INFO": path, "QUERY_STRING": query, "SCRIPT_NAME": "",
            "SERVER_NAME": "127.0.0.1", "SERVER_PORT": str(self.server.server_port), "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_TYPE": self.headers.get("Content-Type", ""), "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr, "wsgi.url_scheme": "http",
            "wsgi.version": (1, 0), "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
        }  # fmt: skip
        for name, value in self.headers.items():
            environ["HTTP_" + name.upper().replace("-", "_")] = value
        return environ

    def _send(self, status: str, head: list[tuple[str, str]], body: bytes) -> None:
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        for name, value in head:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """One line a request, for those who ask for them."""
        log.debug(format, *args)


class Server(ThreadingHTTPServer):
    """Listens on 127.0.0.1."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, port: int, app: App) -> None:
        self.app = app
        super().__init__(("127.0.0.1", port), Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            log.exception("connection failed")
