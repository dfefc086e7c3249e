"""Fetches one page of the open web for its title: little, quickly, without a trace of anybody.

The standard library's client on purpose: what a larger one adds (pools, retries, redirects, cookies, proxies, unpacking)
is what must not happen here.
"""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urljoin

from community.hung.links.guard import PORTS, Refused, Resolve, Way, judge, resolve

SECONDS = 5.0  # for everything, names and redirects too
MOST_BYTES = 512 * 1024
MOST_HOPS = 4
CHUNK = 16 * 1024
REDIRECTS = frozenset({301, 302, 303, 307, 308})
HTML = frozenset({"text/html", "application/xhtml+xml"})
TROUBLE = (
    OSError,
    http.client.HTTPException,
    ValueError,
    AttributeError,
)  # what a shut or speaking-nonsense line raises


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page: where it was in the end, its first bytes, and the charset that its header names."""

    url: str
    body: bytes
    charset: str


@dataclass(frozen=True, slots=True)
class Manner:
    """How pages are fetched. Tests have another name server, another rule, other seconds."""

    agent: str
    resolve: Resolve = resolve
    allowed: Callable[[str, int], bool] | None = None
    seconds: float = SECONDS
    most_bytes: int = MOST_BYTES


def fetch(url: str, manner: Manner) -> Fetched:
    """The page behind an address, after at most four redirects, each judged like the first. Raises Refused."""
    ends = time.monotonic() + manner.seconds
    for _hop in range(MOST_HOPS + 1):
        answer = _ask(_judged(url, manner, ends), manner, ends)
        if isinstance(answer, Fetched):
            return answer
        url = urljoin(url, answer)
    raise Refused("too many redirects")


def _judged(url: str, manner: Manner, ends: float) -> Way:
    """The way, found within the time that is left: a name server may be as slow as it likes."""
    found: list[Way] = []
    trouble: list[Exception] = []

    def look() -> None:
        try:
            found.append(judge(url, manner.resolve, manner.allowed))
        except Exception as no:
            trouble.append(no)

    thread = threading.Thread(target=look, name="hung-judge", daemon=True)
    thread.start()
    thread.join(max(0.0, ends - time.monotonic()))
    if trouble:
        raise trouble[0] if isinstance(trouble[0], Refused) else Refused("the address cannot be judged")
    if not found:
        raise Refused("too slow")
    return found[0]


def _ask(way: Way, manner: Manner, ends: float) -> Fetched | str:
    """One request: the page, or where it sends us."""
    try:
        with _line(way, ends) as line:
            line.request("GET", way.target, headers=_headers(way, manner))
            response = line.getresponse()
            if response.status in REDIRECTS and response.headers.get("Location"):
                return str(response.headers["Location"])
            _check(response)
            charset = response.headers.get_content_charset() or ""
            return Fetched(way.url, _read(response, manner, ends), charset)
    except TROUBLE as trouble:
        raise Refused(f"no answer: {type(trouble).__name__}") from trouble


def _headers(way: Way, manner: Manner) -> dict[str, str]:
    host = f"[{way.host}]" if ":" in way.host else way.host
    return {
        "Host": host if way.port == PORTS[way.scheme] else f"{host}:{way.port}",
        "User-Agent": manner.agent,
        "Accept": "text/html,application/xhtml+xml",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }


def _check(response: http.client.HTTPResponse) -> None:
    if response.status != http.client.OK:
        raise Refused(f"status {response.status}")
    if response.headers.get_content_type() not in HTML or "Content-Type" not in response.headers:
        raise Refused("no page")
    if response.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
        raise Refused("packed, although we asked for it plain")  # what is never unpacked cannot burst


def _read(response: http.client.HTTPResponse, manner: Manner, ends: float) -> bytes:
    """The first bytes, as many as are wanted: a title stands at the beginning, the rest is left."""
    body = b""
    while len(body) < manner.most_bytes:
        piece = response.read1(min(CHUNK, manner.most_bytes - len(body)))
        if not piece:
            break
        body += piece
    _left(ends)  # an end that the cut made is no page
    return body


@contextmanager
def _line(way: Way, ends: float) -> Iterator[http.client.HTTPConnection]:
    """A line to the judged address, cut at the end of the time whatever the other side sends until then."""
    held = [socket.create_connection((way.ip, way.port), timeout=_left(ends))]
    cut = threading.Timer(max(0.0, ends - time.monotonic()), _cut, [held])
    cut.daemon = True
    cut.start()
    line = http.client.HTTPConnection(way.host, way.port)
    try:
        if way.scheme == "https":
            _secure(held, way, ends)
        line.sock = held[-1]
        yield line
    finally:
        cut.cancel()
        line.close()
        held[-1].close()


def _secure(held: list[socket.socket], way: Way, ends: float) -> None:
    """TLS over the line, with the certificate of the name that was asked for. The plain socket is taken over by it."""
    secured = ssl.create_default_context().wrap_socket(
        held[-1], server_hostname=way.host, do_handshake_on_connect=False
    )
    held.append(secured)
    secured.settimeout(_left(ends))  # the cut may have come between the two
    secured.do_handshake()


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise Refused("too slow")
    return left


def _cut(held: list[socket.socket]) -> None:
    """Shut the line below TLS: whoever reads from it sees its end at once."""
    with suppress(OSError):
        socket.socket.shutdown(held[-1], socket.SHUT_RDWR)
