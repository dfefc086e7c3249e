"""Fetches one page of the open web for its title: little, quickly, without a trace of anybody.

The standard library's client on purpose: what a larger one adds (pools, retries, redirects, cookies, proxies, unpacking)
is what must not happen here.
"""

import http.client
import time
from dataclasses import dataclass
from urllib.parse import urljoin

from ground import outward
from ground.outward import Allowed, Refused, Resolve, Way, resolve

SECONDS = 5.0  # for everything, names and redirects too
MOST_BYTES = 512 * 1024
MOST_HOPS = 4
CHUNK = 16 * 1024
REDIRECTS = frozenset({301, 302, 303, 307, 308})
HTML = frozenset({"text/html", "application/xhtml+xml"})


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
    allowed: Allowed | None = None
    seconds: float = SECONDS
    most_bytes: int = MOST_BYTES


def fetch(url: str, manner: Manner) -> Fetched:
    """The page behind an address, after at most four redirects, each judged like the first. Raises Refused."""
    ends = time.monotonic() + manner.seconds
    for _hop in range(MOST_HOPS + 1):
        answer = _ask(outward.judged(url, ends, manner.resolve, manner.allowed), manner, ends)
        if isinstance(answer, Fetched):
            return answer
        url = urljoin(url, answer)
    raise Refused("too many redirects")


def _ask(way: Way, manner: Manner, ends: float) -> Fetched | str:
    """One request: the page, or where it sends us."""
    try:
        with outward.line(way, ends) as line:
            line.request("GET", way.target, headers=_headers(way, manner))
            response = line.getresponse()
            if response.status in REDIRECTS and response.headers.get("Location"):
                return str(response.headers["Location"])
            _check(response)
            charset = response.headers.get_content_charset() or ""
            return Fetched(way.url, _read(response, manner, ends), charset)
    except outward.TROUBLE as trouble:
        raise Refused(f"no answer: {type(trouble).__name__}") from trouble


def _headers(way: Way, manner: Manner) -> dict[str, str]:
    return {
        "Host": way.called,
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
    outward.left(ends)  # an end that the cut made is no page
    return body
