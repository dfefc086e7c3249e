"""What the lists of pages can be narrowed down by."""

from typing import Any

from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _
from django_filters.filters import ModelMultipleChoiceFilter, MultipleChoiceFilter
from wagtail.admin.views.pages.listing import PageFilterSet
from wagtail.models import Locale

from editorial import audiences
from editorial.models import Craft, SeriesPage, StoryPage, Topic


def _audiences() -> list[tuple[str, Any]]:
    """Everybody is the empty key, which a filter would take for no choice."""
    return [(key or OPEN, label) for key, label in audiences.page_choices()]


OPEN = "open"


class AudienceFilter(MultipleChoiceFilter):
    """By who may read."""

    def filter(self, qs: Any, value: Any) -> Any:
        """`open` stands for the empty key."""
        return qs.filter(audience__in=["" if key == OPEN else key for key in value]) if value else qs


class EntryFilters(PageFilterSet):
    """By language, beside Wagtail's own."""

    site = None
    has_child_pages = None
    # Not `locale`: that word Wagtail takes for itself.
    language = ModelMultipleChoiceFilter(
        field_name="locale", label=_("Language"), queryset=Locale.objects.all(), widget=CheckboxSelectMultiple
    )


class StoryFilters(EntryFilters):
    """By craft, series, audience and topic, too."""

    craft = ModelMultipleChoiceFilter(label=_("Craft"), queryset=Craft.objects.all(), widget=CheckboxSelectMultiple)
    series = ModelMultipleChoiceFilter(
        label=_("Series"), queryset=SeriesPage.objects.all(), widget=CheckboxSelectMultiple
    )
    topics = ModelMultipleChoiceFilter(label=_("Topic"), queryset=Topic.objects.all(), widget=CheckboxSelectMultiple)
    audience = AudienceFilter(label=_("For whom"), choices=_audiences, widget=CheckboxSelectMultiple)

    class Meta(PageFilterSet.Meta):
        model = StoryPage
