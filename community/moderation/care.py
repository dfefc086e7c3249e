"""What waits for those who look after a group: one page, everything on it, decided in place."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages as toasts
from django.contrib.auth.decorators import login_required
from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from community import access, parts
from community.actions import groups
from community.chat.protocol import Code
from community.enums import MODERATING, STOPS_WRITING, AppealState, AskState, CaseState, HeldState, Reason
from community.models import Appeal, Case, Group, GroupInvite, GroupRequest, HeldMessage, Sanction
from community.moderation import actions, appeals, holding, quiet
from community.refusals import Refused
from ground import clock

MOST = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """Everything of a group that waits for a decision, the longest first, and the decisions in force."""

    cases: list[Case]
    held: list[HeldMessage]
    appeals: list[Appeal]
    in_force: list[Sanction]
    requests: list[GroupRequest]
    invites: list[GroupInvite]

    @property
    def count(self) -> int:
        """What waits for a decision."""
        return len(self.cases) + len(self.held) + len(self.appeals) + len(self.requests)


def waiting(group: Group, actor: User) -> Waiting:
    """Eight queries, whatever waits. Objections that the actor may not decide are left out."""
    cases = Case.objects.filter(room__group=group, state=CaseState.OPEN).select_related("room", "author", "assignee")
    cases = cases.prefetch_related("reports").order_by("due_at")
    held = HeldMessage.objects.filter(room__group=group, state=HeldState.WAITING).select_related(
        "room__group", "sender"
    )
    objections = Appeal.objects.filter(sanction__group=group, state=AppealState.OPEN).select_related(
        "sanction__account", "sanction__room"
    )
    objections = objections.exclude(Q(sanction__imposed_by=actor) | Q(sanction__account=actor))
    in_force = Sanction.objects.filter(group=group, lifted_at=None, kind__in=STOPS_WRITING).exclude(
        ends_at__lte=clock.now()
    )
    asking = GroupRequest.objects.filter(group=group, state=AskState.WAITING).select_related("account")
    links = GroupInvite.objects.filter(group=group, ends_at__gt=clock.now(), used__lt=F("most"))
    return Waiting(
        list(cases.exclude(author=actor)[:MOST]), _with_files(held.exclude(sender=actor)[:MOST]), list(objections[:MOST]),
        list(in_force.select_related("account", "room")[:MOST]), list(asking[:MOST]), list(links[:MOST]),
    )  # fmt: skip


def _with_files(held: Iterable[HeldMessage]) -> list[HeldMessage]:
    """Each with its uploads that are still there, as its card shows them; one query."""
    rows = list(held)
    there = parts.unsent([pk for row in rows for pk in row.att])
    for row in rows:
        known = [(parts.kinds.get(part["kind"]), part) for pk in row.att if (part := there.get(pk))]
        row.hung = [{"template": kind.template, "part": part} for kind, part in known if kind]
    return rows


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, group: str) -> HttpResponse:
    """The page, and what its buttons do; for strangers it is missing."""
    actor = access.signed_in(request.user)
    try:
        found, role = access.access_group(actor, group)
    except access.Missing as missing:
        raise Http404 from missing
    if actor is None or role not in MODERATING:
        raise Http404
    if request.method == "POST":
        try:
            toasts.success(request, _act(request.POST, actor, found))
        except Refused as refused:
            said = refused.code in (Code.LIMIT, Code.NOT_FOUND)
            toasts.error(request, refused.words if said else _("Somebody else has to decide this one."))
        return redirect("community:care", found.slug)
    context = {"group": found, "waiting": waiting(found, actor), "reasons": Reason.choices, "lengths": quiet.LENGTHS, "home": settings.PUBLIC_URL,
               "quiet": found.quiet_until is not None and found.quiet_until > clock.now(), "me": actor}  # fmt: skip
    return render(request, "community/care.html", context)


def _act(form: Any, actor: User, group: Group) -> str:
    act, _colon, ident = form.get("act", "").partition(":")
    number = int(ident) if ident.isdecimal() and len(ident) < 12 else 0
    reason = Reason(form["reason"]) if form.get("reason") in Reason.values else Reason.OTHER
    note = form.get("note", "")[:500]
    if act in ("hide", "leave"):
        state = CaseState.HIDDEN if act == "hide" else CaseState.DISMISSED
        actions.decide(actor=actor, case_id=number, state=state)
        return _("Decided. Those who reported it are told.")
    if act == "take":
        actions.take_case(actor=actor, case_id=number)
        return _("Noted.")
    if act == "approve":
        row = holding.approve(actor=actor, held_id=number)
        gone = _("It cannot be said any more: what it answered, or what it showed, is gone. It is closed.")
        return gone if holding.lapsed(row) else _("It is said now.")
    if act == "refuse":
        holding.refuse(actor=actor, held_id=number, reason=reason, note=note)
        return _("Refused. Its author is told, with the reasons.")
    if act in ("uphold", "overturn"):
        state_of = AppealState.UPHELD if act == "uphold" else AppealState.OVERTURNED
        appeals.decide(actor=actor, appeal_id=number, state=state_of, answer=note)
        return _("Decided. The person is told.")
    if act in ("let_in", "not_now"):
        groups.answer_request(actor=actor, request_id=number, accept=act == "let_in")
        return _("Answered, and told.")
    if act == "invite":
        groups.invite(actor=actor, group=group, most=number)
        return _("Here is the link. It counts for a week.")
    if act == "uninvite":
        groups.uninvite(actor=actor, invite_id=number)
        return _("The link is closed.")
    if act == "quiet":
        quiet.set_quiet(actor=actor, group=group, minutes=number)
        return _("The group goes slowly for a while.") if number else _("The group talks as always.")
    raise Refused(Code.BAD)
