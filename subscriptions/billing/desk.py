"""Prices and special prices in Wagtail's admin, through the same actions as everywhere."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from ground.money import EXPONENTS, SYMBOLS
from membership.perks.enums import PerkKind
from membership.perks.models import Perk
from subscriptions.billing import catalogue, deals, gateway, releasing, way_back
from subscriptions.billing.enums import Interval, PlanKind
from subscriptions.billing.models import Deal, Plan, PlanPrice
from subscriptions.billing.models.deal import Purpose

staff = permission_required("billing.change_planprice", raise_exception=True)


class DealForm(forms.ModelForm[Deal]):
    """A new special price; once it is at Stripe it is not edited, only archived."""

    class Meta:
        model = Deal
        fields: ClassVar[list[str]] = [
            "code", "name_zh", "name_en", "purpose", "kind", "percent", "amount", "currency", "trial_days", "lasts",
            "months", "price", "reason", "most", "ends_at", "after_days",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["price"].queryset = PlanPrice.objects.filter(active=True)  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        """Codes are written small; people may type them as they like."""
        return str(self.cleaned_data["code"]).lower()

    def clean(self) -> dict[str, Any]:
        """Each kind needs its own number."""
        data = super().clean() or {}
        needed = {"percent": ["percent"], "amount": ["amount", "currency"], "trial": ["trial_days"]}[
            data.get("kind", "percent")
        ]
        for name in needed + (["months"] if data.get("lasts") == "repeating" else []):
            if not data.get(name):
                self.add_error(name, _("This is needed."))
        if data.get("after_days") is not None and (data.get("purpose") != Purpose.RETURN or not data["after_days"]):
            self.add_error(
                "after_days", _("Only a way back writes to those who left, one day after it at the earliest.")
            )
        if data.get("percent") and data["percent"] > 100:
            self.add_error("percent", _("A hundred at most."))
        return data


class AmountForm(forms.Form):
    """What a price becomes."""

    amount = forms.DecimalField(label=gettext_lazy("New amount"), min_value=0)


class PriceForm(forms.Form):
    """One more way to pay for a plan."""

    plan = forms.ModelChoiceField(
        label=gettext_lazy("Plan"), queryset=Plan.objects.exclude(kind=PlanKind.THING).order_by("kind", "target")
    )
    interval = forms.ChoiceField(label=gettext_lazy("Paid by the"), choices=Interval.choices)
    currency = forms.ChoiceField(label=gettext_lazy("currency"), choices=[(code, code) for code in SYMBOLS])
    amount = forms.DecimalField(label=gettext_lazy("Amount"), min_value=0, decimal_places=3, max_digits=12)
    boxes = forms.IntegerField(
        label=gettext_lazy("Boxes"), required=False, min_value=1, max_value=60,
        help_text=gettext_lazy("For a box that is paid once: how many. One is what a first box at once costs."),
    )  # fmt: skip
    gift_months = forms.IntegerField(
        label=gettext_lazy("Months given"), required=False, min_value=1, max_value=60,
        help_text=gettext_lazy("For a gift; it is paid once."),
    )  # fmt: skip

    def _paid_once(self, data: dict[str, Any]) -> None:
        """What is paid once says what it buys; what is paid again and again buys its own time."""
        once, box = data["interval"] == Interval.ONCE, data["plan"].kind == PlanKind.BOX
        if (data["boxes"] or data["gift_months"]) and not once:
            self.add_error("interval", _("Boxes paid ahead and gifts are paid once."))
        elif data["boxes"] and (data["gift_months"] or not box):
            self.add_error("boxes", _("Boxes are paid ahead for a box plan, and a gift counts in months."))
        elif once and box and not (data["boxes"] or data["gift_months"]):
            self.add_error("boxes", _("Say how many boxes it pays for, or how many months it gives."))

    def clean(self) -> dict[str, Any]:
        """Whole minor units, above nought, and one price for each plan, currency and interval."""
        data = super().clean() or {}
        if self.errors:
            return data
        self._paid_once(data)
        if self.errors:
            return data
        minor = data["amount"] * 10 ** EXPONENTS.get(data["currency"], 2)
        if minor != int(minor) or not 0 < minor < 2**31:
            self.add_error("amount", _("Write an amount that can be paid."))
        same = {name: data[name] for name in ("plan", "interval", "currency", "boxes", "gift_months")}
        if PlanPrice.objects.filter(**same, active=True).exists():
            self.add_error("currency", _("It is sold so already; change that price."))
        data["minor"] = int(minor)
        return data


@staff
def prices(request: HttpRequest) -> HttpResponse:
    """What is sold, what went out of use but is still paid, and a form for one more price."""
    form = PriceForm(request.POST or None, initial={"currency": settings.CURRENCY})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        catalogue.add_price(
            plan=said["plan"], currency=said["currency"], interval=said["interval"], amount=said["minor"],
            boxes=said["boxes"], gift_months=said["gift_months"],
        )  # fmt: skip
        _push(request)
        return redirect("billing_admin:prices")
    rows = PlanPrice.objects.select_related("plan").order_by(
        "plan__kind", "plan__target", "interval", "-active", "amount"
    )
    status = 422 if form.is_bound else 200
    context = {
        "rows": rows,
        "form": form,
        "plans": Plan.objects.select_related("early_perk").order_by("kind", "target"),
    }
    return render(request, "billing/admin/prices.html", context, status=status)


class ReleaseForm(forms.ModelForm[Plan]):
    """When a plan opens, and for whom earlier."""

    class Meta:
        model = Plan
        fields: ClassVar[list[str]] = ["opens_at", "early_perk", "early_hours"]
        widgets: ClassVar = {"opens_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        standing = Perk.objects.filter(kind=PerkKind.EARLY_ACCESS, quota=0, archived=False)
        self.fields["early_perk"].queryset = standing  # type: ignore[attr-defined]


@staff
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """When a plan opens."""
    plan = get_object_or_404(Plan, pk=pk)
    form = ReleaseForm(request.POST or None, instance=plan)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        releasing.release(plan=plan, opens_at=said["opens_at"], perk=said["early_perk"], hours=said["early_hours"])
        messages.success(request, _("Kept."))
        return redirect("billing_admin:prices")
    context = {"plan": plan, "form": form}
    return render(request, "billing/admin/release.html", context, status=422 if form.is_bound else 200)


@staff
def price(request: HttpRequest, pk: int) -> HttpResponse:
    """A new amount: a new price takes the name, the old one is honoured."""
    row = get_object_or_404(PlanPrice.objects.select_related("plan"), pk=pk, active=True)
    unit = 10 ** EXPONENTS.get(row.currency, 2)
    form = AmountForm(request.POST or None, initial={"amount": row.amount / unit})
    if request.method == "POST" and form.is_valid():
        catalogue.change_price(price=row, amount=int(form.cleaned_data["amount"] * unit))
        _push(request)
        return redirect("billing_admin:prices")
    return render(request, "billing/admin/price.html", {"row": row, "form": form})


@staff
@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Sell a price no longer."""
    catalogue.retire(price=get_object_or_404(PlanPrice, pk=pk))
    _push(request)
    return redirect("billing_admin:prices")


