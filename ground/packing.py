"""Text leaves the house compressed, for whoever says that they read gzip.

Kept pages are compressed once, when they are kept (`ground.pagecache`); static files once, when they are first asked for;
all other pages as they leave, with a few random bytes more, so that nobody learns from their length what is in them.
"""

import gzip
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.text import compress_string

SMALLEST = 860  # bytes: less does not get shorter by enough to matter
RANDOM_BYTES = 100
TEXTS = ("text/", "application/javascript", "application/json", "application/feed+json", "application/atom+xml",
         "application/xml", "application/manifest+json", "image/svg+xml")  # fmt: skip
MOST = 400  # static files in memory


def wanted(accepts: str) -> bool:
    """True when the header `Accept-Encoding` names gzip and does not refuse it."""
    asked = [part.strip().replace(" ", "") for part in accepts.lower().split(",")]
    return any(part.partition(";")[0] == "gzip" and not part.endswith(("q=0", "q=0.0")) for part in asked)


def worth(kind: str, size: int) -> bool:
    """True for text that is long enough."""
    return size >= SMALLEST and kind.lower().startswith(TEXTS)


def pack(body: bytes) -> bytes:
    """The same bytes always give the same answer."""
    return gzip.compress(body, 6, mtime=0)


class Packing:
    """Outermost middleware. What streams (files, parts of files) is left alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response: Any = self.get_response(request)
        if response.streaming or response.has_header("Content-Encoding"):
            return response
        if not worth(response.get("Content-Type", ""), len(response.content)):
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        if response.status_code == 304 or not wanted(request.META.get("HTTP_ACCEPT_ENCODING", "")):
            return response
        response.content = compress_string(response.content, max_random_bytes=RANDOM_BYTES)
        response["Content-Length"] = str(len(response.content))
        response["Content-Encoding"] = "gzip"
        return response


def packed_files(application: WSGIApplication, prefix: str) -> WSGIApplication:
    """A server of static files, each text kept compressed in memory under its address and its version."""
    kept: dict[tuple[str, str], bytes] = {}

    def answer(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        plain = (
            environ["REQUEST_METHOD"] not in ("GET", "HEAD")
            or not environ.get("PATH_INFO", "").startswith(prefix)
            or "HTTP_RANGE" in environ
            or not wanted(environ.get("HTTP_ACCEPT_ENCODING", ""))
        )
        if plain:
            return application(environ, start_response)
        return _packed(application, environ, start_response, kept)

    return answer


def _packed(application: WSGIApplication, environ: dict[str, Any], start_response: StartResponse, kept: dict[tuple[str, str], bytes]) -> Iterable[bytes]:  # fmt: skip
    told: list[Any] = []

    def hold(status: str, headers: list[tuple[str, str]], trouble: Any = None) -> Callable[[bytes], object]:
        told[:] = [status, headers]
        return lambda data: None

    parts = application(environ, hold)
    status, headers = told
    named = {name.lower(): value for name, value in headers}
    size = int(named.get("content-length", 0))
    if not status.startswith("200") or "content-encoding" in named or not worth(named.get("content-type", ""), size):
        start_response(status, headers)
        return parts
    body = _body(parts, (environ["PATH_INFO"], f"{named.get('last-modified')} {named.get('etag')} {size}"), kept)
    own = [(n, v) for n, v in headers if n.lower() not in ("content-length", "vary", "etag", "accept-ranges")]
    more = [("Content-Encoding", "gzip"), ("Content-Length", str(len(body))), ("Vary", "Accept-Encoding")]
    start_response(status, [*own, *more])
    return (body,) if environ["REQUEST_METHOD"] == "GET" else ()


def _body(parts: Iterable[bytes], key: tuple[str, str], kept: dict[tuple[str, str], bytes]) -> bytes:
    try:
        if key not in kept:
            whole = b"".join(parts)
            if len(kept) >= MOST:
                kept.clear()
            kept[key] = pack(whole)
        return kept[key]
    finally:
        close = getattr(parts, "close", None)
        if close:
            close()
