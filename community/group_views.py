"""Pages of a group beside its rooms: its people, its rules through time, invitations, and how it is."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages as toasts
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from community import access, actions, health, said
from community.enums import MODERATING, Level, Role
from community.models import Group, GroupInvite, GroupMember
from community.pages import number
from community.refusals import Refused
from ground import charts, clock

PAGE = 60
TERM_DAYS = 180


def group_of(request: HttpRequest, slug: str) -> tuple[User | None, Group, str]:
    """Who asks, the group, and their role in it; missing for those who may not know of it."""
    account = access.signed_in(request.user)
    try:
        found, role = access.access_group(account, slug)
    except access.Missing as missing:
        raise Http404 from missing
    return account, found, role


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest, group: str) -> HttpResponse:
    """Everybody in the group with their task; its hosts give tasks here. For those who are in."""
    account, found, role = group_of(request, group)
    if account is None or not role:
        raise Http404
    may_give = role == Role.HOST or access.is_staff(account)
    if request.method == "POST":
        _give(request, account, found)
        return redirect(request.get_full_path())
    query = request.GET.get("q", "").strip()[:60]
    rows = GroupMember.objects.filter(group=found, account__is_active=True).select_related("account")
    rows = rows.filter(account__name__icontains=query) if query else rows
    page = Paginator(rows.order_by("-role", "joined_at", "pk"), PAGE).get_page(request.GET.get("page"))
    context = {"group": found, "page": page, "query": query, "may_give": may_give, "roles": Role.choices, "me": account,
               "now": clock.now(), "kept": urlencode({"q": query}) if query else ""}  # fmt: skip
    return render(request, "community/people.html", context)


def _give(request: HttpRequest, actor: User, found: Group) -> None:
    who, role = request.POST.get("who", ""), request.POST.get("role", "")
    place = (
        GroupMember.objects.filter(group=found, pk=who).select_related("account").first() if who.isdecimal() else None
    )
    if place is None or role not in Role.values:
        raise Http404
    days = TERM_DAYS if role == Role.MODERATOR else None
    try:
        actions.set_role(actor=actor, group=found, account=place.account, role=Role(role), term_days=days)
        toasts.success(request, _("The task is given."))
    except Refused:
        toasts.error(request, _("You cannot do that here."))


@require_GET
def rules(request: HttpRequest, group: str) -> HttpResponse:
    """The house rules as they counted from each day on."""
    _account, found, _role = group_of(request, group)
    return render(request, "community/rules.html", {"group": found, "history": found.rules_history.all()[:50]})


@never_cache
@login_required
@require_GET
def how(request: HttpRequest, group: str) -> HttpResponse:
    """How the group is; for those who look after it."""
    _account, found, role = group_of(request, group)
    if role not in MODERATING:
        raise Http404
    state = health.of(found)
    rows = [(str(day.day) if day.day in (1, 8, 15, 22) else "", _told(day, n), [("n", n)]) for day, n in state.days]
    return render(request, "community/health.html", {"group": found, "health": state, "chart": charts.columns(rows)})


def _told(day: Any, n: int) -> str:
    words = ngettext("%(n)d message", "%(n)d messages", n) % {"n": n}
    return f"{date_format(day, 'MONTH_DAY_FORMAT')}: {words}"


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """An invitation: what it opens, and one button. It shows the name of a group that strangers cannot find."""
    found = GroupInvite.objects.select_related("group").filter(token=token).first()
    account = access.signed_in(request.user)
    if found is None or account is None or found.ends_at <= clock.now() or found.used >= found.most:
        return render(request, "community/invited.html", {"group": None}, status=410 if found else 404)
    if request.method == "POST":
        try:
            actions.join_group(actor=account, group=found.group, token=token)
            return redirect(found.group.get_absolute_url())
        except Refused:
            toasts.error(request, _("The door is shut for the moment. Ask who invited you."))
    return render(request, "community/invited.html", {"group": found.group})


SAID = 20


@never_cache
@require_GET
def search_said(request: HttpRequest) -> HttpResponse:
    """What was said, in the rooms that the asker reads; in one room with `room`; where they are named with `named=1`."""
    account = access.signed_in(request.user)
    query = request.GET.get("q", "").strip()[:80]
    rooms, asked = said.readable(account), request.GET.get("room", "")
    room = next((r for r in rooms if str(r.pk) == asked), None)
    before, named = number(request.GET.get("before", "")), account is not None and request.GET.get("named") == "1"
    if named and account is not None:
        hits = said.named(account, before=before, most=SAID)
    else:
        hits = said.find(account, query, rooms=[room] if room else rooms, before=before, most=SAID)
    more = hits[-1].message.pk if len(hits) == SAID else None
    context = {"query": query, "hits": hits, "room": room, "more": more, "named": named}
    return render(request, "community/said.html", context)


@login_required
@require_POST
def level(request: HttpRequest, group: str) -> HttpResponse:
    """What one wants to be told of the group."""
    account, found, _role = group_of(request, group)
    wanted = request.POST.get("level", "")
    if account is None or wanted not in Level.values:
        raise Http404
    actions.set_level(actor=account, group=found, level=Level(wanted))
    toasts.success(request, _("Noted."))
    return redirect(found.get_absolute_url())
