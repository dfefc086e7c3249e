"""Shelves that are not stories: people, the glossary, places."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from editorial import shelves
from editorial.models.base import AudiencePage


class Holds(models.TextChoices):
    """What a directory lists."""

    PEOPLE = "people", _("Makers and scholars")
    TERMS = "terms", _("Glossary")
    PLACES = "places", _("Places")


class DirectoryPage(AudiencePage):
    """Lists its own pages: people with their pictures, terms by their first letter, places on the map."""

    standfirst = models.TextField(_("standfirst"), blank=True)
    holds = models.CharField(_("what it lists"), max_length=10, choices=Holds, default=Holds.PEOPLE)

    template = "editorial/directory.html"
    parent_page_types: ClassVar = ["editorial.HomePage"]
    subpage_types: ClassVar = ["editorial.PersonPage", "editorial.TermPage", "editorial.PlacePage"]
    page_description = _("A list of people, terms or places")
    content_panels: ClassVar = [FieldPanel("title"), FieldPanel("standfirst"), FieldPanel("holds")]
    settings_panels: ClassVar = AudiencePage.settings_panels[1:]  # whom we write about is no secret

    class Meta:
        verbose_name = _("directory")
        verbose_name_plural = _("directories")

    @property
    def free_text(self) -> str:
        """What it says of itself."""
        return self.standfirst

    @property
    def description(self) -> str:
        """For search engines."""
        return self.search_description or self.standfirst

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Its pages, in groups where there are many."""
        return super().get_context(request, *args, **kwargs) | shelves.directory(self)
