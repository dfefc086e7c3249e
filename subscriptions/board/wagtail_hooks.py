"""The board's work in Wagtail's admin."""

from django.urls import URLPattern, URLResolver, include, path
from wagtail import hooks

from subscriptions.board import figure_views, run_views, sheet_views

urls = [
    path("bulk/", run_views.runs, name="runs"),
    path("bulk/choose/", run_views.choose, name="choose"),
    path("bulk/<int:pk>/", run_views.run, name="run"),
    path("bulk/<int:pk>/<slug:name>/", run_views.move, name="move"),
    path("figures/", figure_views.overview, name="figures"),
    path("forecast/", figure_views.forecast, name="forecast"),
    path("orders.csv", sheet_views.orders, name="orders_csv"),
    path("subscribers.csv", sheet_views.subscribers, name="subscribers_csv"),
]


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern | URLResolver]:
    """Under /cms/boxes/, beside the cycles."""
    return [path("boxes/", include((urls, "board_admin")))]
