"""The index of the site search."""

from typing import ClassVar

from django.contrib.postgres.search import SearchVectorField
from django.db import models
from wagtail.models import Page
from wagtail.search import index

from ground.search import index_terms, suffixes


class Kind(models.TextChoices):
    """What a page is, for a reader."""

    STORY = "story"
    PERSON = "person"
    TERM = "term"
    PLACE = "place"
    SERIES = "series"
    PAGE = "page"


class PassageQuerySet(models.QuerySet["Passage"]):
    """Passages as sentences."""

    def light(self) -> "PassageQuerySet":
        """Without their words: for lists."""
        return self.defer("text", "vector", "title_vector")


class Passage(index.Indexed, models.Model):
    """The words of one page that one set of rights opens: a story with a members' section has two.

    Both `audience` (the page's key) and `requires` (the section's) must be open to whoever finds it. Everything that a
    hit shows lies in the row, so a search reads no page.
    """

    page = models.ForeignKey(Page, models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    same = models.UUIDField()  # the page's translation key: one hit for a story, not one for each language
    language = models.CharField(max_length=10)
    audience = models.CharField(max_length=80, blank=True)
    requires = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=255)
    path = models.CharField(max_length=500)
    kicker = models.CharField(max_length=120, blank=True)
    image_id = models.PositiveIntegerField(null=True)
    craft = models.CharField(max_length=50, blank=True)
    period = models.CharField(max_length=50, blank=True)
    region = models.CharField(max_length=50, blank=True)
    topics = models.CharField(max_length=500, blank=True)  # keys with a space on both sides of each
    text = models.TextField(blank=True)
    # On PostgreSQL alone, with an index each; see `database`.
    title_vector = SearchVectorField(null=True, editable=False)
    vector = SearchVectorField(null=True, editable=False)

    objects = PassageQuerySet.as_manager()

    search_fields: ClassVar = [
        index.SearchField("title", boost=8),
        index.SearchField("title_terms", boost=8),
        index.SearchField("text"),
        index.SearchField("text_terms"),
        index.AutocompleteField("title"),
        index.AutocompleteField("title_suffixes"),
        *(index.FilterField(name) for name in ("kind", "language", "audience", "requires", "craft", "period", "region", "topics", "number")),
    ]  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "number"], name="passage_once")]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"

    @property
    def title_terms(self) -> str:
        """Han pairs of the title."""
        return index_terms(self.title)

    @property
    def text_terms(self) -> str:
        """Han pairs of the text."""
        return index_terms(self.text)

    @property
    def title_suffixes(self) -> str:
        """Lets what is being typed be found from the middle of a title."""
        return suffixes(self.title)
