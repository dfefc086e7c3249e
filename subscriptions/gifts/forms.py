"""Wrapping a gift, and opening one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ground import clock
from subscriptions.billing.enums import PlanKind
from subscriptions.billing.models import PlanPrice


class GiftForm(forms.Form):
    """What, from whom, for whom, and when."""

    price = forms.ModelChoiceField(label=_("What"), queryset=PlanPrice.objects.none(), to_field_name="lookup_key",
                                   empty_label=None, widget=forms.RadioSelect)  # fmt: skip
    buyer_name = forms.CharField(label=_("Your name, as it stands on the card"), max_length=80)
    recipient_name = forms.CharField(label=_("Who is it for?"), max_length=80, required=False)
    recipient_email = forms.EmailField(
        label=_("Their e-mail"), required=False, help_text=_("Empty: the code comes to you, to hand over yourself.")
    )
    deliver_on = forms.DateField(
        label=_("To arrive on"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: at once."),
    )  # fmt: skip
    message = forms.CharField(
        label=_("A few words"), required=False, max_length=600, widget=forms.Textarea(attrs={"rows": 3})
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, prices: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["price"]
        field.queryset = prices  # type: ignore[attr-defined]
        field.label_from_instance = self._said  # type: ignore[attr-defined]

    @staticmethod
    def _said(price: PlanPrice) -> str:
        said = {"plan": price.plan.name, "months": price.gift_months, "sum": price.money.format()}
        if price.plan.kind == PlanKind.BOX:
            return (
                ngettext("%(plan)s, one box: %(sum)s", "%(plan)s, %(months)s boxes: %(sum)s", price.gift_months or 0)
                % said
            )
        return _("%(plan)s, %(months)s months: %(sum)s") % said

    def clean_deliver_on(self) -> Any:
        """A day to come, within a year."""
        day = self.cleaned_data["deliver_on"]
        if day and not 0 <= (day - clock.now().date()).days <= 366:
            raise forms.ValidationError(_("Choose a day from today on, within a year."))
        return day


class CodeForm(forms.Form):
    """The code on the card."""

    code = forms.CharField(
        label=_("Code of the gift"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
