"""Talking, over HTTP: a room, what stands under one of its messages, history and events. The socket's twin."""

from typing import Any

from django.contrib import messages as toasts
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from community import actions, parts
from community.access import Can
from community.actions.send import Held
from community.actions.writing import Sent
from community.chat import reads
from community.chat.data import wholes
from community.doors import account_of, open_room, rendered, room_of, say_no
from community.flood import keep_calm
from community.forms import SayForm
from community.models import Message, Room
from community.pages import Where, number, room_context, shut_context, where_of
from community.refusals import Refused
from community.rows import rows


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def room(request: HttpRequest, group: str, room: str) -> HttpResponse:
    """A room with its latest messages; POST says something. A listed room that is shut says who opens it."""
    found, can = room_of(request, group, room)
    if not can.read:
        return render(request, "community/shut.html", shut_context(found, can, account_of(request)))
    return _talk(request, found, can, None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: HttpRequest, group: str, room: str, no: int) -> HttpResponse:
    """What is said under one message; POST goes on there."""
    found, can = open_room(request, group, room)
    return _talk(request, found, can, _root(found, no))


def _root(room: Room, no: int) -> Message:
    """The message that is talked under. A tombstone still shows what stood under it."""
    root = Message.objects.select_related("sender", "reply_to__sender").filter(room=room, no=no).first()
    if root is None:
        raise Http404
    root.room = room
    return root


def _talk(request: HttpRequest, found: Room, can: Can, root: Message | None) -> HttpResponse:
    account, refused = account_of(request), None
    form = SayForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and account is None:
        return redirect_to_login(request.path)
    if request.method == "POST" and form.is_valid() and account is not None:
        try:
            sent = _say(request, account, (found, can), root, form)
            if isinstance(sent, Sent) and sent.unseen:
                toasts.info(request, _("%(names)s cannot see this room.") % {"names": ", ".join(sent.unseen)})
            if isinstance(sent, Held):
                toasts.info(request, _("A moderator reads it first. It stands here as soon as that is done."))
            return redirect(f"{request.path}#say")
        except Refused as no:
            refused = no
            say_no(request, refused)
    where = where_of(request.GET, found) if root is None else Where(before=_number(request, "before"), root=root)
    reply = _number(request, "reply") or _answered(found, form)
    context = room_context(found, can, account, where=where, reply=reply, draft=form.data.get("body", ""))
    return rendered(request, "community/thread.html" if root else "community/room.html", context, refused)


def _answered(found: Room, form: SayForm) -> int | None:
    """The number of the message that a refused one was to answer."""
    answered = form.cleaned_data.get("reply") if form.is_bound and form.is_valid() else None
    return Message.objects.filter(room=found, pk=answered).values_list("no", flat=True).first() if answered else None


def _say(
    request: HttpRequest, account: User, found: tuple[Room, Can], root: Message | None, form: SayForm
) -> Sent | Held:
    data, (room, can) = form.cleaned_data, found
    keep_calm(account)
    brought = parts.of_form(account, room, request) if can.write else []
    return actions.send_message(
        actor=account, room_id=room.pk, cid=data["cid"], body=data["body"], reply_to=data["reply"],
        thread=root.pk if root else None, att=[*data["att"], *brought],
    )  # fmt: skip


def _number(request: HttpRequest, name: str) -> int | None:
    return number(request.GET.get(name, ""))


@never_cache
@require_GET
def messages(request: HttpRequest, group: str, room: str) -> HttpResponse:
    """A stretch of history: JSON with the room's head, or the list as HTML with `?as=html`.

    The newest; or those below `before`, above `after`, around `at`; of the room, or of what stands under `thread` (a number).
    """
    found, _can = open_room(request, group, room)
    account, under = account_of(request), _number(request, "thread")
    where = Where(_number(request, "before"), _number(request, "after"), _number(request, "at"),
                  _root(found, under) if under is not None else None)  # fmt: skip
    page = where.page(found)
    lines = rows(found, page, account=account, language=get_language() or "en")
    if request.GET.get("as") == "html":
        return render(request, "community/parts/stream.html", {"rows": lines, "room": found})
    mine = {
        line.message["mid"]: [s["stamp"] for s in line.message["stamp_rows"] if s["mine"]]
        for line in lines
        if line.message
    }
    own = parts.mine(account, [part for message in page for part in message.parts])
    data = {
        "head": found.last_seq, "epoch": str(found.epoch), "older": where.older(page), "later": where.later(found, page),
        "messages": [
            {**data, "mine": mine.get(data["mid"], []), "mine_parts": _of(own, data)} for data in wholes(found, page)
        ],
    }  # fmt: skip
    return JsonResponse(data)


def _of(own: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    keys = [f"{part['kind']}:{part.get('id')}" for part in data["parts"]]
    return {key: own[key] for key in keys if key in own}


@never_cache
@require_GET
def events(request: HttpRequest, group: str, room: str) -> HttpResponse:
    """Events after a number, for scripts and blocked sockets; 410 with the reason when they cannot be given whole."""
    found, _can = open_room(request, group, room)
    after = _number(request, "after")
    if after is None:
        return JsonResponse({"error": "after: a whole number is expected"}, status=400)
    caught = reads.events_after(found.pk, after, request.GET.get("epoch") or None)
    if caught.events is None:
        return JsonResponse({"head": caught.head, "epoch": caught.epoch, "why": caught.why}, status=410)
    return JsonResponse({"head": caught.head, "epoch": caught.epoch, "from": after + 1, "list": caught.events})
