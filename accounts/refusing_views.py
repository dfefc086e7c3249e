"""Choosing in the account which letters may come, and stopping them by the link at their foot."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts import refusing
from accounts.models import User


class LettersForm(forms.Form):
    """Ticked: it may come."""

    wanted = forms.MultipleChoiceField(
        label=gettext_lazy("Letters that nobody has to have"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Receipts, and what you have to know of your seat, come in any case."),
    )  # fmt: skip

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["wanted"].choices = [(kind.key, kind.label) for kind in refusing.kinds()]  # type: ignore[attr-defined]


def form_for(account: User) -> LettersForm | None:
    """The form as the account has it; None where there is nothing to refuse."""
    known = [kind.key for kind in refusing.kinds()]
    gone = refusing.refused_of(account) if known else set()
    return LettersForm(initial={"wanted": [key for key in known if key not in gone]}) if known else None


@require_POST
@login_required
@transaction.atomic
def choose(request: HttpRequest) -> HttpResponse:
    """Keep what is ticked."""
    form = LettersForm(request.POST)
    if form.is_valid():
        for kind in refusing.kinds():
            change = refusing.accept if kind.key in form.cleaned_data["wanted"] else refusing.refuse
            change(account=request.user, kind=kind.key)  # type: ignore[arg-type]
        messages.success(request, _("Kept."))
    return redirect("accounts:details")


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop letters of one kind. GET changes nothing: it shows a page with a button, for mail scanners follow links.

    POST needs no sign-in and no cookie: a mail program sends it for the reader (RFC 8058).
    """
    found = refusing.read(token)
    if found is None:
        return render(request, "accounts/stop.html")
    account, kind = found
    if request.method == "POST":
        change = refusing.accept if "back" in request.POST else refusing.refuse
        change(account=account, kind=kind.key)
    return render(request, "accounts/stop.html", {"kind": kind, "done": refusing.refused(account, kind.key)})
