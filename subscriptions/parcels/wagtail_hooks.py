"""Parcels in Wagtail's admin."""

from django.urls import URLPattern, URLResolver, include, path
from wagtail import hooks

from subscriptions.parcels import pack_views, print_views

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
    path("printing/<int:pk>/", print_views.print_job, name="print_job"),
    path("printing/<int:pk>/<int:part>.pdf", print_views.print_file, name="print_file"),
]


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern | URLResolver]:
    """Under /cms/boxes/, beside the board."""
    return [path("boxes/", include((urls, "parcels_admin")))]
