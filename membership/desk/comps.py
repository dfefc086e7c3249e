"""Complimentary seats at the staff's desk: who has one, what ends soon, giving and ending."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.models import User
from ground import clock
from membership.actions import end_comp, give_comp
from membership.models import Comp, Tier

SOON = timedelta(days=30)
PAGE = 50
staff = permission_required("membership.change_comp", raise_exception=True)


class CompForm(forms.Form):
    """To whom, which tier, until when, and why."""

    email = forms.EmailField(label=gettext_lazy("Their e-mail"))
    tier = forms.ModelChoiceField(Tier.objects.filter(archived=False).order_by("rank"), label=gettext_lazy("Tier"),
                                  to_field_name="key", empty_label=None)  # fmt: skip
    until = forms.DateField(
        label=gettext_lazy("Until the end of"), widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("They are told a week before."),
    )  # fmt: skip
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=200)

    def clean_email(self) -> User:
        """An account that is there."""
        account = User.objects.filter(email__iexact=self.cleaned_data["email"], is_active=True).first()
        if account is None:
            raise ValidationError(_("Nobody has an account with this e-mail."))
        return account

    def clean_until(self) -> datetime:
        """The last moment of that day, in the house's time; not in the past."""
        day = self.cleaned_data["until"]
        ends = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
        if ends <= clock.now():
            raise ValidationError(_("That day is over already."))
        return ends


@staff
def board(request: HttpRequest) -> HttpResponse:
    """Seats that run, those that end first on top; `?show=` soon, running or over. POST gives one."""
    form = CompForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        comp = give_comp(account=data["email"], tier_key=data["tier"].key, ends=data["until"], reason=data["reason"],
                         actor=f"staff:{request.user.pk}")  # fmt: skip
        messages.success(request, _("%(name)s sits as %(tier)s until %(day)s.") % {
            "name": data["email"].display_name, "tier": comp.tier.name, "day": f"{data['until'] - timedelta(1):%Y-%m-%d}"})  # fmt: skip
        return redirect("comps_admin:board")
    show = request.GET.get("show", "soon")
    rows = Paginator(_rows(show), PAGE).get_page(request.GET.get("page"))
    shows = [("soon", _("Ending soon")), ("running", _("All that run")), ("over", _("Over"))]
    context: dict[str, Any] = {"form": form, "rows": rows, "show": show, "shows": shows}
    return render(request, "membership/admin/comps.html", context)


def _rows(show: str) -> Any:
    rows = Comp.objects.select_related("account", "tier")
    if show == "over":
        return rows.exclude(closed_at=None).order_by("-ends")
    running = rows.filter(closed_at=None).order_by("ends")
    return running if show == "running" else running.filter(ends__lte=clock.now() + SOON)


@staff
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End one now."""
    if end_comp(comp=get_object_or_404(Comp, pk=pk), actor=f"staff:{request.user.pk}"):
        messages.success(request, _("Ended."))
    return redirect("comps_admin:board")


urls: list[URLPattern] = [path("", board, name="board"), path("<int:pk>/end/", end, name="end")]
