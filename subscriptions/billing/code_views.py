"""The page where somebody types a code, and what is said of one that cannot be taken."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from subscriptions.billing import codes
from subscriptions.billing.deals import NotForYou
from subscriptions.billing.joining import Wish


class CodeForm(forms.Form):
    """A code as it stands in a letter or on a card."""

    code = forms.CharField(label=gettext_lazy("Your code"), max_length=codes.LONGEST)

    def clean_code(self) -> str:
        """Only what there is, as we write it."""
        found = codes.find(self.cleaned_data["code"])
        if found is None:
            raise forms.ValidationError(_("There is no such code. Look again, letter by letter."))
        return str(found.code)


@never_cache
@require_safe
def code(request: HttpRequest) -> HttpResponse:
    """Type a code; a good one leads to what it gives. `?code=` is a typed one."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect("billing:deal", code=form.cleaned_data["code"])
    return render(request, "billing/code.html", {"form": form}, status=422 if form.is_bound else 200)


def unknown(said: str) -> HttpResponse:
    """Nothing is charged without the price that somebody meant to have: back to the code."""
    return redirect(f"{reverse('billing:code')}?{urlencode({'code': said.strip()[: codes.LONGEST]})}")


def refused(request: HttpRequest, wish: Wish, why: NotForYou) -> HttpResponse:
    """Why not, on the deal's own page; nothing was charged."""
    if why.why == "waiting":
        messages.info(request, _("You have a payment page open with this code. Finish it there, or wait until it closes within the hour."))  # fmt: skip
    elif why.why == "other price":
        messages.info(request, _("This code is for another seat. Here is where it holds."))
    return redirect("billing:deal", code=wish.deal.code if wish.deal else "")
