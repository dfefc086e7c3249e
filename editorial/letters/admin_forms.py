"""Forms of staff's pages about letters."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from editorial.letters import previews, segments


class CampaignForm(WagtailAdminModelForm):
    """Composing a letter; the circles of readers are those that exist now."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["segment"]
        self.fields["segment"] = forms.ChoiceField(
            choices=segments.choices, label=field.label, help_text=field.help_text, initial=segments.EVERYBODY
        )


class ScheduleForm(forms.Form):
    """When a letter leaves; empty: now."""

    at = forms.DateTimeField(
        label=_("At"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )  # fmt: skip


class LookForm(forms.Form):
    """As whom, in which language, how and how wide; whatever is missing or unknown is the first of its kind."""

    eyes = forms.ChoiceField(label=_("As"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, required=False)
    part = forms.ChoiceField(label=_("Part"), choices=[("html", "HTML"), ("text", _("Text"))], required=False)
    width = forms.ChoiceField(label=_("Width"), choices=[("desk", _("Desk")), ("phone", _("Phone"))], required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["eyes"].choices = [(e.key, e.label) for e in previews.eyes()]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, str]:
        """Every field with a value of its own list."""
        self.is_valid()
        lists = {name: field for name, field in self.fields.items() if isinstance(field, forms.ChoiceField)}
        first = {name: str(next(iter(field.choices))[0]) for name, field in lists.items()}
        return {name: self.cleaned_data.get(name) or first[name] for name in first}


class TestForm(LookForm):
    """Where a test copy goes, and as whom it is made."""

    to = forms.EmailField(label=_("To"), required=True)
