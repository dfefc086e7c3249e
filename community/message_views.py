"""One message and everything that can be done to it, over HTTP."""

from typing import Any

from django.contrib import messages as toasts
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from community import actions
from community.chat.protocol import STAMPS, Code
from community.doors import REFUSALS, account_of, message_of, rendered, say_no
from community.enums import Reason
from community.flood import keep_calm
from community.forms import HideForm, ReportForm, SayForm
from community.models import Message
from community.moderation import actions as moderation
from community.refusals import Refused
from community.rows import rows


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def message(request: HttpRequest, group: str, room: str, ref: str) -> HttpResponse:
    """One message with everything that can be done to it."""
    found, can = message_of(request, group, room, ref)
    account = account_of(request)
    assert account is not None
    refused = _try(request, account, found) if request.method == "POST" else None
    if request.method == "POST" and (refused is None or refused.code is not Code.FLOOD):
        return redirect(found.get_absolute_url())
    line = rows(found.room, [found], account=account, language=get_language() or "en")[-1]
    context = {
        "m": line.message, "message": found, "room": found.room, "can": can, "stamps": STAMPS,
        "report_form": ReportForm(), "hide_form": HideForm(), "cid": SayForm.new_cid(),
        "unheard": str(found.sender.public_id) in actions.blocked_ids(account) if found.sender else False,
        "draft": request.POST.get("body") or found.body,
    }  # fmt: skip
    return rendered(request, "community/message.html", context, refused)


def _try(request: HttpRequest, account: User, found: Message) -> Refused | None:
    try:
        _act(request, account, found)
    except Refused as refused:
        say_no(request, refused)
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
def source(request: HttpRequest, group: str, room: str, ref: str) -> HttpResponse:
    """The words of one's own message as they were typed, for editing."""
    found, _can = message_of(request, group, room, ref)
    if found.sender_id != request.user.pk or found.is_tombstone:
        raise Http404
    return JsonResponse({"body": found.body})


@login_required
@require_POST
def report(request: HttpRequest, group: str, room: str, ref: str) -> HttpResponse:
    """Put a message before the moderators."""
    found, _can = message_of(request, group, room, ref)
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
def block(request: HttpRequest, group: str, room: str, ref: str) -> HttpResponse:
    """Stop hearing the author of a message, everywhere, or hear them again."""
    found, _can = message_of(request, group, room, ref)
    account = account_of(request)
    on = request.POST.get("on", "1") == "1"
    if account is not None and found.sender is not None:
        actions.block(actor=account, account=found.sender, on=on)
        toasts.success(
            request, _("You do not hear them any more. They are not told.") if on else _("You hear them again.")
        )
    return redirect(found.get_absolute_url())


@login_required
@require_POST
def hide(request: HttpRequest, group: str, room: str, ref: str) -> HttpResponse:
    """Hide a message in the room; for its moderators."""
    found, _can = message_of(request, group, room, ref)
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
        return redirect("community:message", found.room.group.slug, found.room.slug, found.ref)
    try:
        act(account_of(request), form.cleaned_data)
    except Refused as refused:
        if script:
            return JsonResponse({"code": refused.code.value}, status=REFUSALS.get(refused.code, 400))
        say_no(request, refused)
        return redirect(found.room.get_absolute_url())
    if script:
        return JsonResponse({"done": done})
    toasts.success(request, done)
    return redirect(found.get_absolute_url())
