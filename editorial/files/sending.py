"""Sends a stored file, whole or in part: sounds and films are sought in by Range requests (RFC 9110, one range)."""

import re
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

CHUNK = 256 * 1024  # bytes
_asked = re.compile(r"^bytes=(\d*)-(\d*)$")


def span(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte that are asked for; None: all of it. Raises `ValueError` when nothing of it exists."""
    found = _asked.match(header.strip())
    if found is None or found.groups() == ("", ""):
        return None  # several ranges, or other units: a server may answer with the whole
    first, last = found.groups()
    if not first:
        start, end = max(0, size - int(last)), size - 1
        if not int(last):
            raise ValueError("an empty range")
    else:
        start, end = int(first), min(int(last) if last else size - 1, size - 1)
    if start >= size or start > end:
        raise ValueError("outside of the file")
    return start, end


def send(request: HttpRequest, file: Any, size: int, mime: str, etag: str) -> HttpResponseBase:
    """The answer; `file` is open and is closed by the server when the answer is done. `etag` is without quotes."""
    tag = f'"{etag}"'
    if tag in request.headers.get("If-None-Match", ""):
        file.close()
        return _named(HttpResponse(status=304), tag)
    asked = request.headers.get("Range", "")
    if request.headers.get("If-Range", tag) != tag:
        asked = ""
    try:
        part = span(asked, size) if asked else None
    except ValueError:
        file.close()
        return _named(HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"}), tag)
    start, end = part or (0, size - 1)
    answer = StreamingHttpResponse(_read(file, start, end), status=206 if part else 200, content_type=mime)
    answer._resource_closers.append(file.close)
    answer["Content-Length"] = str(end - start + 1)
    if part:
        answer["Content-Range"] = f"bytes {start}-{end}/{size}"
    return _named(answer, tag)


def _named(answer: Any, tag: str) -> Any:
    answer["ETag"] = tag
    answer["Accept-Ranges"] = "bytes"
    return answer


def _read(file: Any, start: int, end: int) -> Iterator[bytes]:
    file.seek(start)
    left = end - start + 1
    while left > 0 and (piece := file.read(min(CHUNK, left))):
        left -= len(piece)
        yield piece