@staff
def deal_list(request: HttpRequest) -> HttpResponse:
    """Special prices, and a form for the next one."""
    form = DealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        _push(request)
        return redirect("billing_admin:deals")
    rows = list(Deal.objects.select_related("price"))
    counts = way_back.written(rows)
    context = {"rows": [(row, counts.get(row.code, 0)) for row in rows], "form": form}
    return render(request, "billing/admin/deals.html", context, status=422 if form.is_bound else 200)


@staff
@require_POST
def letters(request: HttpRequest, pk: int) -> HttpResponse:
    """Write to those who left so many days after, or (empty) to nobody."""
    deal, said = get_object_or_404(Deal, pk=pk, archived=False), request.POST.get("after_days", "").strip()
    after = int(said) if said.isdecimal() and len(said) < 5 else None
    if (said and after is None) or deal.purpose != Purpose.RETURN or after == 0:
        messages.error(request, _("Only a way back writes to those who left, one day after it at the earliest."))
        return redirect("billing_admin:deals")
    way_back.set_letters(deal=deal, after_days=after)
    messages.success(request, _("Letters go out by themselves.") if after else _("Nobody is written to."))
    return redirect("billing_admin:deals")


@staff
@require_POST
def archive_deal(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it to nobody more."""
    deals.archive(deal=get_object_or_404(Deal, pk=pk))
    messages.success(request, _("Nobody takes it any more; who has it keeps it."))
    return redirect("billing_admin:deals")


def _push(request: HttpRequest) -> None:
    try:
        catalogue.push()
        messages.success(request, _("Kept, and made at Stripe."))
    except gateway.GatewayError:
        messages.warning(request, _("Kept. Stripe does not answer; it is made there with the next push."))
