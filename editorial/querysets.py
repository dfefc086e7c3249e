"""Stories as sentences."""

from django.db.models import F
from wagtail.models import PageManager
from wagtail.query import PageQuerySet


class StoryQuerySet(PageQuerySet):
    """Stories."""

    def readable(self) -> "StoryQuerySet":
        """Published, and not shut off by Wagtail's own page privacy: what lists, feeds and searches may name."""
        return self.live().public()

    def written_in(self, language: str) -> "StoryQuerySet":
        """Of one language, with what a card needs."""
        return self.filter(locale__language_code=language).select_related("lead_image", "social_image", "locale")

    def newest_first(self) -> "StoryQuerySet":
        """By the date under the title."""
        return self.order_by(F("date").desc(nulls_last=True), "-first_published_at", "-pk")


StoryManager = PageManager.from_queryset(StoryQuerySet)
