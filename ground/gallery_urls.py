"""Addresses of the gallery; config includes them in development and tests only."""

from django.urls import path

from ground.gallery import drawing, gallery, thing

urlpatterns = [
    path("", gallery, name="gallery"),
    path("drawings/<slug:name>-<int:seed>.svg", drawing, name="gallery_drawing"),
    path("thing/<str:name>", thing, name="gallery_thing"),
]
