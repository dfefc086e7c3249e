"""The account home, notices, and a person's own data."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import actions, devices, notices, queries, refusing_views, visits
from accounts import ways as ways_in
from accounts.forms import DetailsForm, EraseForm


@never_cache
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """One page with everything that is mine; apps add their cards through the registry."""
    return render(request, "accounts/home.html", {"panels": queries.home_panels(request.user)})


@never_cache
@login_required
def notice_list(request: HttpRequest) -> HttpResponse:
    """All notices, newest first; opening the page marks them read."""
    language = get_language() or "en"
    found = [(n, notices.line(n, language)) for n in queries.latest_notices(request.user)]
    actions.mark_notices_read(account=request.user)
    return render(request, "accounts/notices.html", {"notices": found})


@never_cache
@login_required
def details(request: HttpRequest) -> HttpResponse:
    """Name and language."""
    user = request.user
    form = DetailsForm(
        request.POST or None,
        initial={"name": user.name, "language": user.language, "shows_presence": user.shows_presence},
    )
    if request.method == "POST" and form.is_valid():
        actions.change_details(account=user, **form.cleaned_data)
        messages.success(request, _("Kept."))
        return redirect("accounts:details")
    return render(request, "accounts/details.html", {"form": form, "letters": refusing_views.form_for(user)})


@never_cache
@login_required
def ways(request: HttpRequest) -> HttpResponse:
    """Sign-in and devices: what opens the account, where it is open, and who of the house has looked in."""
    context = {
        "ways": ways_in.of(request.user),
        "devices": devices.of(request.user),
        "here": request.session.session_key,
        "visits": visits.of(request.user),
    }
    return render(request, "accounts/ways.html", context)


@require_POST
@login_required
def sign_out_device(request: HttpRequest) -> HttpResponse:
    """Sign one other device out, or all others."""
    chosen = request.POST.get("device", "")
    if chosen == "others":
        ended = devices.end_all(account=request.user, but=request.session.session_key)
    else:
        ended = devices.end(account=request.user, pk=int(chosen)) if chosen.isdecimal() and len(chosen) < 19 else 0
    messages.success(request, _("Signed out there.") if ended else _("Nobody was signed in there any more."))
    return redirect("accounts:ways")


@require_POST
def visit_end(request: HttpRequest) -> HttpResponse:
    """The way out of a visit: back to the member's page in the admin."""
    visit = getattr(request, "visit", None)
    if visit is None:
        return redirect("accounts:home")
    visits.end(staff=visit.staff)
    request.session.pop(visits.MARK, None)
    return redirect(f"/cms/members/{visit.account_id}/")


@never_cache
@login_required
def data(request: HttpRequest) -> HttpResponse:
    """What the house holds, to take along or to erase."""
    return render(request, "accounts/data.html", {"form": EraseForm(account=request.user)})


@never_cache
@login_required
@reauthentication_required
def export(request: HttpRequest) -> HttpResponse:
    """Everything as one JSON file."""
    answer = JsonResponse(queries.export(request.user), json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = 'attachment; filename="yaji-my-data.json"'
    return answer


@require_POST
@login_required
@reauthentication_required
def erase(request: HttpRequest) -> HttpResponse:
    """Erase the account after its e-mail was typed once more."""
    form = EraseForm(request.POST, account=request.user)
    if not form.is_valid():
        return render(request, "accounts/data.html", {"form": form}, status=422)
    actions.erase_account(account=request.user)
    logout(request)
    messages.success(request, _("Your account is erased. Fare well."))
    return redirect("/")
