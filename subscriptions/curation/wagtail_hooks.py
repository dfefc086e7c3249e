"""The curation in Wagtail's admin."""

from django.urls import URLPattern, URLResolver, include, path
from wagtail import hooks

from subscriptions.curation import review_views

urls = [
    path("<int:pk>/review/", review_views.review, name="review"),
    path("<int:pk>/review/run/", review_views.run, name="run"),
    path("<int:pk>/review/approve/", review_views.approve, name="approve"),
    path("box/<int:pk>/", review_views.box, name="box"),
    path("box/<int:pk>/give-up/", review_views.give_up, name="give_up"),
    path("box/<int:pk>/put/<int:slot>/", review_views.put, name="put"),
]


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern | URLResolver]:
    """Under /cms/boxes/, beside the board."""
    return [path("boxes/", include((urls, "curation_admin")))]
