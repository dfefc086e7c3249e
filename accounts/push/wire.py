"""Calling an address that a browser gave us, and nothing else: https, a public address, no redirect, little patience.

The name is looked up once; the connection goes to the very address that was judged, so that a name cannot change its mind.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

PATIENCE = 10  # seconds
MOST = 1000  # signs of an address
_allowed: set[str] = set()


class Refused(ValueError):
    """An address that we do not call."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a push service said. `after`: seconds that it asks us to wait."""

    status: int
    after: int = 0


@contextmanager
def allowing(origin: str) -> Iterator[None]:
    """For tests alone: an own push service at `http://127.0.0.1:…` may be called meanwhile."""
    _allowed.add(origin)
    try:
        yield
    finally:
        _allowed.discard(origin)


def checked(endpoint: str) -> SplitResult:
    """The parts of an address that may be one of a push service, by its looks. Raises Refused."""
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError as wrong:
        raise Refused("no address") from wrong
    if f"{parts.scheme}://{parts.netloc}" in _allowed:
        return parts
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.password or port not in (None, 443):
        raise Refused("not https, or with a port or a password")
    if len(endpoint) > MOST or not endpoint.isascii() or any(sign <= " " for sign in endpoint):
        raise Refused("no address")
    if "." not in parts.hostname.strip(".") or _number(parts.hostname):
        raise Refused("not a public name")
    return parts


def _number(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return host.replace(".", "").isdigit()
    return True


def public_address(host: str, port: int = 443) -> str:
    """The address behind the name, when every one of them is public. Raises Refused; OSError when there is none."""
    found = {str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    for one in found:
        ip = ipaddress.ip_address(one.partition("%")[0])
        if not ip.is_global or ip.is_multicast or getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None):
            raise Refused("not a public address")
    return sorted(found)[0]


class _Pinned(http.client.HTTPSConnection):
    """Https to a name, over the address that was judged."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(host, 443, timeout=PATIENCE, context=ssl.create_default_context())
        self._address = address

    def connect(self) -> None:
        """As its parent does, but for the name."""
        plain = socket.create_connection((self._address, 443), PATIENCE)
        self.sock = self._context.wrap_socket(plain, server_hostname=self.host)  # type: ignore[attr-defined]


def post(endpoint: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send it. Raises Refused; OSError or http.client.HTTPException for a line that does not hold."""
    parts = checked(endpoint)
    host = parts.hostname or ""
    line: http.client.HTTPConnection
    if f"{parts.scheme}://{parts.netloc}" in _allowed:
        line = http.client.HTTPConnection(host, parts.port or 80, timeout=PATIENCE)
    else:
        line = _Pinned(host, public_address(host))
    try:
        line.request("POST", f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}", body, dict(headers))
        answer = line.getresponse()
        wait = answer.headers.get("Retry-After", "")
        return Answer(
            answer.status, min(int(wait), 86_400) if wait.isascii() and wait.isdigit() and len(wait) < 9 else 0
        )
    finally:
        line.close()
