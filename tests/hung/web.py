"""A small web of the tests' own on loopback: each path answers in its own bad or good manner."""

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

PAGE = (
    "<!doctype html><html><head><meta charset=utf-8><title>Fallback</title>"
    '<meta property="og:title" content="The Kiln &amp; the Rain">'
    '<meta property="og:description" content="How a sky came to be fired.">'
    '<meta property="og:site_name" content="Kiln Notes"></head><body>…</body></html>'
).encode()


def plain(body: bytes = PAGE, kind: str = "text/html; charset=utf-8", more: str = "", status: str = "200 OK") -> bytes:
    """An answer."""
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}\r\n".encode() + body


class Web:
    """The server; `asked` are the requests as they came."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.sent = 0
        self.redirects: dict[str, str] = {}
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])
        self.stopped = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def url(self, path: str, host: str = "kiln.test") -> str:
        return f"http://{host}:{self.port}{path}"

    def _serve(self) -> None:
        while not self.stopped.is_set():
            try:
                line, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=[line], daemon=True).start()

    def _answer(self, line: socket.socket) -> None:
        with line:
            head = b""
            while b"\r\n\r\n" not in head:
                piece = line.recv(4096)
                if not piece:
                    return
                head += piece
            self.asked.append(head.decode("latin-1"))
            try:
                self._say(line, self.asked[-1].split()[1])
            except OSError:
                return

    def _say(self, line: socket.socket, path: str) -> None:
        if path in self.redirects:
            line.sendall(plain(b"", more=f"Location: {self.redirects[path]}\r\n", status="302 Found"))
        elif path == "/slow-head":
            self._drip(line, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-A: " + b"a" * 10_000)
        elif path == "/slow-body":
            self._drip(line, plain(b"", more="")[:-2] + b"\r\n" + b"<title>" + b"a" * 10_000)
        elif path == "/endless":
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE)
            while not self.stopped.is_set():
                self.sent += line.send(b"<p>more and more of it</p>" * 500)
        elif path == "/bomb":
            line.sendall(
                plain(gzip.compress(b"<title>x</title>" + b"\0" * 50_000_000), more="Content-Encoding: gzip\r\n")
            )
        elif path == "/picture":
            line.sendall(plain(b"\x89PNG", "image/png"))
        elif path == "/missing":
            line.sendall(plain(status="404 Not Found"))
        elif path == "/nonsense":
            line.sendall(b"\x00\x01 this is no http\r\n\r\n")
        elif path == "/continues":
            while not self.stopped.is_set():
                line.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        else:
            line.sendall(plain(more="Set-Cookie: follow=me\r\n"))

    def _drip(self, line: socket.socket, what: bytes) -> None:
        for at in range(len(what)):
            if self.stopped.is_set():
                return
            line.sendall(what[at : at + 1])
            time.sleep(0.02)


@contextmanager
def web() -> Iterator[Web]:
    """A server while the block runs."""
    server = Web()
    try:
        yield server
    finally:
        server.stopped.set()
        server.listener.close()
