"""Whole public pages kept in the process's memory: an anonymous reader costs no query.

A view marks its answer with `public(response)`. It is kept for visitors without a session, by host and full path (the
language is in the path), and served with an ETag by `front`, before Django's own handler runs. Pages fall together when content,
offers or cut-offs change: the generation number in the shared cache moves, and every process looks at it at most
every half second, so a publish is seen everywhere within a second. Business time moves pages too: `until` bounds an entry.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from ground import packing

GENERATION = "pages:generation"
LOOK_EVERY = 0.5  # seconds
KEEP = 600.0  # seconds: a page is made anew at least this often
MOST = 2000  # pages per process
_KEPT_HEADERS = ("Content-Type", "Content-Language", "Content-Security-Policy", "Referrer-Policy", "Link",
                 "X-Content-Type-Options", "X-Frame-Options", "Cross-Origin-Opener-Policy", "Strict-Transport-Security")  # fmt: skip

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Kept:
    """A page ready to send: bytes, headers, and the moment (monotonic seconds) until which it is good.

    `packed` is the same page compressed, for whoever reads gzip; None where that would not be shorter.
    """

    until: float
    body: bytes
    etag: str
    headers: list[tuple[str, str]]
    headers_304: list[tuple[str, str]]
    packed: "Kept | None" = None

    def for_reader(self, accepts: str) -> "Kept":
        """This page as somebody with that `Accept-Encoding` gets it."""
        return self.packed if self.packed and packing.wanted(accepts) else self


_pages: "OrderedDict[Key, Kept]" = OrderedDict()
_seen: dict[str, Any] = {"generation": None, "looked": 0.0}


def public(response: HttpResponse, seconds: float = KEEP) -> HttpResponse:
    """Mark an answer as the same for every visitor without a session; kept for `seconds` at most."""
    response.yaji_keep = seconds  # type: ignore[attr-defined]
    return response


def drop() -> None:
    """Let all kept pages fall, in every process."""
    cache.set(GENERATION, time.time_ns(), None)
    _pages.clear()
    _seen["looked"] = 0.0


def on_change(sender: Any = None, **kwargs: Any) -> None:
    """Receiver of `facts.content_changed` and `facts.offers_changed`."""
    drop()


def generation() -> object:
    """Changes with every drop: for others who keep things that are the same for everybody."""
    _check_generation()
    return _seen["generation"]


def _check_generation() -> None:
    now = time.monotonic()
    if now - _seen["looked"] < LOOK_EVERY:
        return
    generation = cache.get(GENERATION)
    if generation != _seen["generation"]:
        _pages.clear()
        _seen["generation"] = generation
    _seen["looked"] = now


def _key(environ: dict[str, Any]) -> Key:
    return environ.get("HTTP_HOST", ""), environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")


def _find(environ: dict[str, Any]) -> Kept | None:
    kept = _pages.get(_key(environ))
    return kept if kept and kept.until > time.monotonic() else None


def front(application: WSGIApplication) -> WSGIApplication:
    """The WSGI application with kept pages answered before it; everything else passes."""
    session = f"{settings.SESSION_COOKIE_NAME}="

    def answer(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "GET" and session not in environ.get("HTTP_COOKIE", ""):
            _check_generation()
            if kept := _find(environ):
                kept = kept.for_reader(environ.get("HTTP_ACCEPT_ENCODING", ""))
                if _unchanged(kept, environ.get("HTTP_IF_NONE_MATCH", "")):
                    start_response("304 Not Modified", kept.headers_304)
                    return ()
                start_response("200 OK", kept.headers)
                return (kept.body,)
        return application(environ, start_response)

    return answer


class PageCache:
    """Outermost middleware: keeps marked pages. It answers kept ones too, where `front` does not stand before it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD") or settings.SESSION_COOKIE_NAME in request.COOKIES:
            return self.get_response(request)
        _check_generation()
        if kept := _find(request.META):
            return _answer(request, kept)
        generation = _seen["generation"]
        response = self.get_response(request)
        seconds = getattr(response, "yaji_keep", 0)
        if seconds and response.status_code == 200 and not response.cookies and generation == _seen["generation"]:
            return _answer(request, _keep(_key(request.META), response, seconds))
        return response


def _keep(key: Key, response: Any, seconds: float) -> Kept:
    body: bytes = response.content
    headers = [(name, response[name]) for name in _KEPT_HEADERS if name in response]
    until = time.monotonic() + seconds
    packed = None
    if packing.worth(response.get("Content-Type", ""), len(body)):
        packed = _kept(packing.pack(body), until, [*headers, ("Content-Encoding", "gzip")])
    kept = _kept(body, until, headers, packed)
    _pages[key] = kept
    while len(_pages) > MOST:
        _pages.popitem(last=False)
    return kept


def _kept(body: bytes, until: float, headers: list[tuple[str, str]], packed: Kept | None = None) -> Kept:
    etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    common = [
        ("ETag", etag),
        ("Vary", "Cookie, Accept-Encoding"),
        ("Cache-Control", "public, max-age=0, must-revalidate"),
    ]
    return Kept(until, body, etag, [*headers, *common, ("Content-Length", str(len(body)))], common, packed)


def _unchanged(kept: Kept, asked: str) -> bool:
    return bool(asked) and (asked == "*" or kept.etag in asked)


def _answer(request: HttpRequest, kept: Kept) -> HttpResponse:
    kept = kept.for_reader(request.META.get("HTTP_ACCEPT_ENCODING", ""))
    if _unchanged(kept, request.META.get("HTTP_IF_NONE_MATCH", "")):
        return HttpResponse(status=304, headers=dict(kept.headers_304))
    return HttpResponse(kept.body, headers=dict(kept.headers))
