"""The birthday: month and day, with consent."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from membership.calendar import birthday_in


class BirthdayForm(forms.Form):
    """No year is asked for."""

    month = forms.TypedChoiceField(label=gettext_lazy("Month"), coerce=int, choices=[(n, n) for n in range(1, 13)])
    day = forms.TypedChoiceField(label=gettext_lazy("Day"), coerce=int, choices=[(n, n) for n in range(1, 32)])
    agree = forms.BooleanField(
        label=gettext_lazy("Keep it, to send me something once a year. I can take it back here.")
    )

    def clean(self) -> dict[str, Any]:
        """A day that a year can have; 29 February is one."""
        data = super().clean() or {}
        if "month" in data and "day" in data and birthday_in(2024, data["month"], data["day"]).day != data["day"]:
            self.add_error("day", _("That month has no such day."))
        return data
