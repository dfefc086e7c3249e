"""Forms of billing."""

from django import forms
from django.utils.translation import gettext_lazy as _


class LeaveForm(forms.Form):
    """Why somebody leaves; both answers are free."""

    reason = forms.ChoiceField(
        label=_("What made you decide?"),
        required=False,
        choices=[
            ("other", _("I would rather not say")),
            ("too_expensive", _("It costs too much")),
            ("unused", _("I do not come often enough")),
            ("missing_features", _("I miss something here")),
        ],
    )
    comment = forms.CharField(
        label=_("A word for us, if you like"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
