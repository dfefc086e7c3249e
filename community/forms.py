"""Forms of the pages; each also does what the socket does, without scripts."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.chat.protocol import MAX_ATTACHED, MAX_BODY, BadFrame, clean_body
from community.enums import Reason


class SayForm(forms.Form):
    """A message. `cid` is made with the page, so that sending a page twice says it once."""

    body = forms.CharField(max_length=MAX_BODY, strip=True, required=False, label=_("Message"))
    cid = forms.UUIDField(widget=forms.HiddenInput)
    reply = forms.IntegerField(required=False, widget=forms.HiddenInput)

    att = forms.TypedMultipleChoiceField(required=False, coerce=int, widget=forms.MultipleHiddenInput)

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        super().__init__(data, files, **kwargs)
        given = data.getlist("att") if data is not None and hasattr(data, "getlist") else []
        self.fields["att"].choices = [(a, a) for a in given if a.isascii() and a.isdigit()][:MAX_ATTACHED]  # type: ignore[attr-defined]

    def clean_body(self) -> str:
        try:
            return clean_body(self.cleaned_data["body"], bare=bool(self.fields["att"].choices or self.files))  # type: ignore[attr-defined]
        except BadFrame as bad:
            raise forms.ValidationError(_("There is nothing to send.")) from bad

    @staticmethod
    def new_cid() -> str:
        return str(uuid.uuid4())


class ReportForm(forms.Form):
    """Why a message should be looked at."""

    reason = forms.ChoiceField(choices=Reason.choices, label=_("What is wrong with it?"), widget=forms.RadioSelect)
    note = forms.CharField(
        max_length=500, required=False, label=_("Anything to add"), widget=forms.Textarea(attrs={"rows": 3})
    )


class HideForm(forms.Form):
    """Why a message is hidden; everybody sees the reason."""

    reason = forms.ChoiceField(choices=Reason.choices, label=_("Reason"), widget=forms.RadioSelect)
    note = forms.CharField(
        max_length=500,
        required=False,
        label=_("To its author, in your own words"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
