"""One member in Wagtail's admin: rights with their reasons, what staff wrote, what happened, and what can be done."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import devices, visits, ways
from accounts.models import User
from ground import clock, registry
from membership.actions import end_comp, give_comp
from membership.models import Comp, EntitlementGrant
from membership.people import actions, activity
from membership.people.actions.working import actor
from membership.people.forms import CompForm, NoteForm, TagForm, VisitForm
from membership.people.models import MemberTag, Note

sees = permission_required("people.see_members", raise_exception=True)
changes = permission_required("people.change_members", raise_exception=True)
gives = permission_required("membership.change_comp", raise_exception=True)
visits_members = permission_required(visits.PERMISSION, raise_exception=True)


def _me(request: HttpRequest) -> User:
    """The staff who asks; the permission above each view lets nobody else in."""
    return cast(User, request.user)


def _found(pk: int) -> User:
    return get_object_or_404(User, pk=pk)


@never_cache
@sees
def member(request: HttpRequest, pk: int, comp: CompForm | None = None) -> HttpResponse:
    """Everything that staff may know of one member."""
    account = _found(pk)
    may_change = request.user.has_perm("people.change_members")
    context: dict[str, Any] = {
        "account": account,
        "facts": _facts(account),
        "rights": _rights(account),
        "comps": Comp.objects.filter(account=account, closed_at=None).select_related("tier"),
        "tags": MemberTag.objects.filter(account=account).select_related("tag").order_by("tag__name"),
        "notes": Note.objects.filter(account=account).select_related("author").order_by("-created_at")[:50],
        "activity": activity.of(account),
        "links": [link for source in registry.member_links for link in source.links(account)],
        "devices": devices.of(account),
        "ways": ways.of(account),
        "comp_form": comp or CompForm(),
        "note_form": NoteForm(),
        "tag_form": TagForm(),
        "visit_form": VisitForm(),
        "may_change": may_change,
        "may_give": request.user.has_perm("membership.change_comp"),
        "may_visit": visits.may_visit(request.user, account),
        "is_staff": visits.is_staff(account),
    }
    return render(request, "people/member.html", context, status=422 if comp else 200)


def _facts(account: User) -> list[tuple[Any, Any]]:
    """Every column's cell of this one account."""
    return [(column.label, column.values([account.pk]).get(account.pk)) for column in registry.staff_columns]


def _rights(account: User) -> list[dict[str, Any]]:
    now = clock.now()
    rows = EntitlementGrant.objects.filter(account=account).select_related("tier").order_by("-starts")[:100]
    return [
        {"grant": row, "holds": row.starts <= now and (row.ends is None or row.ends > now), "later": row.starts > now}
        for row in rows
    ]


@require_POST
@changes
def tag(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a tag on, or take one off."""
    account, form = _found(pk), TagForm(request.POST)
    if request.POST.get("off"):
        actions.take_tag(account=account, name=request.POST["off"])
    elif form.is_valid():
        actions.put_tag(account=account, name=form.cleaned_data["name"], actor=actor(_me(request)))
    return redirect("members_admin:member", pk)


@require_POST
@changes
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a note."""
    form = NoteForm(request.POST)
    if form.is_valid():
        actions.add_note(account=_found(pk), text=form.cleaned_data["text"], author=_me(request))
    return redirect("members_admin:member", pk)


@require_POST
@gives
def comp(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a complimentary seat with an end and a reason."""
    account, form = _found(pk), CompForm(request.POST)
    if not form.is_valid():
        return member(request, pk, comp=form)
    data = form.cleaned_data
    give_comp(
        account=account, tier_key=data["tier"].key, ends=data["until"], reason=data["reason"], actor=actor(_me(request))
    )
    messages.success(request, _("Given. They are told a week before it ends."))
    return redirect("members_admin:member", pk)


@require_POST
@gives
def comp_end(request: HttpRequest, pk: int, comp_pk: int) -> HttpResponse:
    """End one now."""
    if end_comp(comp=get_object_or_404(Comp, pk=comp_pk, account_id=pk), actor=actor(_me(request))):
        messages.success(request, _("Ended."))
    return redirect("members_admin:member", pk)


@require_POST
@changes
def sign_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign a member out everywhere. Not staff: they do it themselves."""
    account = _found(pk)
    if visits.is_staff(account):
        messages.error(request, _("Staff sign themselves out."))
    else:
        messages.success(request, _("Signed out on %(n)s devices.") % {"n": devices.end_all(account=account)})
    return redirect("members_admin:member", pk)


@require_POST
@visits_members
def visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at the house with this member's eyes: a reason first, a row always."""
    account, form = _found(pk), VisitForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write down why."))
        return redirect("members_admin:member", pk)
    try:
        begun = visits.begin(staff=_me(request), account=account, reason=form.cleaned_data["reason"])
    except visits.NotAllowed:
        messages.error(request, _("Nobody looks with the eyes of staff or of a closed account."))
        return redirect("members_admin:member", pk)
    request.session[visits.MARK] = begun.pk
    return redirect(f"/{account.language}/account/")
