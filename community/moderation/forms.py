"""Forms of decisions and objections."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.enums import HAS_AN_END, Reason, SanctionKind
from ground import clock

DAYS = [("", _("Without end")), ("1", _("One day")), ("3", _("Three days")), ("7", _("A week")), ("14", _("Two weeks")),
        ("30", _("Thirty days"))]  # fmt: skip
BY_HAND = [SanctionKind.WARNING, SanctionKind.SILENCE, SanctionKind.MUTE, SanctionKind.GROUP_BAN]


class ImposeForm(forms.Form):
    """What is decided about somebody, why, and for how long."""

    kind = forms.ChoiceField(label=_("What"), widget=forms.RadioSelect)
    reason = forms.ChoiceField(choices=Reason.choices, label=_("Reason"), widget=forms.RadioSelect)
    days = forms.ChoiceField(choices=DAYS, label=_("For how long"), required=False)
    note = forms.CharField(
        max_length=500, label=_("In your own words: what happened"), widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, staff: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [*BY_HAND, SanctionKind.SITE_BAN] if staff else BY_HAND
        self.fields["kind"].choices = [(k.value, k.label) for k in kinds]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A silence has an end."""
        given = super().clean() or {}
        if given.get("kind") in HAS_AN_END and not given.get("days"):
            self.add_error("days", _("This needs an end."))
        return given

    def ends_at(self) -> datetime | None:
        """When it ends, business time; None for never."""
        days = self.cleaned_data["days"]
        return clock.now() + timedelta(days=int(days)) if days else None


class AppealForm(forms.Form):
    """Why a decision is wrong, in the person's own words."""

    text = forms.CharField(max_length=4000, label=_("Why is it wrong?"), widget=forms.Textarea(attrs={"rows": 6}))
