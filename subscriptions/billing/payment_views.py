"""Payments at the staff's desk: finding one, giving money back; charged without access, and the reverse."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ground.money import EXPONENTS
from subscriptions.billing import paying
from subscriptions.billing.models import Invoice

STATES = ("paid", "open", "void", "uncollectible")
staff = permission_required("billing.change_invoice", raise_exception=True)


class RefundForm(forms.Form):
    """How much, why, and whether the seat ends."""

    amount = forms.DecimalField(label=gettext_lazy("Amount"), min_value=0)
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        choices=[
            ("requested_by_customer", gettext_lazy("the member asked for it")),
            ("duplicate", gettext_lazy("charged twice")),
            ("fraudulent", gettext_lazy("not the member’s own payment")),
        ],
    )
    end = forms.BooleanField(label=gettext_lazy("End the seat at once as well"), required=False)
    token = forms.UUIDField(widget=forms.HiddenInput)


@staff
def payments(request: HttpRequest) -> HttpResponse:
    """Every invoice, newest first, by a member's address or an invoice's number."""
    rows = Invoice.objects.select_related("account", "subscription__plan").prefetch_related("refunds", "disputes")
    asked, state = request.GET.get("q", "").strip()[:80], request.GET.get("state", "")
    if asked:
        rows = rows.filter(Q(account__email__iexact=asked) | Q(number=asked) | Q(stripe_id=asked))
    rows = rows.filter(status=state) if state in STATES else rows
    page = Paginator(rows.order_by("-created_at"), 50).get_page(request.GET.get("p"))
    return render(
        request, "billing/admin/payments.html", {"page": page, "asked": asked, "state": state, "states": STATES}
    )


@staff
def refund(request: HttpRequest, stripe_id: str) -> HttpResponse:
    """Give money back: the sum, the reason, one button."""
    invoice = get_object_or_404(Invoice.objects.select_related("account", "subscription__plan"), stripe_id=stripe_id)
    left, unit = paying.left_of(invoice), 10 ** EXPONENTS.get(invoice.currency, 2)
    start: dict[str, Any] = {"amount": left / unit, "token": uuid4()}
    form = RefundForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            call = paying.refund(
                invoice=invoice, amount=int(data["amount"] * unit), reason=data["reason"], token=str(data["token"]),
                end=data["end"], actor=f"staff:{request.user.pk}",
            )  # fmt: skip
        except (paying.TooMuch, paying.NothingDue):
            form.add_error("amount", _("No more than what was paid and not given back yet."))
        else:
            call.refresh_from_db()
            done = call.state == "done"
            (messages.success if done else messages.warning)(
                request, _("The money is on its way back.") if done else _("Stripe has not answered yet; it is tried again."))  # fmt: skip
            return redirect("billing_admin:payments")
    context = {"invoice": invoice, "form": form, "left": left / unit}
    return render(request, "billing/admin/refund.html", context)
