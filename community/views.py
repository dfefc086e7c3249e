"""Pages of groups and rooms, and the HTTP twin of the socket. Everything here works without scripts."""

from typing import Any

from django.contrib import messages as toasts
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from community import access, actions, queries
from community.access import Can
from community.actions.send import Held, Sent
from community.chat import reads
from community.chat.data import wholes
from community.chat.protocol import STAMPS, Code
from community.enums import MODERATING, AskState, GroupEntry, Level, Reason
from community.flood import keep_calm
from community.forms import HideForm, ReportForm, SayForm
from community.models import Group, GroupMember, GroupRequest, Message, Room
from community.moderation import actions as moderation
from community.pages import number, room_context, shut_context, where_of
from community.refusals import Refused
from community.rows import rows

REFUSALS = {
    Code.NOT_FOUND: 404, Code.FORBIDDEN: 403, Code.OVERDUE: 402, Code.BARRED: 403, Code.LIMIT: 403, Code.WORDS: 422, Code.QUIET: 429, Code.NEWCOMER: 403, Code.CLOSED: 409, Code.SLOW: 429, Code.FLOOD: 429, Code.SIGN_IN: 401,
}  # fmt: skip


NOT_IN = {
    Code.BARRED: gettext_lazy("By a decision of the moderators this group is shut to you."),
    Code.FORBIDDEN: gettext_lazy("This group asks for a seat that you do not have."),
    Code.CLOSED: gettext_lazy("The door is shut for the moment: the group is full, or it said not now."),
    Code.NOT_FOUND: gettext_lazy("One comes in here by invitation."),
}


def _account(request: HttpRequest) -> User | None:
    return access.signed_in(request.user)


def _room(request: HttpRequest, group: str, room: str) -> tuple[Room, Can]:
    try:
        return access.access_room(_account(request), group, room)
    except access.Missing as missing:
        raise Http404 from missing


def _open_room(request: HttpRequest, group: str, room: str) -> tuple[Room, Can]:
    found, can = _room(request, group, room)
    if not can.read:
        raise Http404
    return found, can


def _message(request: HttpRequest, group: str, room: str, no: int) -> tuple[Message, Can]:
    found, can = _open_room(request, group, room)
    message = (
        Message.objects.filter(room=found, no=no).select_related("sender", "room__group", "reply_to__sender").first()
    )
    if message is None:
        raise Http404
    return message, can


def _say_no(request: HttpRequest, refused: Refused) -> None:
    toasts.error(request, refused.words)


@require_GET
def groups(request: HttpRequest) -> HttpResponse:
    """The directory."""
    account = _account(request)
    query = request.GET.get("q", "").strip()[:80]
    lines = queries.directory(account)
    if query:
        lines = queries.matching(lines, query)
    return render(request, "community/groups.html", {"lines": lines, "query": query})


@require_GET
def group(request: HttpRequest, group: str) -> HttpResponse:
    """One group: its rooms, rules and people."""
    account = _account(request)
    try:
        found, role = access.access_group(account, group)
    except access.Missing as missing:
        raise Http404 from missing
    lines = next((g for g in queries.directory(account, group=found)), None)
    context = {
        "group": found,
        "lines": lines,
        "role": lines.role if lines else role,
        "looks_after": role in MODERATING,
        "asked": _asked(account, found),
        "place": GroupMember.objects.filter(group=found, account=account).first() if account else None,
        "levels": Level.choices,
        "hosts": queries.hosts(found),
    }
    return render(request, "community/group.html", context)


def _asked(account: User | None, found: Group) -> GroupRequest | None:
    if account is None or found.entry != GroupEntry.REQUEST:
        return None
    return GroupRequest.objects.filter(group=found, account=account, state=AskState.WAITING).first()


@login_required
@require_POST
def join(request: HttpRequest, group: str) -> HttpResponse:
    """Take a place in the group."""
    return _in_and_out(request, group, _join)


@login_required
@require_POST
def leave(request: HttpRequest, group: str) -> HttpResponse:
    """Give it up."""
    return _in_and_out(request, group, _leave)


def _join(request: HttpRequest, actor: User, group: Group) -> None:
    try:
        found = actions.join_group(actor=actor, group=group, words=request.POST.get("words", ""))
        if isinstance(found, GroupRequest):
            toasts.success(request, _("You have asked. Those who look after the group answer, and you are told."))
    except Refused as refused:
        toasts.error(request, NOT_IN.get(refused.code, _("You cannot do that here.")))


def _leave(request: HttpRequest, actor: User, group: Group) -> None:
    actions.leave_group(actor=actor, group=group)


