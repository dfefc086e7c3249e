"""The directory, one group, and the way in and out of it. Everything here works without scripts."""

from typing import Any

from django.contrib import messages as toasts
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from community import access, actions, queries
from community.chat.protocol import Code
from community.doors import account_of
from community.enums import MODERATING, AskState, GroupEntry, Level
from community.models import Group, GroupMember, GroupRequest
from community.refusals import Refused

NOT_IN = {
    Code.BARRED: gettext_lazy("By a decision of the moderators this group is shut to you."),
    Code.FORBIDDEN: gettext_lazy("This group asks for a seat that you do not have."),
    Code.CLOSED: gettext_lazy("The door is shut for the moment: the group is full, or it said not now."),
    Code.NOT_FOUND: gettext_lazy("One comes in here by invitation."),
}


@require_GET
def groups(request: HttpRequest) -> HttpResponse:
    """The directory."""
    account = account_of(request)
    query = request.GET.get("q", "").strip()[:80]
    lines = queries.directory(account)
    if query:
        lines = queries.matching(lines, query)
    return render(request, "community/groups.html", {"lines": lines, "query": query})


@require_GET
def group(request: HttpRequest, group: str) -> HttpResponse:
    """One group: its rooms, rules and people."""
    account = account_of(request)
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
    account = account_of(request)
    try:
        found, _role = access.access_group(account, slug)
    except access.Missing as missing:
        raise Http404 from missing
    assert account is not None
    act(request, account, found)
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return redirect(target if safe else found.get_absolute_url())
