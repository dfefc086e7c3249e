"""Staff's forms for plans and editions."""

from datetime import date
from typing import Any, ClassVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ground import registry
from subscriptions.boxes import calendar
from subscriptions.boxes.actions import planning
from subscriptions.boxes.models import BoxPlan, BoxVariant, Cycle

ZONES = sorted(
    name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix/", "right/"))
)
FIRST_YEAR, LAST_YEAR = 2000, 2100
DEFAULT_ZONE = "Asia/Shanghai"


class PlanForm(forms.ModelForm[BoxPlan]):
    """A plan. Its rhythm can be set until an edition or a subscription stands in it."""

    zone = forms.ChoiceField(label=gettext_lazy("time zone"), choices=[(name, name) for name in ZONES])
    cutoff_day = forms.TypedChoiceField(
        label=gettext_lazy("cut-off day"),
        coerce=int,
        choices=[*((n, str(n)) for n in range(1, 28)), (31, gettext_lazy("the last day of the month"))],
        help_text=gettext_lazy("Everybody is charged on the day after."),
    )
    anchor_month = forms.TypedChoiceField(
        label=gettext_lazy("month of the year's first box"),
        coerce=int,
        choices=[(n, str(n)) for n in range(1, 13)],
        initial=1,
        help_text=gettext_lazy("For a quarterly box: 2 is February, May, August, November."),
    )

    class Meta:
        model = BoxPlan
        fields: ClassVar[list[str]] = [
            "slug", "name_zh", "name_en", "promise_zh", "promise_en", "every", "anchor_month", "cutoff_day", "zone",
            "first_box", "skips_a_year", "active",
        ]  # fmt: skip
        labels: ClassVar = {"slug": gettext_lazy("Short name in addresses"), "active": gettext_lazy("On sale")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["slug"].disabled = True
            if planning.rhythm_is_set(self.instance):
                for name in planning.RHYTHM:
                    self.fields[name].disabled = True
        else:
            self.fields["active"].initial = False
            self.fields["zone"].initial = settings.TIME_ZONE if settings.TIME_ZONE in ZONES else DEFAULT_ZONE
            self.fields["cutoff_day"].initial = 25

    def clean_slug(self) -> str:
        """Small letters: it stands in addresses and in the names of prices."""
        return str(self.cleaned_data["slug"]).lower()

    def clean_zone(self) -> str:
        """A zone this machine knows; also one that an older list had."""
        ZoneInfo(self.cleaned_data["zone"])
        return str(self.cleaned_data["zone"])

    def clean_cutoff_day(self) -> int:
        """One that has a day after it in every month."""
        calendar.billing_day(self.cleaned_data["cutoff_day"])
        return int(self.cleaned_data["cutoff_day"])


class VariantForm(forms.ModelForm[BoxVariant]):
    """One more way a plan comes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "variant_%s")  # it stands beside the plan's own form
        super().__init__(*args, **kwargs)

    class Meta:
        model = BoxVariant
        fields: ClassVar[list[str]] = ["slug", "name_zh", "name_en"]
        labels: ClassVar = {"slug": gettext_lazy("Short name")}


class EditionForm(forms.ModelForm[Cycle]):
    """What an edition is about, and its story by the address at which one reads it."""

    story = forms.CharField(
        label=gettext_lazy("Address of its story"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Copy it from the browser; the edition's page shows the story."),
    )

    class Meta:
        model = Cycle
        fields: ClassVar[list[str]] = [
            "theme_zh", "theme_en", "season_zh", "season_en", "words_zh", "words_en", "ships_on",
        ]  # fmt: skip
        labels: ClassVar = {"ships_on": gettext_lazy("Ships on")}
        widgets: ClassVar = {
            "ships_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "words_zh": forms.Textarea(attrs={"rows": 3}),
            "words_en": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, dated: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not dated:
            del self.fields["ships_on"]
        else:
            self.fields["ships_on"].required = False
        if self.instance.story_key:
            card = registry.resolve_subjects([self.instance.story_key], "en", None).get(self.instance.story_key)
            self.fields["story"].initial = card.url if card else self.instance.story_key

    def clean_story(self) -> str:
        """The subject key of what stands at that address, empty for none."""
        said = str(self.cleaned_data["story"]).strip()
        if not said or said == self.instance.story_key:
            return said
        try:
            path = urlsplit(said).path
        except ValueError:
            path = ""
        found = registry.subject_of_address(path) if path.startswith("/") else None
        if not found or not found.startswith("story:"):
            raise ValidationError(_("There is no story at that address."))
        return found

    @property
    def words(self) -> dict[str, str]:
        """What `planning` keeps of it."""
        said = self.cleaned_data
        return {**{name: said[name] for name in planning.WORDS if name in said}, "story_key": said["story"]}

    @property
    def ships_on(self) -> date | None:
        """The day that was written, or None: the rhythm's own."""
        return self.cleaned_data.get("ships_on")


class PeriodForm(forms.Form):
    """The month in which a new edition locks."""

    period = forms.RegexField(
        label=gettext_lazy("Month of its cut-off"),
        regex=r"\A\d{4}-(0[1-9]|1[0-2])\Z",
        widget=forms.TextInput(attrs={"type": "month"}),
        error_messages={"invalid": gettext_lazy("Write year and month, as 2026-11.")},
    )

    def __init__(self, plan: BoxPlan, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan

    def clean_period(self) -> planning.Period:
        """A month of the plan's rhythm, in years that a calendar has."""
        year, month = map(int, self.cleaned_data["period"].split("-"))
        found = planning.Period(year, month)
        if not FIRST_YEAR <= year <= LAST_YEAR or not planning.in_rhythm(self.plan, found):
            raise ValidationError(_("No box of this plan locks in that month."))
        if self.plan.cycles.filter(period=str(found)).exists():
            raise ValidationError(_("That month has its edition already."))
        if planning.leaves_a_gap(self.plan, found):
            raise ValidationError(_("Plan the month before it first: who is charged then would get no box."))
        return found