def _in_and_out(request: HttpRequest, slug: str, act: Any) -> HttpResponse:
    account = _account(request)
    try:
        found, _role = access.access_group(account, slug)
    except access.Missing as missing:
        raise Http404 from missing
    assert account is not None
    act(request, account, found)
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return redirect(target if safe else found.get_absolute_url())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def room(request: HttpRequest, group: str, room: str) -> HttpResponse:
    """A room with its latest messages; POST says something. A listed room that is shut says who opens it."""
    account = _account(request)
    found, can = _room(request, group, room)
    if not can.read:
        return render(request, "community/shut.html", shut_context(found, can, account))
    form, refused = SayForm(request.POST or None), None
    if request.method == "POST" and account is None:
        return redirect_to_login(request.path)
    if request.method == "POST" and form.is_valid() and account is not None:
        try:
            if isinstance(_say(account, found, form), Held):
                toasts.info(request, _("A moderator reads it first. It stands here as soon as that is done."))
            return redirect(f"{found.get_absolute_url()}#say")
        except Refused as no:
            refused = no
            _say_no(request, refused)
    reply = _number(request, "reply") or _answered(found, form)
    context = room_context(
        found, can, account, where=where_of(request.GET, found), reply=reply, draft=form.data.get("body", "")
    )
    return _rendered(request, "community/room.html", context, refused)


def _answered(found: Room, form: SayForm) -> int | None:
    """The number of the message that a refused one was to answer."""
    answered = form.cleaned_data.get("reply") if form.is_bound and form.is_valid() else None
    return Message.objects.filter(room=found, pk=answered).values_list("no", flat=True).first() if answered else None


def _rendered(request: HttpRequest, template: str, context: dict[str, Any], refused: Refused | None) -> HttpResponse:
    """The page; after a refusal with its status, and how long to wait where waiting helps."""
    response = render(request, template, context, status=REFUSALS.get(refused.code, 400) if refused else 200)
    if refused is not None and refused.after:
        response["Retry-After"] = str(refused.after)
    return response


def _say(account: User, found: Room, form: SayForm) -> Sent | Held:
    data = form.cleaned_data
    keep_calm(account)
    return actions.send_message(
        actor=account, room_id=found.pk, cid=data["cid"], body=data["body"], reply_to=data["reply"]
    )


def _number(request: HttpRequest, name: str) -> int | None:
    return number(request.GET.get(name, ""))


@never_cache
@require_GET
def messages(request: HttpRequest, group: str, room: str) -> HttpResponse:
    """A page of history below `before`, or the newest: JSON with the room's head, or the list as HTML with `?as=html`."""
    found, _can = _open_room(request, group, room)
    page = queries.page(found, before=_number(request, "before"))
    older = bool(page) and page[0].no > 1
    if request.GET.get("as") == "html":
        lines = rows(found, page, account=_account(request), language=get_language() or "en")
        return render(request, "community/parts/stream.html", {"rows": lines, "room": found})
    data = {
        "head": found.last_seq,
        "epoch": str(found.epoch),
        "older": older,
        "messages": _with_mine(request, found, page),
    }
    return JsonResponse(data)


def _with_mine(request: HttpRequest, found: Room, page: list[Message]) -> list[dict[str, Any]]:
    lines = rows(found, page, account=_account(request), language=get_language() or "en")
    mine = {
        line.message["mid"]: [s["stamp"] for s in line.message["stamp_rows"] if s["mine"]]
        for line in lines
        if line.message
    }
    return [{**data, "mine": mine.get(data["mid"], [])} for data in wholes(found, page)]


@never_cache
@require_GET
def events(request: HttpRequest, group: str, room: str) -> HttpResponse:
    """Events after a number, for scripts and blocked sockets; 410 with the reason when they cannot be given whole."""
    found, _can = _open_room(request, group, room)
    after = _number(request, "after")
    if after is None:
        return JsonResponse({"error": "after: a whole number is expected"}, status=400)
    caught = reads.events_after(found.pk, after, request.GET.get("epoch") or None)
    if caught.events is None:
        return JsonResponse({"head": caught.head, "epoch": caught.epoch, "why": caught.why}, status=410)
    return JsonResponse({"head": caught.head, "epoch": caught.epoch, "from": after + 1, "list": caught.events})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def message(request: HttpRequest, group: str, room: str, no: int) -> HttpResponse:
    """One message with everything that can be done to it."""
    found, can = _message(request, group, room, no)
    account = _account(request)
    assert account is not None
    refused = _try(request, account, found) if request.method == "POST" else None
    if request.method == "POST" and (refused is None or refused.code is not Code.FLOOD):
        return redirect(f"{found.room.get_absolute_url()}#m{no}")
    line = rows(found.room, [found], account=account, language=get_language() or "en")[-1]
    context = {
        "m": line.message, "message": found, "room": found.room, "can": can, "stamps": STAMPS,
        "report_form": ReportForm(), "hide_form": HideForm(), "cid": SayForm.new_cid(),
        "unheard": str(found.sender.public_id) in actions.blocked_ids(account) if found.sender else False,
        "draft": request.POST.get("body") or found.body,
    }  # fmt: skip
    return _rendered(request, "community/message.html", context, refused)


