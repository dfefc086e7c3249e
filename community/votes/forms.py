"""Forms of elections."""

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
