"""The way out for files."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from editorial.files import access, sending
from editorial.files.enums import INLINE
from editorial.files.models import HouseFile

HOUR = 3600


@require_safe
def serve(request: HttpRequest, key: str, name: str) -> HttpResponseBase:
    """A file for whoever may open it; 403 for others, told to no cache."""
    file: Any = get_object_or_404(HouseFile.objects.select_related("collection"), key=key)
    if file.filename != name:
        raise Http404
    if not access.may_open(request, file):
        raise PermissionDenied
    try:
        stored = file.file.storage.open(file.file.name, "rb")
    except FileNotFoundError:
        raise Http404 from None
    answer = sending.send(request, stored, stored.size, _type(file), file.get_file_hash())
    closed = access.is_closed(file)
    answer["Cache-Control"] = "private, no-cache" if closed else f"public, max-age={HOUR}"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    if file.kind not in INLINE:
        answer["Content-Disposition"] = content_disposition_header(True, file.filename) or "attachment"
    return answer


def _type(file: Any) -> str:
    """What is only downloaded is told to be nothing in particular: no browser takes it for a page."""
    if file.kind not in INLINE:
        return "application/octet-stream"
    return f"{file.mime}; charset=utf-8" if file.mime.startswith("text/") else file.mime
