"""Lists of the editors' menu: stories, people, terms, places and series as pages; facets as snippets."""

from typing import Any

from django.db.models import OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageStatusColumn, PageTitleColumn
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.pages import PageListingViewSet, PageViewSet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from editorial.desk.filters import EntryFilters, StoryFilters
from editorial.desk.side_panel import StoryEditView
from editorial.models import Craft, Period, PersonPage, PlacePage, Region, SeriesPage, StoryPage, TermPage, Topic
from editorial.polls.models import Poll
from editorial.readers.models import DailyReads


class StoryIndexView(IndexView):
    """With the number of reads, both languages together, and without a query for each line."""

    show_locale_labels = False  # there is a column for it

    def annotate_queryset(self, pages: Any) -> Any:
        """Reads of all time; series and craft read along."""
        reads = (
            DailyReads.objects.filter(story=OuterRef("translation_key"))
            .values("story")
            .annotate(n=Sum("reads"))
            .order_by()
        )
        pages = pages.annotate(reads=Coalesce(Subquery(reads.values("n")), 0)).select_related("series", "craft")
        return super().annotate_queryset(pages)


def _language(page: Any) -> str:
    return str(page.locale.get_display_name())


def _audience(page: Any) -> str:
    return str(page.get_audience_display())


class StoryListing(PageListingViewSet):
    """All stories of all languages."""

    model = StoryPage
    name = "stories"
    icon = "doc-full"
    menu_label = _("Stories")
    index_view_class = StoryIndexView
    filterset_class = StoryFilters
    list_per_page = 50
    columns = [
        BulkActionsColumn("bulk_actions"),
        PageTitleColumn("title", label=_("Title"), sort_key="title", classname="title"),
        Column("language", label=_("Language"), accessor=_language, sort_key="locale"),
        Column("series", label=_("Series"), accessor="series", sort_key="series__title"),
        Column("craft", label=_("Craft"), accessor="craft", sort_key="craft__place"),
        Column("audience", label=_("For whom"), accessor=_audience, sort_key="audience"),
        PageStatusColumn("status", label=_("State"), sort_key="live"),
        Column("date", label=_("Date"), sort_key="date"),
        Column("reads", label=_("Reads"), accessor="reads", sort_key="reads"),
        DateColumn("latest_revision_created_at", label=_("Changed"), sort_key="latest_revision_created_at"),
    ]


class EntryListing(PageListingViewSet):
    """What people, terms, places and series have in common."""

    filterset_class = EntryFilters
    list_per_page = 50
    columns = [
        BulkActionsColumn("bulk_actions"),
        PageTitleColumn("title", label=_("Title"), sort_key="title", classname="title"),
        Column("language", label=_("Language"), accessor=_language, sort_key="locale"),
        PageStatusColumn("status", label=_("State"), sort_key="live"),
        DateColumn("latest_revision_created_at", label=_("Changed"), sort_key="latest_revision_created_at"),
    ]


def _entries(page_model: Any, ident: str, shown: str, label: Any) -> PageListingViewSet:
    fields = {"model": page_model, "name": ident, "icon": shown, "menu_label": label}
    return type(f"{page_model.__name__}Listing", (EntryListing,), fields)()


class FacetViewSet(SnippetViewSet):
    """A key, a name in each language, a place in lists."""

    list_display = ["slug", "name_zh", "name_en", "place"]
    search_fields = ["slug", "name_zh", "name_en"]
    list_per_page = 50


class TopicViewSet(FacetViewSet):
    """What stories are about, and which of it is touchy."""

    list_display = ["slug", "name_zh", "name_en", "sensitive", "science"]
    list_filter = ["sensitive", "science"]


class PollViewSet(SnippetViewSet):
    """Questions to readers."""

    model = Poll
    icon = "list-ul"
    menu_label = _("Polls")
    list_display = ["question_zh", "question_en", "requires", "closes_at"]
    search_fields = ["key", "question_zh", "question_en"]


def _facet(facet: Any, label: Any, shown: str, base: type[SnippetViewSet] = FacetViewSet) -> SnippetViewSet:
    return type(f"{facet.__name__}ViewSet", (base,), {"model": facet, "icon": shown, "menu_label": label})()


class EditorialGroup(SnippetViewSetGroup):
    """One menu for everything that is written."""

    menu_label = _("Editorial")
    menu_icon = "edit"
    menu_order = 150
    items = (
        StoryListing(),
        _entries(SeriesPage, "series", "list-ol", _("Series")),
        _entries(PersonPage, "people", "user", _("People")),
        _entries(TermPage, "terms", "openquote", _("Glossary")),
        _entries(PlacePage, "places", "globe", _("Places")),
        _facet(Topic, _("Topics"), "tag", TopicViewSet),
        _facet(Craft, _("Crafts"), "pick"),
        _facet(Period, _("Periods"), "history"),
        _facet(Region, _("Regions"), "site"),
        PollViewSet(),
    )


class StoryPages(PageViewSet):
    """Stories are edited with the findings beside them."""

    model = StoryPage
    edit_view_class = StoryEditView
