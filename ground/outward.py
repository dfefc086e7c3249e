"""The house's way out, when somebody else names the address: to public machines alone, and never for longer than was set.

A name is resolved once, every address that it has is judged, and the connection is made to the judged address itself:
a name that means something else a moment later leads nowhere else. All of it, the name's resolving too, has one end in
time (`ends`, by the monotonic clock): a limit for each read is none for whoever sends a letter at a time.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

PORTS = {"http": 80, "https": 443}
Resolve = Callable[[str, int], Iterable[str]]
Allowed = Callable[[str, int], bool]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# What looks public and leads to private machines: translations (NAT64, 6to4, Teredo, IPv4 in IPv6), and what some
# networks use for themselves although it is not told apart by the registry.
TRANSLATING = [ipaddress.ip_network(n) for n in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96", "::ffff:0:0:0/96")]  # fmt: skip
CLOSED = [ipaddress.ip_network(n) for n in ("100.64.0.0/10", "192.88.99.0/24", "fec0::/10", "168.63.129.16/32")]
TROUBLE = (
    OSError,
    http.client.HTTPException,
    ValueError,
    AttributeError,
)  # what a shut or speaking-nonsense line raises


class Refused(Exception):
    """The house does not go there. The text is for the log: it names no address of ours."""


class NotNow(Refused):
    """Not this time: the name is not known, or the time is over. Another time it may go."""


@dataclass(frozen=True, slots=True)
class Way:
    """A judged way: connect to `ip` and `port`, say `host`, ask for `target` (path and query)."""

    url: str
    scheme: str
    host: str
    port: int
    ip: str
    target: str

    @property
    def called(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def resolve(host: str, port: int) -> list[str]:
    """What the system's resolver answers. Raises OSError."""
    rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(row[4][0]) for row in rows))


def is_public(text: str) -> bool:
    """Whether an address is a machine of the open web."""
    try:
        address: Address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(str(address.ipv4_mapped))
        if any(address in network for network in TRANSLATING):
            return False
    closed = any(address.version == n.version and address in n for n in CLOSED)
    return address.is_global and not (closed or address.is_multicast or address.is_reserved or address.is_unspecified)


def judge(url: str, resolve: Resolve = resolve, allowed: Allowed | None = None) -> Way:
    """The way to an address. Raises Refused. `allowed(ip, port)` stands in for the rule in tests on loopback."""
    try:
        parts = urlsplit(url)
        scheme, port = parts.scheme.lower(), parts.port
        host = (parts.hostname or "").rstrip(".").encode("idna").decode("ascii") if parts.hostname else ""
    except (ValueError, UnicodeError) as bad:
        raise Refused("not an address") from bad
    if scheme not in PORTS or not host:
        raise Refused("not http or https")
    if parts.username is not None or parts.password is not None:
        raise Refused("a name or password in the address")
    port = port or PORTS[scheme]
    rule = allowed or (lambda ip, at: at in PORTS.values() and is_public(ip))
    try:
        found = list(resolve(host, port))
    except (OSError, UnicodeError) as trouble:
        raise NotNow("the name is not known") from trouble
    if not found or not all(rule(ip, port) for ip in found):
        raise Refused("not a public address")  # one private address among public ones is a trick, not a server
    return Way(url, scheme, host, port, found[0], _target(parts.path, parts.query))


def _target(path: str, query: str) -> str:
    """Path and query as they go over the wire: no space, no line's end, no letter beyond ASCII."""
    whole = quote(path or "/", safe="/%:@!$&'()*+,;=~-._")
    return f"{whole}?{quote(query, safe='/%:@!$&()*+,;=~-._?')}" if query else whole


def judged(url: str, ends: float, resolve: Resolve = resolve, allowed: Allowed | None = None) -> Way:
    """The way, found within the time that is left: a name server may be as slow as it likes. Raises Refused."""
    found: list[Way] = []
    trouble: list[Exception] = []

    def look() -> None:
        try:
            found.append(judge(url, resolve, allowed))
        except Exception as no:
            trouble.append(no)

    thread = threading.Thread(target=look, name="outward-judge", daemon=True)
    thread.start()
    thread.join(max(0.0, ends - time.monotonic()))
    if trouble:
        raise trouble[0] if isinstance(trouble[0], Refused) else Refused("the address cannot be judged")
    if not found:
        raise NotNow("too slow")
    return found[0]


@contextmanager
def line(way: Way, ends: float) -> Iterator[http.client.HTTPConnection]:
    """A line to the judged address, cut at the end of the time whatever the other side sends until then.

    For one request, with `way.called` as its Host. Raises NotNow and TROUBLE. To http.client a cut line looks like one
    that has said all: whoever has read an answer asks `left(ends)` before believing it.
    """
    held = [socket.create_connection((way.ip, way.port), timeout=left(ends))]
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
    secured.settimeout(left(ends))  # the cut may have come between the two
    secured.do_handshake()


def left(ends: float) -> float:
    """The seconds that are left. Raises NotNow when there are none."""
    seconds = ends - time.monotonic()
    if seconds <= 0:
        raise NotNow("too slow")
    return seconds


def _cut(held: list[socket.socket]) -> None:
    """Shut the line below TLS: whoever reads from it sees its end at once."""
    with suppress(OSError):
        socket.socket.shutdown(held[-1], socket.SHUT_RDWR)
