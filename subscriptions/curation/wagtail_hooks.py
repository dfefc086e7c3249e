"""The curation in Wagtail's admin."""

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from subscriptions.curation import inside_views, review_views, stock_views
from subscriptions.curation.models import Trait

urls = [
    path("<int:pk>/review/", review_views.review, name="review"),
    path("<int:pk>/review/run/", review_views.run, name="run"),
    path("<int:pk>/review/approve/", review_views.approve, name="approve"),
    path("box/<int:pk>/", review_views.box, name="box"),
    path("box/<int:pk>/give-up/", review_views.give_up, name="give_up"),
    path("box/<int:pk>/put/<int:slot>/", review_views.put, name="put"),
    path("<int:pk>/inside/", inside_views.inside, name="inside"),
    path("<int:pk>/inside/add/", inside_views.add_slot, name="add_slot"),
    path("<int:pk>/inside/<int:slot>/add/", inside_views.add_candidate, name="add_candidate"),
    path("<int:pk>/inside/<int:slot>/drop/", inside_views.drop_slot, name="drop_slot"),
    path("<int:pk>/inside/drop/<int:choice>/", inside_views.drop_candidate, name="drop_candidate"),
    path("stock/", stock_views.items, name="stock"),
    path("stock/<int:pk>/", stock_views.item, name="item"),
    path("stock/<int:pk>/do/<slug:name>/", stock_views.act, name="act"),
    path("stock/<int:pk>/drop/<int:row>/", stock_views.drop_substitute, name="drop_substitute"),
]
TRAIT_FIELDS = ["slug", "kind", "name_zh", "name_en", "words_zh", "words_en", "order", "active"]


class StockItem(MenuItem):
    """Shown to those who may change items."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Only with the permission."""
        return bool(request.user.has_perm("boxes.change_item"))


class TraitViewSet(SnippetViewSet):
    """What readers are asked about."""

    model = Trait
    icon = "tag"
    menu_label = _("Traits")
    list_display = ["name_zh", "name_en", "kind", "order", "active"]
    list_filter = ["kind", "active"]
    add_to_admin_menu = True
    menu_order = 722
    edit_handler = ObjectList([FieldPanel(name) for name in TRAIT_FIELDS])


register_snippet(TraitViewSet)


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern | URLResolver]:
    """Under /cms/boxes/, beside the board."""
    return [path("boxes/", include((urls, "curation_admin")))]


@hooks.register("register_admin_menu_item")
def register_menu() -> MenuItem:
    """The shelf."""
    return StockItem(_("Stock"), reverse("curation_admin:stock"), name="stock", icon_name="list-ul", order=715)
