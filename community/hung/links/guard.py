"""Where the house may go when somebody names an address: to public machines, by http and https alone.

A name is resolved once, every address that it has is judged, and the connection is made to the judged address itself:
a name that means something else a moment later leads nowhere else. Pure but for `resolve`.
"""

import ipaddress
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

PORTS = {"http": 80, "https": 443}
Resolve = Callable[[str, int], Iterable[str]]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# What looks public and leads to private machines: translations (NAT64, 6to4, Teredo, IPv4 in IPv6), and what some
# networks use for themselves although it is not told apart by the registry.
TRANSLATING = [ipaddress.ip_network(n) for n in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96", "::ffff:0:0:0/96")]  # fmt: skip
CLOSED = [ipaddress.ip_network(n) for n in ("100.64.0.0/10", "192.88.99.0/24", "fec0::/10", "168.63.129.16/32")]


class Refused(Exception):
    """The house does not go there. The text is for the log: it names no address of ours."""


@dataclass(frozen=True, slots=True)
class Way:
    """A judged way: connect to `ip` and `port`, say `host`, ask for `target` (path and query)."""

    url: str
    scheme: str
    host: str
    port: int
    ip: str
    target: str


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


def judge(url: str, resolve: Resolve = resolve, allowed: Callable[[str, int], bool] | None = None) -> Way:
    """The way to an address. Raises Refused. `allowed(ip, port)` stands in for the rule in tests of the fetching."""
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
        raise Refused("the name is not known") from trouble
    if not found or not all(rule(ip, port) for ip in found):
        raise Refused("not a public address")  # one private address among public ones is a trick, not a server
    return Way(url, scheme, host, port, found[0], _target(parts.path, parts.query))


def _target(path: str, query: str) -> str:
    """Path and query as they go over the wire: no space, no line's end, no letter beyond ASCII."""
    whole = quote(path or "/", safe="/%:@!$&'()*+,;=~-._")
    return f"{whole}?{quote(query, safe='/%:@!$&()*+,;=~-._?')}" if query else whole
