"""Parcels in Wagtail's admin."""

from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from subscriptions.parcels import label_views, order_views, pack_views, print_views
from subscriptions.parcels.models import Rate, Zone

urls = [
    path("pack/", pack_views.find, name="find"),
    path("pack/<str:number>/", pack_views.pack, name="pack"),
    path("pack/<str:number>/packed/", pack_views.packed, name="packed"),
    path("pack/<str:number>/unpacked/", pack_views.unpacked, name="unpacked"),
    path("pack/<str:number>/paper/<slug:kind>/", print_views.paper_of_one, name="paper_of_one"),
    path("<int:pk>/table/", print_views.table, name="table"),
    path("<int:pk>/pick/", print_views.pick, name="pick"),
    path("<int:pk>/boxes.csv", print_views.packing_sheet, name="packing_sheet"),
    path("<int:pk>/papers/<slug:kind>/", print_views.papers, name="papers"),
    path("<int:pk>/pdf/", print_views.order_pdf, name="order_pdf"),
    path("order/<str:number>/", order_views.order, name="order"),
    path("order/<str:number>/do/<slug:name>/", order_views.act, name="order_act"),
    path("order/<str:number>/address/", order_views.address, name="order_address"),
    path("order/<str:number>/tracking/", order_views.name_parcel, name="order_tracking"),
    path("<int:pk>/labels/", label_views.labels_of, name="labels"),
    path("<int:pk>/labels/buy/", label_views.buy, name="buy_labels"),
    path("<int:pk>/manifest.csv", label_views.manifest, name="manifest"),
    path("<int:pk>/customs.csv", label_views.customs, name="customs"),
    path("printing/<int:pk>/", print_views.print_job, name="print_job"),
    path("printing/<int:pk>/<int:part>.pdf", print_views.print_file, name="print_file"),
]


class ZoneViewSet(SnippetViewSet):
    """Countries that cost the same."""

    model = Zone
    icon = "globe"
    menu_label = _("Shipping zones")
    list_display = ["name_zh", "name_en", "countries", "order"]
    edit_handler = ObjectList([FieldPanel(n) for n in ("name_zh", "name_en", "countries", "order")])


class RateViewSet(SnippetViewSet):
    """What a parcel of so much weight costs."""

    model = Rate
    icon = "tag"
    menu_label = _("Shipping rates")
    list_display = ["zone", "carrier", "service", "up_to", "price", "currency"]
    edit_handler = ObjectList([FieldPanel(n) for n in ("zone", "carrier", "service", "up_to", "price", "currency")])


class ShippingGroup(SnippetViewSetGroup):
    """Zones and rates in the menu."""

    items = (ZoneViewSet, RateViewSet)
    menu_icon = "globe"
    menu_label = _("Shipping")
    menu_name = "shipping"
    menu_order = 730
    add_to_admin_menu = True


register_snippet(ShippingGroup)


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern | URLResolver]:
    """Under /cms/boxes/, beside the board."""
    return [path("boxes/", include((urls, "parcels_admin")))]
