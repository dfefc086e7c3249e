"""Pages of polls: asking without a script, and a poll alone. Scripts send the same forms and get JSON."""

from typing import Any

from django.contrib import messages as toasts
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from community import access
from community.chat.protocol import Code
from community.doors import REFUSALS, account_of, open_room
from community.flood import keep_calm
from community.models import Room
from community.refusals import Refused
from community.votes.forms import AskForm
from community.votes.models import Poll
from community.votes.polls import actions, asking
from community.votes.polls.part import mine, part

ASKED = {
    Code.EMPTY: gettext_lazy("A question and at least two answers are needed."),
    Code.BAD: gettext_lazy("Two to ten answers, each only once."),
    Code.TOO_LONG: gettext_lazy("That is too long."),
}
CHOSEN = {
    Code.CLOSED: gettext_lazy("This poll is closed; its result stands."),
    Code.BAD: gettext_lazy("Choose one of the answers."),
    Code.NOT_FOUND: gettext_lazy("This poll is not there any more."),
}


def _script(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, group: str, room: str) -> HttpResponse:
    """Ask something in a room; for whoever may write there."""
    found, can = open_room(request, group, room)
    account = account_of(request)
    if account is None or not can.write:
        raise Http404
    form = AskForm(request.POST or None, initial={"cid": AskForm.new_cid()})
    words = ""
    if request.method == "POST" and form.is_valid():
        try:
            sent = _asked(account, found, form)
            return (
                JsonResponse({"no": sent.message.no}, status=201)
                if _script(request)
                else redirect(f"{found.get_absolute_url()}#m{sent.message.no}")
            )
        except Refused as refused:
            words = str(ASKED.get(refused.code, refused.words))
            if _script(request):
                return JsonResponse(
                    {"code": refused.code.value, "words": words}, status=REFUSALS.get(refused.code, 400)
                )
            toasts.error(request, words)
    elif request.method == "POST" and _script(request):
        return JsonResponse({"code": Code.BAD.value, "words": str(ASKED[Code.EMPTY])}, status=400)
    context = {"room": found, "group": found.group, "form": form, "lines": _lines(form)}
    return render(request, "votes/ask.html", context, status=400 if words else 200)


def _asked(account: User, room: Room, form: AskForm) -> Any:
    keep_calm(account)
    given = form.cleaned_data
    return asking.ask(
        actor=account, room_id=room.pk, cid=given["cid"], question=given["question"],
        choices=form.data.getlist("choice"), several=given["several"], secret=given["secret"], closes=given["closes"],
    )  # fmt: skip


def _lines(form: AskForm) -> list[tuple[int, str]]:
    """The answers' fields, with what was typed."""
    typed = form.data.getlist("choice") if form.is_bound else []
    most = asking.CHOICES[1]
    return list(enumerate([*typed, *[""] * most][:most], 1))


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def poll(request: HttpRequest, group: str, room: str, pk: int) -> HttpResponse:
    """A poll alone; POST chooses, takes back or closes."""
    account = account_of(request)
    try:
        row, message, can = actions.access_poll(account, pk)
    except access.Missing as missing:
        raise Http404 from missing
    if account is None or (message.room.group.slug, message.room.slug) != (group, room):
        raise Http404
    if request.method == "POST":
        return _chosen(request, account, row, f"{message.room.get_absolute_url()}#m{message.no}")
    shown = part(row)
    context = {
        "part": shown, "mine": mine(account, [shown]).get(pk), "room": message.room, "message": message, "alone": True,
        "may_close": not row.closed() and (can.moderate or message.sender_id == account.pk), "can": can,
        "account": account,
    }  # fmt: skip
    return render(request, "votes/poll.html", context)


def _chosen(request: HttpRequest, account: User, row: Poll, back: str) -> HttpResponse:
    try:
        chosen = _act(request.POST, account, row)
    except Refused as refused:
        words = str(CHOSEN.get(refused.code, refused.words))
        if _script(request):
            return JsonResponse({"code": refused.code.value, "words": words}, status=REFUSALS.get(refused.code, 400))
        toasts.error(request, words)
        return redirect(back)
    if _script(request):
        return JsonResponse({"mine": chosen})
    toasts.success(request, _("Noted."))
    return redirect(back)


def _act(form: Any, account: User, row: Poll) -> list[int]:
    keep_calm(account)
    act = form.get("act", "choose")
    if act == "close":
        actions.close(actor=account, poll_id=row.pk)
        return mine(account, [{"id": row.pk}]).get(row.pk, [])
    ids = [] if act == "back" else form.getlist("choice")
    if not all(i.isascii() and i.isdigit() and len(i) < 16 for i in ids) or (act == "choose" and not ids):
        raise Refused(Code.BAD)
    return actions.choose(actor=account, poll_id=row.pk, choices=[int(i) for i in ids])
