"""Forms of elections and polls."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

PERIODS = [("3", _("Three days")), ("7", _("A week")), ("14", _("Two weeks"))]
TERM_LENGTHS = [("90", _("Three months")), ("180", _("Half a year")), ("365", _("A year"))]


class CallForm(forms.Form):
    """How many are chosen, for how long, and when."""

    seats = forms.IntegerField(min_value=1, max_value=10, initial=2, label=_("Moderators to choose"))
    term_days = forms.ChoiceField(choices=TERM_LENGTHS, initial="180", label=_("Their term"))
    nominate_days = forms.ChoiceField(choices=PERIODS, initial="7", label=_("Time to stand"))
    vote_days = forms.ChoiceField(choices=PERIODS, initial="7", label=_("Time to vote"))

    def numbers(self) -> dict[str, Any]:
        """What `actions.call` takes."""
        return {name: int(value) for name, value in self.cleaned_data.items()}


class StandForm(forms.Form):
    """Why somebody stands."""

    statement = forms.CharField(
        min_length=10, max_length=500, label=_("Why you stand, in a few lines"), widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Everybody in the group reads it, beside your name."),
    )  # fmt: skip


class AbortForm(forms.Form):
    """Why the house stops an election."""

    reason = forms.CharField(
        max_length=500, label=_("Why it is stopped; everybody reads it"), widget=forms.Textarea(attrs={"rows": 2})
    )


CLOSE_AFTER = [
    ("hour", _("In an hour")),
    ("day", _("In a day")),
    ("week", _("In a week")),
    ("never", _("When you close it")),
]


class AskForm(forms.Form):
    """A question; its answers are fields of one name, read as a list."""

    cid = forms.UUIDField(widget=forms.HiddenInput)
    question = forms.CharField(max_length=200, label=_("Question"), widget=forms.TextInput(attrs={"maxlength": 200}))
    several = forms.BooleanField(required=False, label=_("Several answers may be chosen"))
    secret = forms.BooleanField(
        required=False,
        label=_("Secret"),
        help_text=_("Without this everybody sees who chose what, and is told so first."),
    )
    closes = forms.ChoiceField(choices=CLOSE_AFTER, initial="day", label=_("It closes"))

    @staticmethod
    def new_cid() -> str:
        """Made with the page, so that sending it twice asks once."""
        return str(uuid.uuid4())
