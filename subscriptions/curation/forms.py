"""Forms of the curator's desk."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ground.money import EXPONENTS
from subscriptions.boxes.enums import StockReason
from subscriptions.boxes.models import BoxVariant, Cycle, Item
from subscriptions.curation.models import Trait

MOST = 1_000_000
BY_HAND = (StockReason.BROKEN, StockReason.RETURNED, StockReason.OTHER)


class ReceiveForm(forms.Form):
    """A delivery."""

    prefix = "receive"
    quantity = forms.IntegerField(label=_("How many"), min_value=1, max_value=MOST)
    code = forms.CharField(label=_("Lot"), max_length=40)
    cost = forms.DecimalField(label=_("Cost of one"), min_value=0, max_digits=9, decimal_places=3, required=False)
    best_before = forms.DateField(
        label=_("Best before"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    why = forms.CharField(label=_("Note"), max_length=200, required=False)

    def minor(self, currency: str) -> int:
        """The cost in minor units of the currency."""
        return int((self.cleaned_data["cost"] or Decimal(0)) * 10 ** EXPONENTS.get(currency, 2))


class CountForm(forms.Form):
    """Somebody counted the shelf."""

    prefix = "count"
    counted = forms.IntegerField(label=_("Counted"), min_value=0, max_value=MOST)
    why = forms.CharField(label=_("Who counted, and where"), max_length=200)


class AdjustForm(forms.Form):
    """More or less, with a reason."""

    prefix = "adjust"
    delta = forms.IntegerField(
        label=_("More or less"), min_value=-MOST, max_value=MOST, help_text=_("−2: two pieces less.")
    )
    reason = forms.ChoiceField(label=_("Reason"), choices=[(r.value, r.label) for r in BY_HAND])
    why = forms.CharField(label=_("In words"), max_length=200)

    def clean_delta(self) -> int:
        """Nought changes nothing."""
        delta = int(self.cleaned_data["delta"])
        if not delta:
            raise forms.ValidationError(_("Nought changes nothing."))
        return delta


class TraitsForm(forms.Form):
    """What an item is like."""

    prefix = "traits"
    traits = forms.ModelMultipleChoiceField(
        label=_("Traits"), queryset=Trait.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )


class SubstituteForm(forms.Form):
    """What stands in for an item."""

    prefix = "instead"
    other = forms.ModelChoiceField(label=_("Instead of it"), queryset=Item.objects.all())


class SlotForm(forms.Form):
    """One more compartment."""

    prefix = "slot"
    item = forms.ModelChoiceField(label=_("Item"), queryset=Item.objects.all())
    kind_zh = forms.CharField(label=_("What it is called (Chinese)"), max_length=20)
    kind_en = forms.CharField(label=_("What it is called (English)"), max_length=20)
    blank = forms.BooleanField(label=_("Left open until the lid is off"), required=False)


class CandidateForm(forms.Form):
    """One more candidate of a compartment."""

    item = forms.ModelChoiceField(label=_("Item"), queryset=Item.objects.all())
    variant = forms.ModelChoiceField(
        label=_("Only for"), queryset=BoxVariant.objects.none(), required=False, empty_label=_("every variant")
    )

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["variant"].queryset = cycle.plan.variants.all()  # type: ignore[attr-defined]
