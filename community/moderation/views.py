"""Pages of decisions: the statement and the objection, and a group's public log."""

from typing import Any

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

from community import access
from community.chat.protocol import Code
from community.enums import MODERATING, Reason, SanctionKind
from community.models import Message, Sanction
from community.moderation import appeals, publiclog, sanctions
from community.moderation.forms import AppealForm, ImposeForm
from community.refs import named
from community.refusals import Refused
from ground import charts


def _mine(request: HttpRequest, public_id: Any) -> Sanction:
    try:
        return sanctions.access_sanction(request.user, public_id)  # type: ignore[arg-type]
    except Sanction.DoesNotExist as missing:
        raise Http404 from missing


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def decision(request: HttpRequest, public_id: Any) -> HttpResponse:
    """The statement of reasons; POST is the one objection of the person it is about."""
    row = _mine(request, public_id)
    about_me = row.account_id == request.user.pk
    form = AppealForm(request.POST or None)
    if request.method == "POST" and about_me and form.is_valid():
        try:
            appeals.appeal(actor=request.user, sanction=row, text=form.cleaned_data["text"])  # type: ignore[arg-type]
            toasts.success(request, _("Somebody else reads it, within seven days. You are told."))
        except Refused:
            toasts.error(request, _("The time for objecting is over."))
        return redirect(row.get_absolute_url())
    objection = getattr(row, "appeal", None)
    context = {
        "row": row, "about_me": about_me, "form": form, "appeal": objection, "can_appeal": about_me and appeals.open_to(row),
        "until": row.begins_at + appeals.WITHIN,
    }  # fmt: skip
    return render(request, "community/decision.html", context)


@login_required
@require_POST
def lift(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Take a decision back."""
    row = _mine(request, public_id)
    try:
        sanctions.lift(actor=request.user, sanction_id=row.pk)  # type: ignore[arg-type]
        toasts.success(request, _("Taken back, and told."))
    except Refused:
        toasts.error(request, _("You cannot do that here."))
    return redirect(row.get_absolute_url())


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def impose(request: HttpRequest, group: str, room: str, ref: str) -> HttpResponse:
    """Decide about the author of a message; for those who look after its group."""
    message = Message.objects.filter(room__group__slug=group, room__slug=room, **named(ref))
    found = message.select_related("room__group", "sender", "thread").first()
    actor = access.signed_in(request.user)
    if found is None or actor is None or found.sender is None:
        raise Http404
    if access.role_in(actor, found.room.group_id) not in MODERATING:
        raise Http404
    form = ImposeForm(request.POST or None, staff=access.is_staff(actor))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        kind = SanctionKind(given["kind"])
        try:
            row = sanctions.impose(
                actor=actor, account=found.sender, kind=kind, reason=Reason(given["reason"]), note=given["note"],
                room=found.room, message=found, ends_at=form.ends_at(),
            )  # fmt: skip
            toasts.success(request, _("Decided. The person is told, with the reasons."))
            return redirect(row.get_absolute_url())
        except Refused as refused:
            toasts.error(
                request, refused.words if refused.code is Code.LIMIT else _("Somebody else has to decide this one.")
            )
    return render(request, "community/impose.html", {"message": found, "room": found.room, "form": form})


@require_GET
def log(request: HttpRequest, group: str) -> HttpResponse:
    """What was decided in the group, for everybody who may know of it."""
    try:
        found, _role = access.access_group(access.signed_in(request.user), group)
    except access.Missing as missing:
        raise Http404 from missing
    page = Paginator(publiclog.entries(found), 50).get_page(request.GET.get("page"))
    months = publiclog.by_month(found)
    drawn = charts.columns([(date_format(m, "n"), _said(n), [("n", n)]) for m, n in months])
    context = {"group": found, "page": page, "lines": publiclog.lines(found, page.object_list), "chart": drawn,
               "months": months}  # fmt: skip
    return render(request, "community/log.html", context)


def _said(n: int) -> str:
    return ngettext("%(n)d decision", "%(n)d decisions", n) % {"n": n}
