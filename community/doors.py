"""What every page of a room needs: who asks, what of it they may open, and how a refusal is said over HTTP."""

from typing import Any

from django.contrib import messages as toasts
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import User
from community import access
from community.access import Can
from community.chat.protocol import Code
from community.models import Message, Room
from community.refs import named
from community.refusals import Refused

REFUSALS = {
    Code.NOT_FOUND: 404, Code.FORBIDDEN: 403, Code.OVERDUE: 402, Code.BARRED: 403, Code.LIMIT: 403, Code.WORDS: 422, Code.QUIET: 429, Code.NEWCOMER: 403, Code.CLOSED: 409, Code.SLOW: 429, Code.FLOOD: 429, Code.SIGN_IN: 401,
}  # fmt: skip


def account_of(request: HttpRequest) -> User | None:
    return access.signed_in(request.user)


def room_of(request: HttpRequest, group: str, room: str) -> tuple[Room, Can]:
    try:
        return access.access_room(account_of(request), group, room)
    except access.Missing as missing:
        raise Http404 from missing


def open_room(request: HttpRequest, group: str, room: str) -> tuple[Room, Can]:
    found, can = room_of(request, group, room)
    if not can.read:
        raise Http404
    return found, can


def message_of(request: HttpRequest, group: str, room: str, ref: str) -> tuple[Message, Can]:
    found, can = open_room(request, group, room)
    rows = Message.objects.select_related("sender", "room__group", "reply_to__sender", "thread")
    message = rows.filter(room=found, **named(ref)).first()
    if message is None:
        raise Http404
    return message, can


def say_no(request: HttpRequest, refused: Refused) -> None:
    toasts.error(request, refused.words)


def rendered(request: HttpRequest, template: str, context: dict[str, Any], refused: Refused | None) -> HttpResponse:
    """The page; after a refusal with its status, and how long to wait where waiting helps."""
    response = render(request, template, context, status=REFUSALS.get(refused.code, 400) if refused else 200)
    if refused is not None and refused.after:
        response["Retry-After"] = str(refused.after)
    return response
