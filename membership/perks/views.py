"""A member's perks: used and left, asking for one, saying that it has come, the birthday."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from membership.perks import actions, queries
from membership.perks.forms import BirthdayForm
from membership.perks.models import Birthday, Obligation, Perk
from membership.queries import tenure_of


@never_cache
@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Everything that one has, and the birthday."""
    return _home(request, BirthdayForm())


def _home(request: HttpRequest, form: BirthdayForm) -> HttpResponse:
    context = {
        "perks": queries.perks_of(request.user), "form": form, "tenure": tenure_of(request.user),
        "birthday": Birthday.objects.filter(account=request.user.pk).first(),
    }  # fmt: skip
    return render(request, "perks/home.html", context)


@login_required
@require_POST
def claim(request: HttpRequest, key: str) -> HttpResponse:
    """Ask for one."""
    perk = get_object_or_404(Perk, key=key)
    try:
        actions.claim(perk=perk, account=request.user)
        messages.success(request, _("%(perk)s: it is noted, and being prepared.") % {"perk": perk.name})
    except actions.NothingLeft:
        messages.info(request, _("%(perk)s: none is left in this period.") % {"perk": perk.name})
    except actions.NotYours as missing:
        raise Http404 from missing
    return redirect("perks:home")


@login_required
@require_POST
def received(request: HttpRequest, pk: int) -> HttpResponse:
    """It has come."""
    row = get_object_or_404(Obligation.objects.select_related("perk"), pk=pk, account=request.user.pk)
    try:
        actions.receive(row=row, account=request.user)
        messages.success(request, _("Good to know. Thank you."))
    except actions.NotAllowed:
        messages.info(request, _("That is settled already."))
    return redirect("perks:home")


@login_required
@require_http_methods(["POST"])
def birthday(request: HttpRequest) -> HttpResponse:
    """Keep it, or (`forget`) no longer."""
    if "forget" in request.POST:
        actions.take_back_birthday(account=request.user)
        messages.success(request, _("Your birthday is forgotten."))
        return redirect("perks:home")
    form = BirthdayForm(request.POST)
    if not form.is_valid():
        return _home(request, form)
    actions.keep_birthday(account=request.user, month=form.cleaned_data["month"], day=form.cleaned_data["day"])
    messages.success(request, _("Your birthday is kept: month and day, nothing else."))
    return redirect("perks:home")
