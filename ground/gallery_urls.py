"""Address of the component gallery (development only)."""

from django.urls import path

from ground import gallery

urlpatterns = [path("", gallery.page, name="gallery")]
