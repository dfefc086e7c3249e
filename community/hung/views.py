"""The way in for files, and the way out."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from community.chat.protocol import Code
from community.doors import REFUSALS, account_of, open_room
from community.flood import keep_calm
from community.hung import actions
from community.hung.access import access_file, access_own
from community.hung.enums import MOST_BYTES, FileKind
from community.hung.models import Upload
from community.hung.refusing import BadUpload
from community.models import Room
from community.refusals import Refused


@never_cache
@require_POST
def upload(request: HttpRequest, group: str, room: str) -> JsonResponse:
    """Take one file (`file`, with `alt` where it is a picture) for a message that is still to be said here."""
    account = account_of(request)
    if account is None:
        return _no(Code.SIGN_IN.value, _("Sign in first."), 401)
    found, can = open_room(request, group, room)
    try:
        if not can.write:
            raise Refused(Code.BARRED if can.bar else Code.OVERDUE if can.overdue else Code.FORBIDDEN)
        keep_calm(account)
        return _taken(found, take(account, found, request.FILES.get("file"), request.POST.get("alt", "")))
    except BadUpload as bad:
        return _no(bad.why, bad.sentence, bad.status)
    except Refused as refused:
        return _no(refused.code.value, refused.words, REFUSALS.get(refused.code, 400), refused.after)


def of_form(account: User, room: Room, request: HttpRequest) -> list[int]:
    """The file that a page without scripts sends along with its words. Raises Refused."""
    file = request.FILES.get("file")
    return [take(account, room, file, request.POST.get("alt", "")).pk] if file else []


def take(account: User, room: Room, file: Any, alt: str) -> Upload:
    """One file of a form. Raises BadUpload."""
    if not isinstance(file, UploadedFile):
        raise BadUpload("empty", _("There is no file in it."))
    if (file.size or 0) > MOST_BYTES:  # not read at all
        raise BadUpload("too_large", _("This file is larger than %(n)s MB.") % {"n": MOST_BYTES // 1024**2}, status=413)
    return actions.take_in(actor=account, room=room, name=file.name or "", data=file.read(), alt=alt)


def _taken(room: Room, upload: Upload) -> JsonResponse:
    base = room.get_absolute_url()
    part = upload.part()
    data = {
        "id": upload.pk, "name": upload.name, "kind": upload.kind, "url": base + upload.path,
        "thumb": base + upload.thumb_path if upload.thumb else "", "width": upload.width, "height": upload.height,
        "size": upload.size, "alt": upload.alt, "describe": f"{base}files/{upload.key}/alt", "part": part,
    }  # fmt: skip
    if upload.kind == FileKind.PICTURE and not upload.alt:
        data["hint"] = _("A few words about the picture help whoever cannot see it.")
    return JsonResponse(data, status=201)


def _no(code: str, words: str, status: int, after: int | None = None) -> JsonResponse:
    response = JsonResponse({"code": code, "error": words}, status=status)
    if after:
        response["Retry-After"] = str(after)
    return response


@login_required
@never_cache
@require_POST
def describe(request: HttpRequest, group: str, room: str, key: UUID) -> JsonResponse:
    """Say what is to be seen on one's own picture."""
    account = account_of(request)
    assert account is not None
    try:
        found, can = access_own(account, group, room, key)
        keep_calm(account)
        actions.describe(actor=account, upload=found, alt=request.POST.get("alt", ""), can=can)
    except Refused as refused:
        return _no(refused.code.value, refused.words, REFUSALS.get(refused.code, 400), refused.after)
    return JsonResponse({"alt": found.alt})


@require_safe
def serve(request: HttpRequest, group: str, room: str, key: UUID, name: str) -> HttpResponseBase:
    """A file for whoever may read its message now; missing for everybody else."""
    found = access_file(account_of(request), group, room, key)
    if name != found.name:
        raise Http404
    if found.kind == FileKind.PICTURE:
        return _answer(request, found, found.file, found.mime)
    answer = _answer(request, found, found.file, "application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    return answer


@require_safe
def serve_small(request: HttpRequest, group: str, room: str, key: UUID) -> HttpResponseBase:
    """A picture as it stands in the talk, for the same people."""
    found = access_file(account_of(request), group, room, key)
    return _answer(request, found, found.thumb, "image/webp")


def _answer(request: HttpRequest, found: Upload, stored: FieldFile, mime: str) -> HttpResponseBase:
    """The bytes. No shared cache keeps them, a browser asks each time whether it still may show them, and takes them for
    nothing but what they are."""
    if not stored:
        raise Http404
    tag = f'"{found.pk}-{stored.field.name}"'
    answer: HttpResponseBase
    if request.headers.get("If-None-Match") == tag:
        answer = HttpResponse(status=304)
    else:
        try:
            answer = FileResponse(stored.storage.open(stored.name, "rb"), content_type=mime, filename=found.name)
        except FileNotFoundError:  # taken away a moment ago
            raise Http404 from None
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, no-cache"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
