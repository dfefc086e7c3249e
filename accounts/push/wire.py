"""Calling an address that a browser gave us, and nothing else: https, a public address, no redirect, little patience."""

import ipaddress
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from ground import outward

PATIENCE = 10.0  # seconds for everything: the name, the line, the answer
MOST = 1000  # signs of an address
_allowed: set[str] = set()


class Refused(ValueError):
    """An address that we do not call."""


class NoAnswer(OSError):
    """Nobody answered in time, or nothing that makes sense. Another time they may."""


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


def post(endpoint: str, body: bytes, headers: Mapping[str, str], seconds: float = PATIENCE) -> Answer:
    """Send it; the answer's head, within so many seconds. Raises Refused; NoAnswer for a line that does not hold."""
    parts, ends = checked(endpoint), time.monotonic() + seconds
    ours = f"{parts.scheme}://{parts.netloc}" in _allowed
    try:
        way = outward.judged(endpoint, ends, allowed=_loopback if ours else None)
        with outward.line(way, ends) as line:
            line.request("POST", way.target, body, {**headers, "Host": way.called})
            answer = line.getresponse()
            outward.left(ends)  # a head that the cut ended is no answer
            return Answer(answer.status, _wait(answer.headers.get("Retry-After", "")))
    except (outward.NotNow, *outward.TROUBLE) as trouble:
        raise NoAnswer(type(trouble).__name__) from trouble
    except outward.Refused as no:
        raise Refused(str(no)) from no


def _loopback(ip: str, port: int) -> bool:
    return ipaddress.ip_address(ip).is_loopback


def _wait(text: str) -> int:
    return min(int(text), 86_400) if text.isascii() and text.isdigit() and len(text) < 9 else 0
