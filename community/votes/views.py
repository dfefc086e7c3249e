"""Pages of elections. Every act is a form; no script is needed for any of them."""

from typing import Any

from django.contrib import messages as toasts
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from community.chat.protocol import Code
from community.group_views import group_of
from community.models import Group
from community.refusals import Refused
from community.votes.elections import actions, showing
from community.votes.forms import AbortForm, CallForm, StandForm
from community.votes.models import Election

PAGE = 30
NO = {
    Code.CLOSED: gettext_lazy("The time for that is over."),
    Code.FORBIDDEN: gettext_lazy("That is for others in the group."),
    Code.NEWCOMER: gettext_lazy("Whom the house does not know yet cannot stand: a day and five messages are enough."),
    Code.WORDS: gettext_lazy("Words in it are not taken here. The house rules say which, and why."),
    Code.BAD: gettext_lazy("Somebody on your ballot does not stand any more. Please choose again."),
    Code.EMPTY: gettext_lazy("A few words are needed."),
    Code.TOO_LONG: gettext_lazy("That is too long."),
    Code.NOT_FOUND: gettext_lazy("Your ballot cannot be changed any more. The one that you cast counts."),
}


def _signed(request: HttpRequest, slug: str) -> tuple[User, Group, str]:
    account, found, role = group_of(request, slug)
    if account is None:
        raise Http404
    return account, found, role


@never_cache
@login_required
@require_GET
def elections(request: HttpRequest, group: str) -> HttpResponse:
    """All elections of a group, the newest first."""
    account, found, _role = _signed(request, group)
    page = Paginator(Election.objects.filter(group=found).select_related("group"), PAGE).get_page(
        request.GET.get("page")
    )
    context = {"group": found, "page": page, **showing.of_group(found, account)}
    return render(request, "votes/elections.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def call(request: HttpRequest, group: str) -> HttpResponse:
    """Call an election; for the group's hosts and staff."""
    account, found, _role = _signed(request, group)
    if not actions.may_call(account, found):
        raise Http404
    form = CallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(actions.call(actor=account, group=found, **form.numbers()).get_absolute_url())
        except Refused as refused:
            running = refused.code is Code.CLOSED
            toasts.error(request, _("An election is running already.") if running else _no(refused))
    return render(request, "votes/call.html", {"group": found, "form": form})


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def election(request: HttpRequest, group: str, pk: int) -> HttpResponse:
    """One election: who stands, the ballot, the result, the log. POST stands, votes or stops it."""
    account, found, role = _signed(request, group)
    row = Election.objects.select_related("group").filter(group=found, pk=pk).first()
    if row is None:
        raise Http404
    if request.method == "POST":
        try:
            toasts.success(request, _act(request.POST, account, row))
        except Refused as refused:
            toasts.error(request, _no(refused))
        return redirect(row.get_absolute_url())
    return render(request, "votes/election.html", showing.page(row, account, role))


def _no(refused: Refused) -> Any:
    return NO.get(refused.code, _("You cannot do that here."))


def _act(form: Any, actor: User, row: Election) -> str:
    act = form.get("act", "")
    if act == "stand":
        actions.stand(actor=actor, election_id=row.pk, statement=_given(StandForm(form), "statement"))
        return _("You stand. Until voting opens you can change your words.")
    if act == "withdraw":
        actions.withdraw(actor=actor, election_id=row.pk)
        return _("You do not stand any more.")
    if act == "vote":
        actions.vote(actor=actor, election_id=row.pk, approves=_ids(form.getlist("for")))
        return _("Your ballot is cast. Until the end you can cast another in its place.")
    if act == "stop":
        actions.abort(actor=actor, election_id=row.pk, reason=_given(AbortForm(form), "reason"))
        return _("The election is stopped, and members are told why.")
    raise Refused(Code.FORBIDDEN)


def _given(form: Any, name: str) -> str:
    """The field, as long as it may be; what is wrong with it the action says."""
    form.is_valid()
    return str(form.cleaned_data.get(name) or form.data.get(name, "")) if hasattr(form, "cleaned_data") else ""


def _ids(values: list[str]) -> list[int]:
    if not all(value.isascii() and value.isdigit() and len(value) < 16 for value in values):
        raise Refused(Code.BAD)
    return [int(value) for value in values]
