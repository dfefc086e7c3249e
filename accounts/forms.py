"""Forms of accounts."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class SignupDetails(forms.Form):
    """What we ask at sign-up beside the e-mail and the password."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("What others at the table see. You can change it."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    field_order = ["name", "email", "password1"]

    def signup(self, request: HttpRequest, user: Any) -> None:
        """allauth asks for this; the adapter has kept the name already."""


class DetailsForm(forms.Form):
    """Name and language."""

    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("What others at the table see."))
    language = forms.ChoiceField(label=_("Letters to me in"), choices=settings.LANGUAGES)
    shows_presence = forms.BooleanField(
        label=_("Others see that I am here"), required=False,
        help_text=_("In rooms: that you are there, and that you are writing."),
    )  # fmt: skip
    presence_asked = forms.BooleanField(required=False, initial=True, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """A box that is not ticked sends nothing, nor does a page that never had it: then nothing is chosen (None)."""
        given = dict(super().clean() or {})
        if not given.pop("presence_asked", False):
            given["shows_presence"] = None
        return given


class EraseForm(forms.Form):
    """Asks for the e-mail once more, so that nobody erases by accident."""

    email = forms.EmailField(label=_("Your e-mail, to be sure"))

    def __init__(self, *args: Any, account: Any, **kwargs: Any) -> None:
        self.account = account
        super().__init__(*args, **kwargs)

    def clean_email(self) -> str:
        """It must be the account's own."""
        typed = str(self.cleaned_data["email"]).lower()
        if typed != self.account.email.lower():
            raise forms.ValidationError(_("This is not the e-mail of this account."))
        return typed