def _try(request: HttpRequest, account: User, found: Message) -> Refused | None:
    try:
        _act(request, account, found)
    except Refused as refused:
        _say_no(request, refused)
        return refused
    return None


def _act(request: HttpRequest, account: User, found: Message) -> None:
    act, stamp = request.POST.get("act", ""), request.POST.get("stamp", "")
    if act == "delete":
        actions.delete_message(actor=account, message_id=found.pk)
    elif act in ("pin", "unpin"):
        actions.pin_message(actor=account, message_id=found.pk, on=act == "pin")
    elif act == "edit":
        form = SayForm(request.POST)
        if form.is_valid():
            data = form.cleaned_data
            keep_calm(account)
            actions.edit_message(actor=account, message_id=found.pk, cid=data["cid"], body=data["body"])
    elif stamp:
        keep_calm(account)
        on = not found.reactions.filter(account=account, stamp=stamp).exists()
        actions.react(actor=account, message_id=found.pk, stamp=stamp, on=on)


@login_required
@never_cache
@require_GET
def source(request: HttpRequest, group: str, room: str, no: int) -> HttpResponse:
    """The words of one's own message as they were typed, for editing."""
    found, _can = _message(request, group, room, no)
    if found.sender_id != request.user.pk or found.is_tombstone:
        raise Http404
    return JsonResponse({"body": found.body})


@login_required
@require_POST
def report(request: HttpRequest, group: str, room: str, no: int) -> HttpResponse:
    """Put a message before the moderators."""
    found, _can = _message(request, group, room, no)
    form = ReportForm(request.POST)
    return _judge(
        request, found, form,
        lambda account, data: moderation.report(
            actor=account, target_key=found.subject, reason=Reason(data["reason"]), note=data["note"]
        ),
        _("Thank you. Somebody will look at it within a day."),
    )  # fmt: skip


@login_required
@require_POST
def block(request: HttpRequest, group: str, room: str, no: int) -> HttpResponse:
    """Stop hearing the author of a message, everywhere, or hear them again."""
    found, _can = _message(request, group, room, no)
    account = _account(request)
    on = request.POST.get("on", "1") == "1"
    if account is not None and found.sender is not None:
        actions.block(actor=account, account=found.sender, on=on)
        toasts.success(
            request, _("You do not hear them any more. They are not told.") if on else _("You hear them again.")
        )
    return redirect(f"{found.room.get_absolute_url()}#m{found.no}")


@login_required
@require_POST
def hide(request: HttpRequest, group: str, room: str, no: int) -> HttpResponse:
    """Hide a message in the room; for its moderators."""
    found, _can = _message(request, group, room, no)
    return _judge(
        request, found, HideForm(request.POST),
        lambda account, data: moderation.hide_message(
            actor=account, message_id=found.pk, reason=Reason(data["reason"]), note=data["note"]
        ),
        _("The message is hidden."),
    )  # fmt: skip


def _judge(request: HttpRequest, found: Message, form: Any, act: Any, done: str) -> HttpResponse:
    """Run a moderation form for a page or a script; both get words, scripts get a status."""
    script = request.headers.get("Accept", "").startswith("application/json")
    if not form.is_valid():
        if script:
            return JsonResponse({"errors": form.errors}, status=400)
        toasts.error(request, _("Please choose a reason."))
        return redirect("community:message", found.room.group.slug, found.room.slug, found.no)
    try:
        act(_account(request), form.cleaned_data)
    except Refused as refused:
        if script:
            return JsonResponse({"code": refused.code.value}, status=REFUSALS.get(refused.code, 400))
        _say_no(request, refused)
        return redirect(found.room.get_absolute_url())
    if script:
        return JsonResponse({"done": done})
    toasts.success(request, done)
    return redirect(f"{found.room.get_absolute_url()}#m{found.no}")
