"""Single things in Wagtail's admin."""

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from subscriptions.shop import admin_views

urls = [
    path("", admin_views.sales, name="sales"),
    path("sales.csv", admin_views.sales_csv, name="sales_csv"),
    path("<int:pk>/", admin_views.sale, name="sale"),
    path("<int:pk>/do/<slug:name>/", admin_views.act, name="act"),
    path("articles/", admin_views.articles, name="articles"),
    path("articles/add/", admin_views.article, name="add"),
    path("articles/<int:pk>/", admin_views.article, name="article"),
]


class ShopItem(MenuItem):
    """Shown to those who may change box orders."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Only with the permission."""
        return bool(request.user.has_perm("boxes.change_boxorder"))


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern | URLResolver]:
    """Under /cms/boxes/shop/."""
    return [path("boxes/shop/", include((urls, "shop_admin")))]


@hooks.register("register_admin_menu_item")
def register_menu() -> MenuItem:
    """What was bought."""
    return ShopItem(_("Single things"), reverse("shop_admin:sales"), name="shop", icon_name="tag", order=712)
