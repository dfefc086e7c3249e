"""What every page of ours has: an audience, its translations, and answers that no stranger gets from a cache."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import CommentPanel, FieldPanel, MultiFieldPanel, PublishingPanel
from wagtail.models import Page, PageViewRestriction
from wagtail.search import index

from editorial import audiences, previewing, translations
from ground import pagecache
from ground.search import index_terms, suffixes


class AudiencePage(Page):
    """Abstract. `audience` is the entitlement that opens the page; what lies behind it is cut off by `editorial.wall`."""

    audience = audiences.AudienceField(
        _("audience"), max_length=80, blank=True, default="", choices=audiences.page_choices,
        help_text=_("Who may read the page to its end. Everybody else gets the beginning and the way in."),
    )  # fmt: skip
    social_image = models.ForeignKey(
        "wagtailimages.Image", models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("picture for sharing"), help_text=_("Empty: the page’s own picture."),
    )  # fmt: skip

    # False once the router has seen that no view restriction of Wagtail's covers the page: saves a query per visit.
    may_be_restricted = True

    search_fields: ClassVar = [
        *Page.search_fields,
        index.SearchField("title_terms"),
        index.AutocompleteField("title_suffixes"),
        index.FilterField("audience"),
    ]
    promote_panels: ClassVar = [
        MultiFieldPanel([FieldPanel("slug"), FieldPanel("seo_title"), FieldPanel("search_description")], _("Search engines")),
        MultiFieldPanel([FieldPanel("social_image")], _("Sharing")),
    ]  # fmt: skip
    settings_panels: ClassVar = [FieldPanel("audience"), PublishingPanel(), CommentPanel()]

    class Meta:
        abstract = True

    @property
    def free_text(self) -> str:
        """The words that everybody may read, for search and excerpts. Nothing gated may ever be in here."""
        return ""

    @property
    def title_terms(self) -> str:
        """Han pairs of the title, for the admin; readers' search has an index of its own, `editorial.passages`."""
        return index_terms(self.title)

    @property
    def title_suffixes(self) -> str:
        """Lets the admin's chooser find 前世 in 青花瓷的前世今生."""
        return suffixes(self.title)

    @property
    def description(self) -> str:
        """For search engines and link cards."""
        return self.search_description

    @property
    def preview_sizes(self) -> list[dict[str, Any]]:
        """Phone, tablet, desk."""
        return previewing.sizes()

    def get_view_restrictions(self) -> "QuerySet[PageViewRestriction]":
        """Wagtail's own page privacy; not asked for again where the router has found none."""
        if not self.may_be_restricted:
            return PageViewRestriction.objects.none()
        return super().get_view_restrictions()

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; kept for visitors, never shared between people."""
        translations.tell(request, self)
        response = super().serve(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-cache"
        return response if request.user.is_authenticated else pagecache.public(response)
