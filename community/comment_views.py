"""Comments below a story, as a piece of its page."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from community import access, actions, comments, queries
from community.access import Can
from community.actions.send import Held
from community.chat.protocol import MAX_BODY
from community.doors import REFUSALS, account_of
from community.flood import keep_calm
from community.forms import SayForm
from community.models import Room
from community.refusals import Refused
from community.rows import rows

SHOWN = 12


@never_cache
@require_http_methods(["GET", "POST"])
def under(request: HttpRequest, subject: str) -> HttpResponseBase:
    """The latest words below a story with the place to add some (`?part=1`), or the way to the whole talk.

    Where this reader has none, a part is empty (204), whatever the reason; the way to the talk is not there (404).
    POST says something and answers JSON: `{}`, `{"held": true, "words"}`, or an error with its words.
    """
    account = account_of(request)
    part = request.GET.get("part") == "1"
    try:
        room, can = _open(account, subject)
    except Http404:
        if part and request.method != "POST":
            return HttpResponse(status=204)
        raise
    if request.method == "POST":
        return _say(account, room, SayForm(request.POST))
    if not part:
        return redirect(room.get_absolute_url())
    page = queries.page(room, size=SHOWN)
    lines = rows(room, page, account=account, language=get_language() or "en", unheard=actions.blocked_ids(account))
    context = {
        "room": room, "group": room.group, "can": can, "rows": lines, "n": room.last_no, "cid": SayForm.new_cid(),
        "max_body": MAX_BODY, "account": request.user,
    }  # fmt: skip
    return render(request, "community/comments.html", context)


def _open(account: User | None, subject: str) -> tuple[Room, Can]:
    found = comments.room_under(subject)
    if found is None:
        raise Http404
    try:
        room, can = access.access_room_by_id(account, found.pk)
    except access.Missing as missing:
        raise Http404 from missing
    if not can.read:
        raise Http404
    return room, can


def _say(account: User | None, room: Room, form: SayForm) -> JsonResponse:
    if account is None:
        return JsonResponse({"words": _("You are signed out. Sign in to go on.")}, status=401)
    if not form.is_valid():
        return JsonResponse({"words": _("There is nothing to send.")}, status=400)
    data = form.cleaned_data
    try:
        keep_calm(account)
        sent = actions.send_message(actor=account, room_id=room.pk, cid=data["cid"], body=data["body"])
    except Refused as refused:
        return JsonResponse({"words": str(refused.words)}, status=REFUSALS.get(refused.code, 400))
    if isinstance(sent, Held):
        words = _("A moderator reads it first. It stands here as soon as that is done.")
        return JsonResponse({"held": True, "words": words})
    return JsonResponse({})
