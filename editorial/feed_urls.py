"""Addresses under /feeds/."""

from django.urls import URLPattern, path

from editorial import views

urlpatterns: list[URLPattern] = [
    path("atom.xml", views.atom, name="atom"),
    path("feed.json", views.json_feed, name="json_feed"),
    path("cards/<int:page_id>-<str:mark>.png", views.share_card, name="share_card"),
    path("oembed.<str:form>", views.embed, name="oembed"),
    path("pictures/<int:image_id>.png", views.share_picture, name="share_picture"),
]
