"""Forms of billing."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from subscriptions.billing.actions import LONGEST_PAUSE_MONTHS
from subscriptions.billing.calendar import add_months
from subscriptions.billing.models import Plan
from subscriptions.billing.models.deal import Reason


class LeaveForm(forms.Form):
    """Why somebody leaves; both answers are free."""

    reason = forms.ChoiceField(
        label=_("What made you decide?"),
        required=False,
        choices=sorted(Reason.choices, key=lambda choice: choice[0] != Reason.OTHER),
    )
    comment = forms.CharField(
        label=_("A word for us, if you like"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class PauseForm(forms.Form):
    """For how long to rest."""

    months = forms.TypedChoiceField(label=_("Rest for"), coerce=int, choices=())

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.fields["months"].choices = [  # type: ignore[attr-defined]
            (n, _("%(n)s months") % {"n": n} if n > 1 else _("one month")) for n in range(1, LONGEST_PAUSE_MONTHS + 1)
        ]

    def until(self) -> datetime:
        """The day on which it goes on."""
        return add_months(self.now, self.cleaned_data["months"])


class SeatsForm(forms.Form):
    """How many seats a group takes."""

    seats = forms.IntegerField(label=_("Seats"))

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["seats"]
        field.initial = plan.smallest_group
        field.validators += [MinValueValidator(plan.smallest_group), MaxValueValidator(plan.largest_group)]
        field.widget.attrs |= {"min": plan.smallest_group, "max": plan.largest_group}
