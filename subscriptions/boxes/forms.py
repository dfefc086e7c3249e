"""Forms of boxes."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from subscriptions.boxes.models import BoxSubscription

COUNTRY_NAMES = {
    "CN": _("China"), "HK": _("Hong Kong"), "TW": _("Taiwan"), "SG": _("Singapore"), "JP": _("Japan"),
    "GB": _("United Kingdom"), "US": _("United States"), "DE": _("Germany"), "FR": _("France"),
}  # fmt: skip


class AddressForm(forms.ModelForm):
    """Where boxes go. Kept as typed when something is missing."""

    country = forms.ChoiceField(
        label=_("Country"), choices=lambda: [(c, COUNTRY_NAMES.get(c, c)) for c in settings.SHIPPING_COUNTRIES]
    )

    class Meta:
        model = BoxSubscription
        fields = ["recipient", "country", "region", "city", "line1", "line2", "postal_code", "phone"]
        widgets = {
            "recipient": forms.TextInput(attrs={"autocomplete": "name"}),
            "line1": forms.TextInput(attrs={"autocomplete": "address-line1"}),
            "line2": forms.TextInput(attrs={"autocomplete": "address-line2"}),
            "city": forms.TextInput(attrs={"autocomplete": "address-level2"}),
            "region": forms.TextInput(attrs={"autocomplete": "address-level1"}),
            "postal_code": forms.TextInput(attrs={"autocomplete": "postal-code"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("recipient", "line1", "city"):
            self.fields[name].required = True

    def clean_line1(self) -> str:
        """A street without a number does not find anybody."""
        value = str(self.cleaned_data["line1"]).strip()
        if len(value) < 4:
            raise forms.ValidationError(_("Street and house number are missing: the parcel would not find you."))
        return value


class RatingForm(forms.Form):
    """How a box was."""

    stars = forms.TypedChoiceField(
        label=_("How was it?"), coerce=int, widget=forms.RadioSelect,
        choices=[(5, _("A joy")), (4, _("Good")), (3, _("All right")), (2, _("Not quite")), (1, _("A pity"))],
    )  # fmt: skip
    words = forms.CharField(
        label=_("A word for those who make it, if you like"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
