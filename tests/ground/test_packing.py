"""Text is compressed on the wire, once where it is kept; what streams is not touched."""

import gzip
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from ground import packing
from ground.pagecache import PageCache, front, public

LONG = "<p>The glaze rings.</p>" * 200


def through(response: Any, accepts: str = "gzip, deflate, br") -> Any:
    return packing.Packing(lambda request: response)(RequestFactory().get("/", headers={"accept-encoding": accepts}))


def test_a_long_text_is_compressed_for_who_reads_gzip() -> None:
    answer = through(HttpResponse(LONG))
    assert answer["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.content).decode() == LONG
    assert int(answer["Content-Length"]) == len(answer.content) < len(LONG) / 5
    assert "Accept-Encoding" in answer["Vary"]


@pytest.mark.parametrize("accepts", ["", "br", "gzip;q=0", "identity, gzip; q=0"])
def test_nobody_gets_what_they_do_not_read(accepts: str) -> None:
    answer = through(HttpResponse(LONG), accepts)
    assert "Content-Encoding" not in answer
    assert answer.content.decode() == LONG


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse("short"),
        HttpResponse(LONG, content_type="image/png"),
        HttpResponse(LONG, headers={"Content-Encoding": "br"}),
        StreamingHttpResponse([LONG.encode()], content_type="text/vtt"),
    ],
)
def test_what_is_short_a_picture_compressed_or_streaming_stays_as_it_is(response: Any) -> None:
    before = dict(response.headers)
    assert dict(through(response).headers) == before


def test_the_same_words_have_not_always_the_same_length() -> None:
    assert len({len(through(HttpResponse(LONG)).content) for _ in range(30)}) > 1


def test_a_kept_page_is_kept_in_both_forms_each_with_its_own_tag() -> None:
    site = PageCache(lambda request: public(HttpResponse(LONG)))
    get = lambda **headers: site(RequestFactory().get("/kept/", headers=headers))  # noqa: E731
    plain, packed = get(), get(**{"accept-encoding": "gzip"})
    assert plain.content.decode() == LONG
    assert gzip.decompress(packed.content).decode() == LONG
    assert plain["ETag"] != packed["ETag"]
    assert packed["Vary"] == "Cookie, Accept-Encoding"
    assert get(**{"accept-encoding": "gzip", "if-none-match": packed["ETag"]}).status_code == 304
    assert get(**{"accept-encoding": "gzip", "if-none-match": plain["ETag"]}).status_code == 200


def served(application: Any, **environ: str) -> tuple[str, dict[str, str], bytes]:
    told: list[Any] = []
    given = {"REQUEST_METHOD": "GET", "PATH_INFO": "/static/a.css", "QUERY_STRING": "", **environ}
    parts = application(given, lambda status, headers, trouble=None: told.extend([status, dict(headers)]))
    return told[0], told[1], b"".join(parts)


def test_a_kept_page_is_sent_compressed_before_django_is_asked() -> None:
    PageCache(lambda request: public(HttpResponse(LONG)))(RequestFactory().get("/front/", headers={"host": "a"}))
    status, headers, body = served(front(lambda *a: pytest.fail("asked")), PATH_INFO="/front/", HTTP_HOST="a", HTTP_ACCEPT_ENCODING="gzip")  # fmt: skip
    assert (status, headers["Content-Encoding"]) == ("200 OK", "gzip")
    assert gzip.decompress(body).decode() == LONG


class Shelf:
    """A server of one static file, which counts how often it is read."""

    def __init__(self, kind: str = "text/css", status: str = "200 OK") -> None:
        self.kind, self.status, self.version, self.closed = kind, status, "1", 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response(self.status, [("Content-Type", self.kind), ("Content-Length", str(len(LONG))), ("ETag", self.version), ("Cache-Control", "max-age=0")])  # fmt: skip
        return self

    def __iter__(self) -> Any:
        yield LONG.encode()

    def close(self) -> None:
        self.closed += 1


def test_a_static_text_is_compressed_once_for_each_version() -> None:
    shelf = Shelf()
    site = packing.packed_files(shelf, "/static/")
    for _ in range(3):
        _, headers, body = served(site, HTTP_ACCEPT_ENCODING="gzip")
        assert gzip.decompress(body).decode() == LONG
        assert headers["Content-Length"] == str(len(body))
        assert (headers["Content-Encoding"], headers["Vary"], headers["Cache-Control"]) == ("gzip", "Accept-Encoding", "max-age=0")  # fmt: skip
    assert shelf.closed == 3
    assert served(site, HTTP_ACCEPT_ENCODING="gzip", REQUEST_METHOD="HEAD")[2] == b""


@pytest.mark.parametrize(
    ("shelf", "environ"),
    [
        (Shelf(), {"HTTP_ACCEPT_ENCODING": "br"}),
        (Shelf(), {"HTTP_ACCEPT_ENCODING": "gzip", "PATH_INFO": "/en/"}),
        (Shelf(), {"HTTP_ACCEPT_ENCODING": "gzip", "HTTP_RANGE": "bytes=0-9"}),
        (Shelf("image/webp"), {"HTTP_ACCEPT_ENCODING": "gzip"}),
        (Shelf(status="304 Not Modified"), {"HTTP_ACCEPT_ENCODING": "gzip"}),
    ],
)
def test_all_else_passes_as_it_is(shelf: Shelf, environ: dict[str, str]) -> None:
    _, headers, body = served(packing.packed_files(shelf, "/static/"), **environ)
    assert "Content-Encoding" not in headers
    assert body.decode() == LONG
