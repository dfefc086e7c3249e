"""Forms of the shop."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from membership.perks.models import Perk
from subscriptions.boxes.forms import COUNTRY_NAMES
from subscriptions.boxes.models import Item
from subscriptions.shop.actions import ahead
from subscriptions.shop.actions.offering import LARGEST_EDITION
from subscriptions.shop.enums import ArticleKind
from subscriptions.shop.models import Article

TAKEN = frozenset({"mine", "thanks", "along"})
"""Addresses of the shop's own pages, which no article can have."""


class AheadForm(forms.Form):
    """Where an order ahead goes, and how many."""

    quantity = forms.IntegerField(label=_("Number of pieces"), min_value=1, max_value=99, initial=1)
    recipient = forms.CharField(label=_("Recipient"), max_length=80)
    country = forms.ChoiceField(
        label=_("Country"), choices=lambda: [(c, COUNTRY_NAMES.get(c, c)) for c in settings.SHIPPING_COUNTRIES]
    )
    region = forms.CharField(label=_("Province or state"), max_length=80, required=False)
    city = forms.CharField(label=_("City"), max_length=80)
    line1 = forms.CharField(label=_("Street and number"), max_length=160, min_length=4)
    line2 = forms.CharField(label=_("Further"), max_length=160, required=False)
    postal_code = forms.CharField(label=_("Postal code"), max_length=20, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)


class ArticleForm(forms.ModelForm):
    """An article with its price and its opening, for staff."""

    amount = forms.IntegerField(label=_("Price in minor units"), min_value=1, max_value=100_000_000,
                                help_text=_("6800 is ¥68."))  # fmt: skip
    opens_at = forms.DateTimeField(label=_("Opens"), required=False, help_text=_("Empty: it is open."))
    early_perk = forms.ModelChoiceField(label=_("Opens earlier for holders of"), required=False,
                                        queryset=Perk.objects.none())  # fmt: skip
    early_hours = forms.IntegerField(label=_("By hours"), min_value=1, max_value=1000, initial=24, required=False)

    class Meta:
        model = Article
        fields = ["slug", "item", "kind", "words_zh", "words_en", "most", "size", "closes_at", "early_first", "charged_at",
                  "places", "order", "active"]  # fmt: skip

    def __init__(self, *args: Any, prices: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.booked = 0
        self.fields["early_perk"].queryset = Perk.objects.filter(archived=False)  # type: ignore[attr-defined]
        self.fields["item"].queryset = Item.objects.filter(digital=False)  # type: ignore[attr-defined]
        if self.instance.pk:
            for name in ("slug", "item", "kind", "size"):
                self.fields[name].disabled = True
            self.fields["size"].help_text = _(
                "An edition keeps its size: so many are numbered, and that was told to all."
            )
            self.booked = ahead.standing(self.instance)
        if self.booked:
            self.fields["drop"] = forms.BooleanField(
                label=_("Put away, it cancels the orders ahead"), required=False, help_text=self._who_waits()
            )
        if not prices:
            self.fields["amount"].disabled, self.fields["amount"].required = True, False
            self.fields["amount"].help_text = _("Those who may change prices set it.")
            for name in ("opens_at", "early_perk", "early_hours"):
                self.fields[name].disabled = True

    def _who_waits(self) -> str:
        return ngettext(
            "%(n)s order ahead stands: it is cancelled, nobody is charged, and a letter says so.",
            "%(n)s orders ahead stand: they are cancelled, nobody is charged, and a letter says so.", self.booked,
        ) % {"n": self.booked}  # fmt: skip

    def clean_slug(self) -> str:
        """Not an address that the shop's own pages have."""
        slug = str(self.cleaned_data["slug"])
        if slug in TAKEN:
            raise forms.ValidationError(_("The shop has a page of its own at this address."))
        return slug

    def clean(self) -> dict[str, Any]:
        """What a kind needs."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("kind") == ArticleKind.EDITION and not data.get("size"):
            self.add_error("size", _("An edition says how many pieces it has."))
        if (data.get("size") or 0) > LARGEST_EDITION:
            self.add_error("size", _("An edition has %(n)s pieces at most.") % {"n": LARGEST_EDITION})
        if data.get("kind") == ArticleKind.AHEAD and not (data.get("charged_at") and data.get("places")):
            self.add_error("charged_at", _("What is ordered ahead needs a day of release and a number of places."))
        if self.booked and not data.get("active") and not data.get("drop"):
            self.add_error(
                "drop", _("It is put away only together with its orders ahead: tick this, or leave it active.")
            )
        return data
