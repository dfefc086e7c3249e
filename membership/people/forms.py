"""Forms of the staff's view of members."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ground import clock
from membership.models import Tier
from membership.people.enums import Work

DAY = forms.DateInput(attrs={"type": "date"})


# What `sheet.Unreadable` says: that module is pure, its words are kept here for translators.
UNREADABLE = (
    _("The file is larger than 20 MB."),
    _("The file is not UTF-8 text."),
    _("The file is not text."),
    _("The file is no CSV."),
    _("The first line must name the columns, and one of them is email."),
    _("More than 100,000 lines: cut the file in two."),
)


def last_moment(day: Any) -> datetime:
    """The end of a day in the house's time. Raises `ValidationError` for a day that is over."""
    ends = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    if ends <= clock.now():
        raise ValidationError(_("That day is over already."))
    return ends


class CompForm(forms.Form):
    """Which tier, until when, why."""

    tier = forms.ModelChoiceField(Tier.objects.filter(archived=False).order_by("rank"), label=_("Tier"),
                                  to_field_name="key", empty_label=None)  # fmt: skip
    until = forms.DateField(label=_("Until the end of"), widget=DAY, help_text=_("They are told a week before."))
    reason = forms.CharField(label=_("Why"), max_length=200)

    def clean_until(self) -> datetime:
        """Still to come."""
        return last_moment(self.cleaned_data["until"])


class BulkForm(forms.Form):
    """What to do with many. Fields that the work does not need may stay empty."""

    work = forms.ChoiceField(label=_("What"), choices=[c for c in Work.choices if c[0] != Work.IMPORT])
    tag = forms.CharField(label=_("Tag"), max_length=60, required=False)
    tier = forms.ModelChoiceField(Tier.objects.filter(archived=False).order_by("rank"), label=_("Tier"),
                                  to_field_name="key", required=False)  # fmt: skip
    until = forms.DateField(label=_("Until the end of"), widget=DAY, required=False)
    reason = forms.CharField(label=_("Why"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """Each work has what it needs."""
        data = super().clean() or {}
        needed = ("tier", "until", "reason") if data.get("work") == Work.COMP else ("tag",)
        for name in needed:
            if not data.get(name) and name not in self.errors:
                self.add_error(name, _("This is needed."))
        if data.get("until"):
            try:
                data["until"] = last_moment(data["until"])
            except ValidationError as trouble:
                self.add_error("until", trouble)
        return data

    @property
    def chosen(self) -> dict[str, Any]:
        """As the work keeps it."""
        data = self.cleaned_data
        if data["work"] != Work.COMP:
            return {"tag": " ".join(data["tag"].split())}
        return {"tier": data["tier"].key, "until": data["until"].isoformat(), "reason": data["reason"]}


class ImportForm(forms.Form):
    """A sheet, and what holds for all of it."""

    sheet = forms.FileField(
        label=_("The sheet (CSV)"), help_text=_("Ours, or Ghost’s export of members. At most 20 MB.")
    )
    tier = forms.ModelChoiceField(Tier.objects.filter(archived=False).order_by("rank"), label=_("Tier of complimentary seats"),
                                  to_field_name="key", required=False, empty_label=_("as the sheet says"))  # fmt: skip
    until = forms.DateField(label=_("Their end"), widget=DAY, required=False,
                            help_text=_("Where the sheet names none. Ghost’s names none."))  # fmt: skip
    language = forms.ChoiceField(label=_("Language of letters"), choices=settings.LANGUAGES)

    def clean_until(self) -> str:
        """An ISO day, or empty."""
        day = self.cleaned_data["until"]
        return day.isoformat() if day and last_moment(day) else ""


class NoteForm(forms.Form):
    """A note."""

    text = forms.CharField(label=_("A note"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


class TagForm(forms.Form):
    """A tag."""

    name = forms.CharField(label=_("Tag"), max_length=60)


class VisitForm(forms.Form):
    """Why somebody looks with a member's eyes."""

    reason = forms.CharField(label=_("Why do you look with their eyes? They can read it."), max_length=250)


class KeepForm(forms.Form):
    """A name for a filter."""

    name = forms.CharField(label=_("Keep this filter as"), max_length=60)
